// A state log as bars: what a machine did between two moments, in pixels. Pure.

// `since` ascends; each state lasts until the next entry, the last one until now.
export interface Spell {
  since: number;
  state: number;
}
export interface Bar {
  x: number;
  w: number;
  state: number;
  from: number;
  to: number;
}

// Bars of the spells within [from, to] on `width` pixels. Spells thinner than a pixel share one,
// in the state that lasts longest in it.
export function ganttBars(log: readonly Spell[], from: number, to: number, width: number): Bar[] {
  const bars: Bar[] = [];
  const scale = width / (to - from);
  if (!(to > from) || !(width > 0)) return bars;
  let held: { pixel: number; time: Map<number, number>; from: number; to: number } | null = null;
  const flush = (): void => {
    if (!held) return;
    let state = -1,
      most = -1;
    for (const [s, t] of held.time)
      if (t > most) {
        most = t;
        state = s;
      }
    push({ x: held.pixel, w: 1, state, from: held.from, to: held.to });
    held = null;
  };
  const push = (bar: Bar): void => {
    const last = bars[bars.length - 1];
    if (last && last.state === bar.state && bar.x - (last.x + last.w) < 0.01) {
      last.w = bar.x + bar.w - last.x;
      last.to = bar.to;
    } else bars.push(bar);
  };
  for (let i = 0; i < log.length; i++) {
    const a = Math.max(from, log[i]!.since);
    const b = Math.min(to, i + 1 < log.length ? log[i + 1]!.since : to);
    if (!(b > a)) continue;
    const x = (a - from) * scale,
      w = (b - a) * scale;
    if (w >= 1) {
      flush();
      push({ x, w, state: log[i]!.state, from: a, to: b });
      continue;
    }
    const pixel = Math.floor(x);
    if (held && (held as { pixel: number }).pixel !== pixel) flush();
    held ??= { pixel, time: new Map(), from: a, to: b };
    held.time.set(log[i]!.state, (held.time.get(log[i]!.state) ?? 0) + b - a);
    held.to = b;
  }
  flush();
  return bars;
}

// Share of [from, to] in each state.
export function stateShares(
  log: readonly Spell[],
  from: number,
  to: number,
  nStates: number,
): number[] {
  const shares = new Array<number>(nStates).fill(0);
  for (let i = 0; i < log.length; i++) {
    const a = Math.max(from, log[i]!.since);
    const b = Math.min(to, i + 1 < log.length ? log[i + 1]!.since : to);
    if (b > a && log[i]!.state >= 0 && log[i]!.state < nStates)
      shares[log[i]!.state]! += (b - a) / (to - from);
  }
  return shares;
}
