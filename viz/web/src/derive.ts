// What follows from the channels: pure functions, so that each number on the first screen can be
// tested by itself.

import { decimalsOf, fixed, roundToSum, unitText, words } from './format.js';
import type { Kpi, SetPoint } from './model.js';

// --- Statistics -------------------------------------------------------------------------------

/** 97.5 % quantile of Student's t (Cornish-Fisher around the normal one; exact for 1 and 2). */
export function tQuantile(freedom: number): number {
  if (freedom === 1) return 12.7062047;
  if (freedom === 2) return 4.30265273;
  const z = 1.959963985;
  const z2 = z * z;
  return (
    z +
    (z * (z2 + 1)) / (4 * freedom) +
    (z * (5 * z2 * z2 + 16 * z2 + 3)) / (96 * freedom ** 2) +
    (z * (3 * z2 ** 3 + 19 * z2 * z2 + 17 * z2 - 15)) / (384 * freedom ** 3) +
    (z * (79 * z2 ** 4 + 776 * z2 ** 3 + 1482 * z2 * z2 - 1920 * z2 - 945)) / (92160 * freedom ** 4)
  );
}

export interface Interval {
  mean: number;
  lo: number;
  hi: number;
}

/** Relative change from `before` to `after`, by pairs of replications that met the same chances:
 *  the 95 % interval of the mean difference over the mean before. Null: too few pairs. */
export function pairedChange(before: ArrayLike<number>, after: ArrayLike<number>): Interval | null {
  const n = Math.min(before.length, after.length);
  if (n < 2) return null;
  let base = 0;
  let mean = 0;
  for (let i = 0; i < n; ++i) {
    base += before[i]! / n;
    mean += (after[i]! - before[i]!) / n;
  }
  if (!(Math.abs(base) > 0)) return null;
  let square = 0;
  for (let i = 0; i < n; ++i) square += (after[i]! - before[i]! - mean) ** 2;
  const half = tQuantile(n - 1) * Math.sqrt(square / (n - 1) / n);
  const size = Math.abs(base);
  return { mean: mean / size, lo: (mean - half) / size, hi: (mean + half) / size };
}

/** Column `index` of values [replication][kpi]. */
export function column(values: Float64Array, index: number, width: number): number[] {
  const out: number[] = [];
  for (let i = index; i < values.length && width > 0; i += width) out.push(values[i]!);
  return out;
}

// --- Bottleneck -------------------------------------------------------------------------------

export interface BottleneckRow extends Interval {
  name: string;
}

export interface Bottleneck {
  rows: BottleneckRow[]; // largest share first
  isSeparated: boolean; // the interval of the first lies above all others
  hasIntervals: boolean;
}

/** Stations by their share of time as the bottleneck (0 to 1). Null: none has any. */
export function bottleneck(
  names: readonly string[],
  share: ArrayLike<number>,
  lo: ArrayLike<number>,
  hi: ArrayLike<number>,
): Bottleneck | null {
  const hasIntervals = lo.length === share.length && hi.length === share.length;
  const rows = names
    .map((name, i) => ({
      name,
      mean: share[i] ?? 0,
      lo: hasIntervals ? lo[i]! : NaN,
      hi: hasIntervals ? hi[i]! : NaN,
    }))
    .sort((a, b) => b.mean - a.mean);
  const first = rows[0];
  if (!first || !(first.mean > 0)) return null;
  const isSeparated = hasIntervals && rows.slice(1).every((row) => row.hi < first.lo);
  return { rows, isSeparated, hasIntervals };
}

// --- Losses -----------------------------------------------------------------------------------

export interface Loss {
  key: string; // "all", "down", ..., "working", "scrap_adhesion", "scrap_other", "good"
  kind: 'total' | 'state' | 'scrap';
  permille: number; // of the station's time, in tenths of a percent, as shown
  from: number; // where its bar begins and ends, in the same unit
  to: number;
}

const LOSS_STATES = [
  'off_shift',
  'down',
  'stopped',
  'setup',
  'unstaffed',
  'starved',
  'blocked',
];
const SHOWN_SCRAPS = 4;

