// What the first screen says follows from the channels: exact sums, proven steps only, words.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  bottleneck,
  bridge,
  column,
  describeStep,
  holders,
  losses,
  pairedChange,
  proven,
  steps,
  tQuantile,
  unproven,
  type StepSource,
} from '../../../viz/web/src/derive.js';
import type { Kpi } from '../../../viz/web/src/model.js';

test('t quantiles, against a table', () => {
  const table: [number, number, number][] = [
    [1, 12.706205, 1e-6],
    [2, 4.302653, 1e-6],
    [3, 3.182446, 0.02],
    [5, 2.570582, 2e-3],
    [10, 2.228139, 1e-4],
    [39, 2.022691, 1e-5],
    [1000, 1.962339, 1e-6],
  ];
  for (const [freedom, wanted, error] of table)
    assert.ok(Math.abs(tQuantile(freedom) - wanted) < error, `${freedom}: ${tQuantile(freedom)}`);
});

test('a change by pairs is judged by the differences, not by the spread', () => {
  const before = [70, 80, 90, 100];
  const after = [69, 79, 89, 99.4]; // always cheaper, though the replications differ widely
  const change = pairedChange(before, after)!;
  assert.ok(Math.abs(change.mean + 0.9 / 85) < 1e-12);
  // Differences -1, -1, -1, -0.6: s = 0.2, half = t(3) * 0.2 / 2.
  assert.ok(Math.abs((change.hi - change.lo) / 2 - (tQuantile(3) * 0.1) / 85) < 1e-12);
  assert.ok(change.hi < 0);
  assert.equal(pairedChange([1], [2]), null);
  assert.equal(pairedChange([0, 0], [1, 1]), null);
});

test('columns of replications', () => {
  assert.deepEqual(column(Float64Array.of(1, 2, 3, 4, 5, 6), 1, 3), [2, 5]);
});

test('bottleneck: sorted, and separated only when no interval overlaps', () => {
  const names = ['a', 'b', 'c'];
  const clear = bottleneck(names, [0.1, 0.6, 0.3], [0.05, 0.5, 0.2], [0.15, 0.7, 0.4])!;
  assert.deepEqual(
    clear.rows.map((row) => row.name),
    ['b', 'c', 'a'],
  );
  assert.ok(clear.isSeparated);
  assert.equal(
    bottleneck(names, [0.1, 0.6, 0.3], [0.05, 0.5, 0.2], [0.15, 0.7, 0.55])!.isSeparated,
    false,
  );
  const third = bottleneck(names, [0.28, 0.6, 0.3], [0, 0.5, 0.25], [0.56, 0.7, 0.35])!;
  assert.equal(third.isSeparated, false, 'the third may overlap where the second does not');
  const unsure = bottleneck(names, [0.1, 0.6, 0.3], [], [])!;
  assert.equal(unsure.hasIntervals || unsure.isSeparated, false);
  assert.equal(bottleneck(names, [0, 0, 0], [], []), null);
});

test('losses: steps from 100.0 % to good product, without a gap', () => {
  const times = new Map([
    ['working', 830],
    ['starved', 1],
    ['blocked', 44],
    ['down', 104],
    ['stopped', 21],
  ]);
  const scraps = ['p', 'q', 'r', 's', 't', 'u'].map((name, i) => ({
    name: `scrap_${name}`,
    share: 0.02 / (i + 1),
  }));
  const rows = losses(times, scraps);
  assert.deepEqual(
    rows.map((row) => row.key),
    [
      'all',
      'down',
      'stopped',
      'starved',
      'blocked',
      'working',
      'scrap_p',
      'scrap_q',
      'scrap_r',
      'scrap_other',
      'good',
    ],
  );
  const lost = rows
    .filter((row) => row.kind !== 'total')
    .reduce((sum, row) => sum + row.permille, 0);
  const good = rows.at(-1)!;
  assert.equal(lost + good.permille, 1000);
  assert.equal(rows.find((row) => row.key === 'working')!.permille, 830);
  let level = 1000;
  for (const row of rows.filter((r) => r.kind !== 'total')) {
    assert.equal(row.to, level);
    level = row.from;
  }
  assert.equal(level, good.to);
  const exact = 830 * (1 - scraps.reduce((sum, scrap) => sum + scrap.share, 0));
  assert.ok(Math.abs(good.permille - exact) < 1);
});

test('losses: awkward shares still add up', () => {
  for (let i = 1; i < 200; ++i) {
    const times = new Map([
      ['working', i],
      ['starved', 7],
      ['blocked', i % 13],
      ['down', Math.sqrt(i)],
      ['stopped', 1 / i],
    ]);
    const rows = losses(times, [{ name: 'scrap_x', share: 1 / (i + 3) }]);
    const sum = rows
      .filter((row) => row.kind !== 'total')
      .reduce((all, row) => all + row.permille, rows.at(-1)!.permille);
    assert.equal(sum, 1000);
  }
  assert.deepEqual(losses(new Map([['working', 0]]), []), []);
});

