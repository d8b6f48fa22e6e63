// The curve of the best cost in the first screen: a shape on a field of 100 x 40, which the panel
// stretches to the room it has.

export interface Spark {
  line: string; // paths
  band: string; // "" without intervals
  before: number | null; // height of the line for today
}

/** Costs by generation with their intervals; generations without a value are left out. `before`:
 *  the cost of today, where it is known. Null: fewer than two values. */
export function sparkOf(
  cost: ArrayLike<number>,
  lo: ArrayLike<number>,
  hi: ArrayLike<number>,
  before: number | undefined,
): Spark | null {
  const at = Array.from(cost, (_, i) => i).filter((i) => Number.isFinite(cost[i]!));
  if (at.length < 2) return null;
  const [first, last] = [at[0]!, at[at.length - 1]!];
  const hasBand = at.every((i) => Number.isFinite(lo[i] ?? NaN) && Number.isFinite(hi[i] ?? NaN));
  const low = (i: number): number => (hasBand ? lo[i]! : cost[i]!);
  const high = (i: number): number => (hasBand ? hi[i]! : cost[i]!);
  const known = before === undefined ? [] : [before];
  // First generations far above what follows are cut off, so that the end can be seen.
  const early = at[Math.floor(at.length / 20)]!;
  const lowest = Math.min(low(last), ...known);
  const usual = Math.max(cost[early]!, high(last), ...known);
  const highest = Math.min(Math.max(high(first), usual), lowest + 1.5 * (usual - lowest));
  const span = highest - lowest || 1;
  const y = (value: number): number => 36 - 32 * Math.min(1.1, (value - lowest) / span);
  const point = (i: number, value: number): string =>
    `${((100 * (i - first)) / (last - first)).toFixed(2)} ${y(value).toFixed(2)}`;
  const path = (points: string[]): string => `M${points.join('L')}`;
  const there = at.map((i) => point(i, high(i)));
  const back = at.map((i) => point(i, low(i))).reverse();
  return {
    line: path(at.map((i) => point(i, cost[i]!))),
    band: hasBand ? `${path([...there, ...back])}Z` : '',
    before: before === undefined ? null : y(before),
  };
}