/** From all of a station's time to the time that made good product, in tenths of a percent that
 *  add up exactly. `times`: by state name; `scraps`: share of the plant's gross output by cause. */
export function losses(
  times: ReadonlyMap<string, number>,
  scraps: readonly { name: string; share: number }[],
): Loss[] {
  let all = 0;
  for (const time of times.values()) all += time;
  if (!(all > 0)) return [];
  const working = (times.get('working') ?? 0) / all;
  const sorted = scraps.filter((scrap) => scrap.share > 0).sort((a, b) => b.share - a.share);
  const single = sorted.length > SHOWN_SCRAPS ? sorted.slice(0, SHOWN_SCRAPS - 1) : sorted;
  const rest = sorted.slice(single.length).reduce((sum, scrap) => sum + scrap.share, 0);
  const parts = LOSS_STATES.filter((state) => times.has(state)).map((state) => ({
    key: state,
    kind: 'state' as Loss['kind'],
    share: times.get(state)! / all,
  }));
  const nStates = parts.length;
  for (const scrap of single)
    parts.push({ key: scrap.name, kind: 'scrap', share: working * scrap.share });
  if (rest > 0) parts.push({ key: 'scrap_other', kind: 'scrap', share: working * rest });
  const good = 1 - parts.reduce((sum, part) => sum + part.share, 0);
  const shown = roundToSum([...parts.map((part) => part.share), good], 1, 3);
  const rows: Loss[] = [{ key: 'all', kind: 'total', permille: 1000, from: 0, to: 1000 }];
  let level = 1000;
  parts.forEach((part, i) => {
    if (i === nStates)
      rows.push({ key: 'working', kind: 'total', permille: level, from: 0, to: level });
    rows.push({
      key: part.key,
      kind: part.kind,
      permille: shown[i]!,
      from: level - shown[i]!,
      to: level,
    });
    level -= shown[i]!;
  });
  if (parts.length === nStates)
    rows.push({ key: 'working', kind: 'total', permille: level, from: 0, to: level });
  rows.push({ key: 'good', kind: 'total', permille: level, from: 0, to: level });
  return rows;
}

// --- Cost bridge ------------------------------------------------------------------------------

export interface Bridge {
  unit: string;
  decimals: number;
  before: number; // as shown, in units of the last decimal
  after: number;
  lines: { name: string; change: number; before: number; after: number }[]; // change as before
}

/** Lines of the cost ledger: KPIs "cost_..." in the unit of the cost per good unit. */
export function ledger(kpis: readonly Kpi[]): Kpi[] {
  const cost = kpis[0];
  if (!cost?.name.startsWith('cost_per_good_')) return [];
  return kpis.filter((kpi, i) => i > 0 && kpi.name.startsWith('cost_') && kpi.unit === cost.unit);
}

/** From the cost of one design to that of another by ledger line. The changes, as shown, add up to
 *  the difference of the costs, as shown. Null: there is no ledger. */
export function bridge(before: readonly Kpi[], after: readonly Kpi[]): Bridge | null {
  const from = ledger(before);
  const to = ledger(after);
  const [a, b] = [before[0], after[0]];
  if (!a || !b || from.length === 0 || from.length !== to.length) return null;
  const largest = Math.max(...from.map((line, i) => Math.abs(to[i]!.mean - line.mean)));
  const decimals = Math.min(
    Math.max(decimalsOf(largest, 3), decimalsOf(b.mean, 3)),
    decimalsOf(b.mean, 6),
  );
  const scale = 10 ** decimals;
  const [start, end] = [Math.round(a.mean * scale), Math.round(b.mean * scale)];
  const changes = roundToSum(
    from.map((line, i) => to[i]!.mean - line.mean),
    (end - start) / scale,
    decimals,
  );
  const lines = from.map((line, i) => ({
    name: line.name,
    change: changes[i]!,
    before: line.mean,
    after: to[i]!.mean,
  }));
  return { unit: b.unit, decimals, before: start, after: end, lines };
}

// --- What next --------------------------------------------------------------------------------

/** One step away from the best design, with the paired interval of the change of the cost. */
export interface Step {
  name: string;
  unit: string;
  from: number;
  to: number;
  isInteger: boolean;
  isFeasible: boolean;
  change: Interval; // relative to the cost of the best design; negative is cheaper
}

