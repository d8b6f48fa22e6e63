// Numbers read the same everywhere, keep the digits they deserve, and rounded parts sum exactly.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  clock,
  date,
  decimalsOf,
  decimalsOfInterval,
  duration,
  fixed,
  number,
  plusMinus,
  quantity,
  roundToSum,
  signed,
  unitText,
  words,
} from '../../../viz/web/src/format.js';

test('groups, signs, zero', () => {
  assert.equal(fixed(1234567.891, 2), '1\u202f234\u202f567.89');
  assert.equal(fixed(1234, 0), '1234'); // four digits read well without a group
  assert.equal(fixed(-0.001, 2), '0.00');
  assert.equal(fixed(-0.4, 1), '\u22120.4');
  assert.equal(fixed(NaN, 1), '–');
  assert.equal(signed(0.25, 2), '+0.25');
  assert.equal(signed(-0.25, 2), '\u22120.25');
  assert.equal(signed(0.001, 1), '0.0');
});

test('significant digits', () => {
  assert.equal(number(75.0834), '75.1');
  assert.equal(number(0.019343), '0.0193');
  assert.equal(number(999.96, 4), '1000');
  assert.equal(number(99.996, 4), '100.0');
  assert.equal(number(0), '0');
  assert.equal(number(3.2e-7), '3.20e\u22127');
  assert.equal(number(-2.5e12), '\u22122.50e12');
  assert.equal(decimalsOf(0.0999, 2), 2); // rounds to 0.10
});

test('an interval decides how many digits its mean has', () => {
  assert.equal(decimalsOfInterval(75.083, 74.999, 75.167), 2); // 75.08 ± 0.08
  assert.equal(decimalsOfInterval(779.57, 774.6, 784.5), 0);
  assert.equal(decimalsOfInterval(5.58, 5.45, 5.71), 2); // ± 0.13
  assert.equal(decimalsOfInterval(12, 12, 12), 2); // none: four digits
  assert.equal(decimalsOfInterval(94.463, 94.46299, 94.46301), 2); // never more than four
  assert.equal(plusMinus(0.03, 2), '± 0.03');
  assert.equal(plusMinus(0.0001, 2), '± < 0.01');
});

test('units and shares', () => {
  assert.equal(unitText('degC'), '°C');
  assert.equal(unitText('um'), 'µm');
  assert.equal(unitText('1'), '');
  assert.equal(quantity(0.9446, '1'), '94.5\u00a0%');
  assert.equal(quantity(52.59, 'm/min'), '52.6\u00a0m/min');
  assert.equal(words('residual_solvent_anode'), 'residual solvent anode');
});

test('times', () => {
  assert.equal(duration(0.85), '850 ms');
  assert.equal(duration(0.9999), '1 s');
  assert.equal(duration(59.6), '1 min');
  assert.equal(duration(200), '3 min 20 s');
  assert.equal(duration(3599.7), '1 h');
  assert.equal(duration(7500), '2 h 5 min');
  assert.equal(duration(86399), '1 d');
  assert.equal(duration(4 * 86400 + 3 * 3600), '4 d 3 h');
  assert.equal(duration(-1), '–');
  assert.equal(clock(3 * 86400 + 4.5 * 3600), '3 d 04:30:00');
  assert.equal(date('2026-11-21T16:06:55Z'), '21 Nov 2026 16:06 UTC');
  assert.equal(date('<img>'), '<img>');
});

test('largest remainder: the parts sum exactly, each within one unit', () => {
  assert.deepEqual(roundToSum([1 / 3, 1 / 3, 1 / 3], 1, 2), [34, 33, 33]);
  let state = 1;
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let run = 0; run < 2000; ++run) {
    const parts = Array.from(
      { length: 1 + Math.floor(random() * 12) },
      () => (random() - 0.5) * 10 ** Math.floor(4 * random()),
    );
    const total = parts.reduce((sum, part) => sum + part, 0);
    const decimals = Math.floor(random() * 4);
    const shown = roundToSum(parts, total, decimals);
    assert.equal(
      shown.reduce((sum, part) => sum + part, 0),
      Math.round(total * 10 ** decimals) + 0,
    );
    shown.forEach((part, i) => assert.ok(Math.abs(part - parts[i]! * 10 ** decimals) < 1 + 1e-6));
  }
});

test('largest remainder: a total that was rounded by itself is met too', () => {
  for (const total of [-4.44, -4.42, -4.4]) {
    const shown = roundToSum([-2.678, -0.049, -1.69], total, 2);
    assert.equal(
      shown.reduce((sum, part) => sum + part, 0),
      Math.round(total * 100),
    );
  }
});
