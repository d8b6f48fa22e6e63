// How often which value came up, and round numbers for axes. Pure.

export interface Bins {
  low: number;
  width: number;
  counts: number[][];
}

// Round steps that give about `n` marks within [low, high].
export function ticks(low: number, high: number, n: number): number[] {
  if (!(high > low) || n < 1) return Number.isFinite(low) ? [low] : [];
  const raw = (high - low) / n,
    power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= raw * 0.999)!;
  const marks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9) + 0; k * step <= high + 1e-9 * step; k++)
    marks.push(k * step);
  return marks;
}

// Samples in common bins: about twice the square root of their number, with round edges. Values that
// are no numbers are left out.
export function histogram(samples: ArrayLike<number>[], most = 40): Bins {
  let low = Infinity,
    high = -Infinity,
    n = 0;
  for (const s of samples)
    for (let i = 0; i < s.length; i++) {
      const v = s[i]!;
      if (!Number.isFinite(v)) continue;
      n++;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  if (n === 0) return { low: 0, width: 1, counts: samples.map(() => []) };
  if (low === high) {
    const d = Math.abs(low) * 0.01 || 0.5;
    low -= d;
    high += d;
  }
  const edges = ticks(low, high, Math.max(12, Math.min(most, 2 * Math.ceil(Math.sqrt(n)))));
  const width = edges.length > 1 ? edges[1]! - edges[0]! : high - low;
  const first = Math.floor(low / width + 1e-9) * width;
  const bins = Math.max(1, Math.ceil((high - first) / width - 1e-9));
  const counts = samples.map((s) => {
    const c = new Array<number>(bins).fill(0);
    for (let i = 0; i < s.length; i++)
      if (Number.isFinite(s[i]!))
        c[Math.min(bins - 1, Math.max(0, Math.floor((s[i]! - first) / width)))]!++;
    return c;
  });
  return { low: first, width, counts };
}

// Speed on a slider of 0 to 1000, one decade as long as the next.
export const speedOf = (slider: number, low = 0.1, high = 1e6): number =>
  low * (high / low) ** (Math.min(1000, Math.max(0, slider)) / 1000);
export const sliderOf = (speed: number, low = 0.1, high = 1e6): number =>
  Math.round((1000 * Math.log(Math.min(high, Math.max(low, speed)) / low)) / Math.log(high / low));
