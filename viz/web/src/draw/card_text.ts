// What a card says in words.

import { words } from '../format.js';
import { short } from './numbers.js';

// Values of the study as words: lists behind each other, objects by their names.
export function studyText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return short(value, 5);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(studyText).join('; ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([k, v]) => `${words(k)} ${studyText(v)}`)
      .join(', ');
  return String(value);
}

// How many machines are in which state: "3 working, 1 down".
export function countStates(machines: readonly { state: string }[]): string {
  const counts = new Map<string, number>();
  for (const m of machines) counts.set(m.state, (counts.get(m.state) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([s, n]) => (machines.length === 1 ? s : `${n} ${s}`))
    .join(', ');
}
