// Long curves as a screen sees them: per pixel column the first of lowest and highest value, then
// the other, so that no peak is lost and a chart never holds more points than it has pixels.

// First index with x[i] >= value, in ascending x.
export function lowerBound(x: ArrayLike<number>, value: number): number {
  let low = 0,
    high = x.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (x[mid]! < value) low = mid + 1;
    else high = mid;
  }
  return low;
}

// The part of the curves within [from, to] (and one point beyond each end), at most two points per
// column. Series share `x`, which ascends; NaN: no value there.
export function decimate(
  x: ArrayLike<number>,
  series: ArrayLike<number>[],
  from: number,
  to: number,
  columns: number,
): { x: Float64Array; series: Float64Array[] } {
  const first = Math.max(0, lowerBound(x, from) - 1);
  const last = Math.min(x.length, lowerBound(x, to) + 1);
  const n = Math.max(0, last - first),
    wanted = Math.max(1, Math.floor(columns));
  if (n <= 2 * wanted) {
    const cut = (v: ArrayLike<number>): Float64Array => {
      const out = new Float64Array(n);
      for (let i = 0; i < n; i++) out[i] = v[first + i] ?? NaN;
      return out;
    };
    return { x: cut(x), series: series.map(cut) };
  }
  const start = (c: number): number => first + Math.floor((c * n) / wanted);
  const xs = new Float64Array(2 * wanted);
  for (let c = 0; c < wanted; c++) {
    xs[2 * c] = x[start(c)]!;
    xs[2 * c + 1] = x[start(c + 1) - 1]!;
  }
  return { x: xs, series: series.map((v) => extremes(v, wanted, start)) };
}

function extremes(
  v: ArrayLike<number>,
  columns: number,
  start: (c: number) => number,
): Float64Array {
  const out = new Float64Array(2 * columns);
  for (let c = 0; c < columns; c++) {
    let low = Infinity,
      high = -Infinity,
      atLow = 0,
      atHigh = 0;
    for (let i = start(c), end = start(c + 1); i < end; i++) {
      const y = v[i]!;
      if (y < low) {
        low = y;
        atLow = i;
      }
      if (y > high) {
        high = y;
        atHigh = i;
      }
    }
    const none = low > high;
    out[2 * c] = none ? NaN : atLow <= atHigh ? low : high;
    out[2 * c + 1] = none ? NaN : atLow <= atHigh ? high : low;
  }
  return out;
}
