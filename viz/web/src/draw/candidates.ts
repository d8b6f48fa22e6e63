// The designs that a search tried.

export interface Candidate {
  index: number;
  cost: number;
  violation: number;
  values: Float64Array;
}

// The designs of one generation, the best first: by cost where feasible, then by violation.
export function candidatesOf(
  values: Float64Array,
  costs: Float64Array,
  violations: Float64Array,
  sizes: number[],
  generation: number,
): Candidate[] {
  const [, designs = 0, points = 0] = sizes;
  const found: Candidate[] = [];
  for (let c = 0; c < designs; ++c) {
    const at = generation * designs + c;
    if (at >= costs.length) break;
    const row = values.subarray(at * points, (at + 1) * points);
    // A generation may be smaller than the widest one: its rest holds no numbers.
    if (row.length === points && row.every((v) => !Number.isNaN(v)))
      found.push({ index: c, cost: costs[at]!, violation: violations[at] ?? 0, values: row });
  }
  const rank = (c: Candidate): number => (c.violation > 0 || !Number.isFinite(c.cost) ? 1 : 0);
  return found.sort(
    (a, b) => rank(a) - rank(b) || (rank(a) ? a.violation - b.violation : a.cost - b.cost),
  );
}