function kpi(name: string, mean: number, unit = 'EUR/kWh'): Kpi {
  return { name, unit, mean, lo: NaN, hi: NaN };
}

test('cost bridge: what is shown adds up to what is shown', () => {
  const names = [
    'cost_material',
    'cost_stops',
    'cost_energy',
    'cost_fixed',
    'cost_upkeep',
    'cost_stock',
  ];
  for (let i = 0; i < 300; ++i) {
    const parts = names.map(
      (_, k) => [10 + Math.sin(7 * i + k) * 9.99, 10 + Math.cos(3 * i + 5 * k) * 9.99] as const,
    );
    const make = (side: 0 | 1): Kpi[] => [
      kpi(
        'cost_per_good_kWh',
        parts.reduce((sum, part) => sum + part[side], 0),
      ),
      kpi('yield', 0.9, '1'),
      ...names.map((name, k) => kpi(name, parts[k]![side])),
    ];
    const found = bridge(make(0), make(1))!;
    assert.equal(
      found.lines.reduce((sum, line) => sum + line.change, found.before),
      found.after,
    );
    assert.equal(found.after, Math.round(make(1)[0]!.mean * 10 ** found.decimals));
    found.lines.forEach((line) =>
      assert.ok(
        Math.abs(line.change / 10 ** found.decimals - (line.after - line.before)) <
          2 / 10 ** found.decimals,
      ),
    );
  }
});

test('cost bridge: none without a ledger', () => {
  assert.equal(bridge([kpi('cost_per_good_x', 1)], [kpi('cost_per_good_x', 2)]), null);
  assert.equal(bridge([], []), null);
});

function source(more: Partial<StepSource> = {}): StepSource {
  return {
    points: [
      { name: 'milled_places', unit: 'rolls', integer: true },
      { name: 'web_speed', unit: 'm/min', integer: false },
      { name: 'solids', unit: '1', integer: false },
    ],
    best: [8, 50, 0.5],
    cost: 80,
    minus: [6, 45, 0.48],
    plus: [10, 55, 0.5], // the last is at the end of its range
    minusLo: [0.1, -0.8, -2],
    minusHi: [0.3, -0.4, 0.1],
    plusLo: [-0.4, -0.1, -1],
    plusHi: [-0.24, 0.1, -1],
    minusFeasible: [1, 0, 1],
    plusFeasible: [1, 1, 1],
    ...more,
  };
}

test('what next: what is not proven, the most promising first', () => {
  assert.deepEqual(
    unproven(steps(source())).map((step) => step.name),
    ['solids', 'web_speed', 'milled_places'],
  );
});

test('what next: proven, feasible, not a step to the same place', () => {
  const all = steps(source());
  assert.equal(all.length, 5);
  const better = proven(all);
  assert.equal(better.length, 1);
  assert.equal(better[0]!.name, 'milled_places');
  assert.ok(Math.abs(better[0]!.change.mean + 0.004) < 1e-12);
  const both = proven(steps(source({ minusFeasible: [1, 1, 1] })));
  assert.deepEqual(
    both.map((step) => step.name),
    ['web_speed', 'milled_places'],
    'the largest gain first',
  );
});

test('what next, in words', () => {
  const [fewer, more, slower] = steps(source());
  assert.equal(describeStep(more!), 'two more places in milled');
  assert.equal(describeStep(fewer!), 'two fewer places in milled');
  assert.equal(describeStep(slower!), 'web speed 5.0 m/min lower');
  const named = (name: string, unit: string, to: number): string =>
    describeStep({ ...more!, name, unit, from: 3, to });
  assert.equal(named('mills', '1', 4), 'one more mill');
  assert.equal(named('milled', 'places', 5), 'two more places in milled');
  assert.equal(named('milled', 'places', 2), 'one fewer place in milled');
  assert.equal(named('mills', '1', 30), '27 more mills');
  assert.equal(describeStep({ ...more!, from: 3, to: 4 }), 'one more place in milled');
  assert.equal(
    describeStep({ ...slower!, name: 'solids', unit: '1', from: 0.5, to: 0.52 }),
    'solids 2.0 points of a percent higher',
  );
});

test('limits that hold set-points, counted', () => {
  assert.deepEqual(holders(['interior', 'held by b', 'held by a', 'held by b', 'open']), [
    { limit: 'b', n: 2 },
    { limit: 'a', n: 1 },
  ]);
});
