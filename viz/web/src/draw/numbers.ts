// Numbers where they are read beside others: without zeros that say nothing.

import { fixed, number } from '../format.js';

// At most `digits` significant digits: "9", "0.53", "1305". Never for results with an interval,
// whose zeros say how sure they are.
export function short(value: number, digits = 4): string {
  const text = number(value, digits);
  return text.includes('e') || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
}

// Texts of the marks of an axis: all with the decimals that their distance needs.
export function axisTexts(marks: readonly number[], scale = 1): string[] {
  const step = marks.length > 1 ? Math.abs((marks[1]! - marks[0]!) * scale) : 0;
  let decimals = 0;
  while (
    decimals < 9 &&
    step > 0 &&
    Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) >
      1e-6 * step * 10 ** decimals
  )
    ++decimals;
  const largest = Math.max(...marks.map((m) => Math.abs(m * scale)), 0);
  return marks.map((m) =>
    largest >= 1e6 || (step < 1e-6 && step > 0)
      ? number(m * scale, 3)
      : step > 0
        ? fixed(m * scale, decimals)
        : short(m * scale),
  );
}