export interface StepSource {
  points: readonly Pick<SetPoint, 'name' | 'unit' | 'integer'>[];
  best: ArrayLike<number>;
  cost: number; // of the best design
  minus: ArrayLike<number>;
  plus: ArrayLike<number>;
  minusLo: ArrayLike<number>;
  minusHi: ArrayLike<number>;
  plusLo: ArrayLike<number>;
  plusHi: ArrayLike<number>;
  minusFeasible: ArrayLike<number>;
  plusFeasible: ArrayLike<number>;
}

/** All steps that were tried; one that leads nowhere (the range ends there) is left out. */
export function steps(source: StepSource): Step[] {
  const out: Step[] = [];
  source.points.forEach((point, i) => {
    const from = source.best[i] ?? NaN;
    const add = (
      to: ArrayLike<number>,
      lo: ArrayLike<number>,
      hi: ArrayLike<number>,
      feasible: ArrayLike<number>,
    ): void => {
      const [low, high] = [lo[i] ?? NaN, hi[i] ?? NaN];
      if (!Number.isFinite(to[i] ?? NaN) || to[i] === from) return;
      out.push({
        name: point.name,
        unit: point.unit,
        from,
        to: to[i]!,
        isInteger: point.integer,
        isFeasible: feasible[i] === 1,
        change: {
          mean: (low + high) / 2 / source.cost,
          lo: low / source.cost,
          hi: high / source.cost,
        },
      });
    };
    add(source.minus, source.minusLo, source.minusHi, source.minusFeasible);
    add(source.plus, source.plusLo, source.plusHi, source.plusFeasible);
  });
  return out;
}

/** Steps that are proven to be cheaper and keep all limits, the largest gain first. */
export function proven(all: readonly Step[]): Step[] {
  return all
    .filter((step) => step.isFeasible && step.change.hi < 0)
    .sort((a, b) => a.change.mean - b.change.mean);
}

/** Steps that keep all limits and whose gain is not proven, the most promising first. */
export function unproven(all: readonly Step[]): Step[] {
  return all
    .filter((step) => step.isFeasible && Number.isFinite(step.change.mean) && step.change.hi >= 0)
    .sort((a, b) => a.change.mean - b.change.mean);
}

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];

function describeCount(step: Step): string {
  const n = Math.round(Math.abs(step.to - step.from));
  const many = `${NUMBERS[n] ?? n} ${step.to > step.from ? 'more' : 'fewer'}`;
  const one = (word: string): string => (n === 1 ? word.replace(/s$/, '') : word);
  const place = /^(.+)_places$/.exec(step.name)?.[1];
  if (place !== undefined) return `${many} ${one('places')} in ${words(place)}`;
  if (unitText(step.unit) === '') return `${many} ${one(words(step.name))}`;
  return `${many} ${one(unitText(step.unit))} in ${words(step.name)}`;
}

/** "two more places in milled", "anode web speed 2.5 m/min higher". */
export function describeStep(step: Step): string {
  if (step.isInteger || /_places$/.test(step.name)) return describeCount(step);
  const size = Math.abs(step.to - step.from);
  const [scale, unit] = step.unit === '1' ? [100, 'points of a percent'] : [1, unitText(step.unit)];
  const amount = fixed(size * scale, decimalsOf(size * scale, 2));
  return `${words(step.name)} ${amount} ${unit} ${step.to > step.from ? 'higher' : 'lower'}`;
}

// --- Limits -----------------------------------------------------------------------------------

/** What holds the best design: limits by the number of set-points that they hold, most first. */
export function holders(verdicts: readonly string[]): { limit: string; n: number }[] {
  const counts = new Map<string, number>();
  for (const verdict of verdicts) {
    const limit = /^held by (.+)$/.exec(verdict)?.[1];
    if (limit) counts.set(limit, (counts.get(limit) ?? 0) + 1);
  }
  return [...counts]
    .map(([limit, n]) => ({ limit, n }))
    .sort((a, b) => b.n - a.n || a.limit.localeCompare(b.limit));
}
