// Long curves keep their extremes, state logs keep their time, bins keep their counts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decimate, lowerBound } from '../../../viz/web/src/draw/decimate.js';
import { ganttBars, type Spell } from '../../../viz/web/src/draw/gantt.js';
import { histogram, sliderOf, speedOf, ticks } from '../../../viz/web/src/draw/histogram.js';
import { axisTexts, short } from '../../../viz/web/src/draw/numbers.js';

const wave = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => Math.sin(i / 90) + Math.sin(i * 7.7));
const ramp = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i);

test('lowerBound', () => {
  const x = [1, 2, 2, 5];
  assert.deepEqual(
    [0, 1, 2, 3, 5, 6].map((v) => lowerBound(x, v)),
    [0, 0, 1, 3, 3, 4],
  );
});

test('each column keeps its lowest and its highest value, in their order', () => {
  const n = 100000,
    columns = 500,
    y = wave(n);
  const cut = decimate(ramp(n), [y], 0, n, columns);
  assert.equal(cut.x.length, 2 * columns);
  for (let c = 0; c < columns; ++c) {
    const part = y.slice(c * 200, (c + 1) * 200);
    const low = part.reduce((a, b) => Math.min(a, b)),
      high = part.reduce((a, b) => Math.max(a, b));
    const pair = [cut.series[0]![2 * c]!, cut.series[0]![2 * c + 1]!];
    assert.deepEqual(pair, part.indexOf(low) <= part.indexOf(high) ? [low, high] : [high, low]);
    assert.ok(cut.x[2 * c]! >= c * 200 && cut.x[2 * c + 1]! < (c + 1) * 200);
  }
});

test('a short part comes whole, with a point beyond each end', () => {
  const cut = decimate(ramp(1000), [wave(1000)], 100, 110, 500);
  assert.deepEqual(
    [...cut.x],
    Array.from({ length: 12 }, (_, i) => 99 + i),
  );
  assert.deepEqual([...cut.series[0]!], [...wave(1000).slice(99, 111)]);
});

test('what is no number stays none', () => {
  const y = new Float64Array(1000).fill(NaN);
  y[999] = 3;
  const cut = decimate(ramp(1000), [y], 0, 1000, 10);
  assert.ok(cut.series[0]!.slice(0, 18).every(Number.isNaN));
  assert.deepEqual([...cut.series[0]!.slice(18)], [3, 3]);
});

test('bars cover the window without gaps', () => {
  const log: Spell[] = [
    { since: 0, state: 0 },
    { since: 10, state: 1 },
    { since: 30, state: 0 },
    { since: 100, state: 2 },
  ];
  const bars = ganttBars(log, 5, 105, 200);
  assert.deepEqual(
    bars.map((b) => [b.x, b.w, b.state]),
    [
      [0, 10, 0],
      [10, 40, 1],
      [50, 140, 0],
      [190, 10, 2],
    ],
  );
  assert.deepEqual(ganttBars(log, 20, 20, 200), []);
});

test('spells thinner than a pixel share it, the longest wins', () => {
  const log: Spell[] = [];
  for (let i = 0; i < 10000; ++i) log.push({ since: i, state: i % 10 === 0 ? 1 : 0 });
  const bars = ganttBars(log, 0, 10000, 100);
  assert.equal(bars.length, 1); // one state in all pixels: one bar
  assert.equal(bars[0]!.state, 0);
  assert.ok(Math.abs(bars[0]!.w - 100) < 1e-6);
});

test('every sample is in one bin, edges are round', () => {
  const samples = [wave(40), wave(60).map((v) => v + 3)];
  const bins = histogram(samples);
  assert.deepEqual(
    bins.counts.map((c) => c.reduce((a, b) => a + b, 0)),
    [40, 60],
  );
  assert.equal(bins.counts[0]!.length, bins.counts[1]!.length);
  assert.ok(Math.abs(bins.low / bins.width - Math.round(bins.low / bins.width)) < 1e-9);
  const same = histogram([[5, 5, 5, NaN]]);
  assert.equal(
    same.counts[0]!.reduce((a, b) => a + b, 0),
    3,
  );
  assert.deepEqual(histogram([[]]).counts, [[]]);
});

test('marks of an axis', () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(75.2, 80.1, 5), [76, 77, 78, 79, 80]);
  assert.deepEqual(axisTexts([0, 25, 50]), ['0', '25', '50']);
  assert.deepEqual(axisTexts([0, 0.5, 1]), ['0.0', '0.5', '1.0']);
  assert.deepEqual(axisTexts([0, 0.25], 100), ['0', '25']);
});

test('numbers without zeros that say nothing', () => {
  assert.deepEqual(
    [9, 0.53, 1305, 0.1877, 100, 0].map((v) => short(v)),
    ['9', '0.53', '1305', '0.1877', '100', '0'],
  );
});

test('a decade of speed is as long as the next', () => {
  assert.equal(sliderOf(speedOf(500)), 500);
  assert.equal(speedOf(0), 0.1);
  assert.ok(Math.abs(speedOf(1000) - 1e6) < 1e-3);
  assert.ok(Math.abs(speedOf(600) / speedOf(500) - speedOf(200) / speedOf(100)) < 1e-9);
});
