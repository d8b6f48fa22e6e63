// What a verb printed that has no results of a plant: validate, bench, check, physics. Its JSON
// document as tables, whatever is in it.

import { el } from '../dom.js';
import { count, number, sentenceCase, words } from '../format.js';
import type { Model } from '../model.js';
import type { Panel } from '../panel.js';

type Row = Record<string, unknown>;

const HEAD = new Set(['verb', 'study', 'seed', 'ranks', 'seconds', 'run', 'notes', 'next']);

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cellText(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : number(value, 5);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null || value === undefined ? '–' : String(value);
}

const TITLES: Record<string, string> = {
  'check.rows': 'Stations',
  'check.bottleneck': 'Expected bottleneck, from a trial',
  'check.time': 'Time it takes, from a trial',
  'physics.rows': 'Dryers: PETSc beside the batched kernel',
  'validate.rows': 'Exact answers',
  'bench.rows': 'Measured',
};

function table(title: string, rows: Row[]): HTMLElement {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const kept = keys.filter((key) => rows.some((row) => row[key] !== null));
  return el(
    'div.scroll',
    { role: 'region', tabindex: 0, 'aria-label': title },
    el(
      'table.grid',
      {},
      el('caption', {}, title),
      el(
        'thead',
        {},
        el('tr', {}, ...kept.map((key) => el('th', { scope: 'col' }, sentenceCase(words(key))))),
      ),
      el(
        'tbody',
        {},
        ...rows.map((row) => el('tr', {}, ...kept.map((key) => el('td', {}, cellText(row[key]))))),
      ),
    ),
  );
}

function content(report: Row): HTMLElement[] {
  const parts: HTMLElement[] = [];
  for (const [key, value] of Object.entries(report)) {
    const rows = Array.isArray(value) ? value.filter(isRow) : isRow(value) ? [value] : [];
    const title = TITLES[`${String(report['verb'])}.${key}`] ?? sentenceCase(words(key));
    if (!HEAD.has(key) && rows.length > 0) parts.push(table(title, rows));
  }
  const notes = Array.isArray(report['notes']) ? report['notes'] : [];
  return [...notes.map((note) => el('p.lead', {}, String(note))), ...parts];
}

export const panel: Panel = {
  id: 'report',
  title: 'Result',
  key: 'o',
  about: 'What the program printed when it was done.',
  needs: ['report'],
  when: (model: Model) => !model.channel('kpi_mean') && !model.channel('best_kpi_mean'),
  span: 12,
  place: 'more',
  create(model) {
    const element = el('div');
    return {
      element,
      update() {
        const report = model.document('report');
        element.replaceChildren(...(isRow(report) ? content(report) : []));
      },
    };
  },
};
