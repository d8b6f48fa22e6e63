// The floor as a drawing: boxes for stations, buffers, sources and exits in world units (CSS
// pixels at zoom 1), and where each machine and each waiting item is inside them. Pure.

export interface PlanStation {
  name: string;
  stage?: string;
  line?: number;
  x: number;
  y: number;
  first_machine: number;
  n_machines: number;
}
export interface PlanBuffer {
  name: string;
  capacity?: number | null;
  by_quantity?: boolean;
  x: number;
  y: number;
}
export interface PlanPlace {
  station?: number;
  source?: number;
  buffer?: number;
  exit?: string;
}
export interface FloorPlan {
  positioned?: boolean;
  stations: PlanStation[];
  buffers: PlanBuffer[];
  sources?: { name: string; buffer: number; x: number; y: number }[];
  exits?: { kind: string; x: number; y: number }[];
  edges?: { from: PlanPlace; to: PlanPlace; share?: number }[];
}

export type NodeKind = 'station' | 'buffer' | 'source' | 'exit';
export interface Point {
  x: number;
  y: number;
}
// A box by its centre. `columns`, `rows`, `cell`: the grid of machines or of places inside it.
export interface Node extends Point {
  kind: NodeKind;
  index: number;
  name: string;
  w: number;
  h: number;
  columns: number;
  rows: number;
  cell: number;
}
export type Curve = [Point, Point, Point, Point];
// A belt: a cubic curve from box to box.
export interface Belt {
  from: number;
  to: number;
  share: number;
  curve: Curve;
}
export type Shape = 'roll' | 'cell' | 'drop' | 'piece';
export interface Scene {
  nodes: Node[];
  belts: Belt[];
  width: number;
  height: number;
  stationNode: number[];
  bufferNode: number[];
  // Station of each machine.
  stationOf: number[];
  nMachines: number;
  // How items look in each node.
  shapes: Shape[];
  // How wide the label of each node may be: up to halfway to the next label of its row.
  labelRoom: number[];
}

const LABEL = 18; // above each box
const GAP_X = 26;
const GAP_Y = 20;
const ASIDE = 60; // how far a curve stays from the name of a buffer that it meets from below
const MAX_PLACES = 40; // drawn of a buffer; a number says the rest

function grid(n: number, aspect: number): [number, number] {
  const columns = Math.max(1, Math.min(n, Math.ceil(Math.sqrt(n * aspect))));
  return [columns, Math.ceil(n / columns)];
}

function stationNode(s: PlanStation, index: number): Node {
  const n = Math.max(1, s.n_machines);
  const [columns, rows] = grid(n, 1.6);
  const cell = n === 1 ? 52 : n <= 6 ? 30 : n <= 15 ? 18 : n <= 50 ? 12 : 9;
  return {
    kind: 'station',
    index,
    name: s.name,
    x: 0,
    y: 0,
    columns,
    rows,
    cell,
    w: Math.max(58, columns * cell + 12),
    h: Math.max(36, rows * cell + 12),
  };
}

function bufferNode(b: PlanBuffer, index: number): Node {
  const places = Math.min(MAX_PLACES, b.capacity && !b.by_quantity ? Math.max(1, b.capacity) : 20);
  const columns = places <= 6 ? 2 : places <= 18 ? 3 : 4;
  return {
    kind: 'buffer',
    index,
    name: b.name,
    x: 0,
    y: 0,
    columns,
    rows: Math.ceil(places / columns),
    cell: 8,
    w: columns * 9 + 8,
    h: 52,
  };
}

const small = (kind: NodeKind, index: number, name: string): Node => ({
  kind,
  index,
  name,
  x: 0,
  y: 0,
  w: 26,
  h: 26,
  columns: 1,
  rows: 1,
  cell: 8,
});

// The scale that keeps every pair of boxes apart in at least one direction.
function scaleFor(nodes: Node[], at: Point[], isotropic: boolean): [number, number] {
  let kx = 0,
    ky = 0;
  for (let i = 0; i < nodes.length; i++)
    for (let j = 0; j < i; j++) {
      const a = nodes[i]!,
        b = nodes[j]!;
      const dx = Math.abs(at[i]!.x - at[j]!.x),
        dy = Math.abs(at[i]!.y - at[j]!.y);
      const needX = dx > 1e-9 ? ((a.w + b.w) / 2 + GAP_X) / dx : Infinity;
      const needY = dy > 1e-9 ? ((a.h + b.h) / 2 + LABEL + GAP_Y) / dy : Infinity;
      if (needX === Infinity && needY === Infinity) continue;
      if (isotropic) kx = ky = Math.max(kx, Math.min(needX, needY));
      else if (needX <= needY && dx >= dy) kx = Math.max(kx, needX);
      else ky = Math.max(ky, needY);
    }
  return [kx, ky];
}

// Boxes that still lie on each other are pushed apart along the shorter way.
function separate(nodes: Node[]): void {
  for (let pass = 0; pass < 200; pass++) {
    let moved = false;
    for (let i = 0; i < nodes.length; i++)
      for (let j = 0; j < i; j++) {
        const a = nodes[i]!,
          b = nodes[j]!;
        const px = (a.w + b.w) / 2 + GAP_X / 2 - Math.abs(a.x - b.x);
        const py = (a.h + b.h) / 2 + LABEL + 4 - Math.abs(a.y - b.y);
        if (px <= 0.01 || py <= 0.01) continue;
        moved = true;
        if (py <= px) {
          const s = a.y >= b.y ? 0.5 : -0.5;
          a.y += s * py;
          b.y -= s * py;
        } else {
          const s = a.x >= b.x ? 0.5 : -0.5;
          a.x += s * px;
          b.x -= s * px;
        }
      }
    if (!moved) return;
  }
}

// Where a belt meets a box from below (1) or above (-1): outside of its label.
function endOf(n: Node, down: number): Point {
  const label =
    n.kind === 'station'
      ? down < 0
        ? LABEL
        : 0
      : down > 0
        ? (n.kind === 'buffer' ? 1.5 : 1) * LABEL
        : 0;
  return { x: n.x, y: n.y + down * (n.h / 2 + label) };
}

// How many points of a curve lie behind boxes that it does not belong to.
function hidden(curve: Curve, a: Node, b: Node, nodes: readonly Node[]): number {
  let hits = 0;
  for (let i = 1; i < 24; ++i) {
    const p = curveAt(curve, i / 24);
    for (const n of nodes)
      if (
        n !== a &&
        n !== b &&
        Math.abs(p.x - n.x) < n.w / 2 + 4 &&
        Math.abs(p.y - n.y) < n.h / 2 + 6
      )
        ++hits;
  }
  return hits;
}

// Ahead: from the right side to the left side, around what stands between.
function beltAhead(a: Node, b: Node, nodes: readonly Node[]): Curve {
  const p = { x: a.x + a.w / 2, y: a.y };
  const q = { x: b.x - b.w / 2, y: b.y };
  const m = Math.max(10, (q.x - p.x) / 2);
  let best: Curve = [p, { x: p.x + m, y: p.y }, { x: q.x - m, y: q.y }, q];
  let least = hidden(best, a, b, nodes);
  for (const lift of [-70, 70, -110, 110, -160, 160, -230, 230]) {
    if (least === 0) break;
    const curve: Curve = [p, { x: p.x + 8, y: p.y + lift }, { x: q.x - 8, y: q.y + lift }, q];
    const hits = hidden(curve, a, b, nodes);
    if (hits < least) [best, least] = [curve, hits];
  }
  return best;
}

// Where a belt leaves or meets a box. Below a buffer stands its name: there it is the side that
// looks at the other box, with the curve coming from below.
function gateOf(n: Node, down: number, other: Node): { at: Point; by: Point } {
  if (n.kind !== 'buffer' || down < 0) {
    const at = endOf(n, down);
    return { at, by: { x: at.x, y: at.y } };
  }
  const side = other.x >= n.x ? 1 : -1;
  const at = { x: n.x + (side * n.w) / 2, y: n.y + n.h / 2 - 8 };
  return { at, by: { x: at.x + side * ASIDE, y: at.y } };
}

function beltOf(a: Node, b: Node, nodes: readonly Node[]): Curve {
  if (b.x - b.w / 2 >= a.x + a.w / 2) return beltAhead(a, b, nodes);
  // Back or sideways: leave by the side that faces the other box.
  const down = b.y >= a.y ? 1 : -1;
  const p = gateOf(a, down, b);
  const q = gateOf(b, -down, a);
  if (down * (q.at.y - p.at.y) >= 0) {
    const m = Math.max(14, Math.abs(q.at.y - p.at.y) / 2);
    return [p.at, { x: p.by.x, y: p.by.y + down * m }, { x: q.by.x, y: q.by.y - down * m }, q.at];
  }
  const r = gateOf(b, 1, a);
  const s = gateOf(a, 1, b);
  const low = Math.max(endOf(a, 1).y, endOf(b, 1).y) + 44;
  return [s.at, { x: s.by.x, y: low }, { x: r.by.x, y: low }, r.at];
}

function shapeOf(stage: string): Shape {
  if (/coat|calender|slit|roll|wind/.test(stage)) return 'roll';
  if (/assembl|soak|form|cell|tray/.test(stage)) return 'cell';
  if (/mix|slurry/.test(stage)) return 'drop';
  return 'piece';
}

const nodeKey = (p: PlanPlace): string =>
  p.station !== undefined
    ? 'station' + p.station
    : p.buffer !== undefined
      ? 'buffer' + p.buffer
      : p.source !== undefined
        ? 'source' + p.source
        : 'exit' + p.exit;

// Labels stand above stations and below everything else; two of them in one row share the way.
function labelRooms(nodes: Node[]): number[] {
  const row = (n: Node): number => (n.kind === 'station' ? n.y - n.h / 2 : n.y + n.h / 2 + LABEL);
  return nodes.map((n) => {
    let room = 160;
    for (const m of nodes) {
      const dx = Math.abs(m.x - n.x);
      if (m !== n && Math.abs(row(m) - row(n)) < LABEL)
        room = Math.min(room, Math.max(dx, Math.min(n.w, m.w)));
      else if (m !== n && Math.abs(m.y - row(n)) < m.h / 2 + LABEL / 2 && dx > 1)
        room = Math.min(room, Math.max(n.w, 2 * (dx - m.w / 2)));
    }
    return room;
  });
}

// Moves everything into the first quadrant, with a margin; returns the size of the drawing.
function moveToOrigin(nodes: Node[], belts: Belt[]): [number, number] {
  if (nodes.length === 0) return [0, 0];
  const margin = 28;
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const add = (x: number, y: number, w: number, above: number, below: number): void => {
    box.left = Math.min(box.left, x - w / 2);
    box.right = Math.max(box.right, x + w / 2);
    box.top = Math.min(box.top, y - above);
    box.bottom = Math.max(box.bottom, y + below);
  };
  for (const n of nodes) {
    const above = n.kind === 'station' ? 2 : 0.5; // a name, and which is the bottleneck
    const below = n.kind === 'station' ? 0.5 : n.kind === 'buffer' ? 2.6 : 1;
    add(n.x, n.y, n.w, n.h / 2 + above * LABEL, n.h / 2 + below * LABEL);
  }
  for (const b of belts)
    for (const t of [0.25, 0.5, 0.75]) {
      const p = curveAt(b.curve, t);
      add(p.x, p.y, 8, 4, 4);
    }
  const dx = margin - box.left;
  const dy = margin - box.top;
  const points = new Set<Point>([...nodes, ...belts.flatMap((b) => b.curve)]);
  for (const p of points) {
    p.x += dx;
    p.y += dy;
  }
  return [box.right - box.left + 2 * margin, box.bottom - box.top + 2 * margin];
}

export function sceneOf(plan: FloorPlan): Scene {
  const nodes: Node[] = [],
    at: Point[] = [];
  const places = new Map<string, number>();
  const add = (node: Node, p: Point, key: string): void => {
    if (!places.has(key)) places.set(key, nodes.length);
    nodes.push(node);
    at.push({ x: Number.isFinite(p.x) ? p.x : 0, y: Number.isFinite(p.y) ? p.y : 0 });
  };
  plan.stations.forEach((s, i) => add(stationNode(s, i), s, 'station' + i));
  plan.buffers.forEach((b, i) => add(bufferNode(b, i), b, 'buffer' + i));
  plan.sources?.forEach((s, i) => add(small('source', i, s.name), s, 'source' + i));
  plan.exits?.forEach((e, i) => add(small('exit', i, e.kind), e, 'exit' + e.kind));
  let [kx, ky] = scaleFor(nodes, at, plan.positioned === true);
  kx = Math.min(kx || 60, 400);
  ky = Math.min(ky || 60, 400);
  nodes.forEach((n, i) => {
    n.x = at[i]!.x * kx;
    n.y = at[i]!.y * ky;
  });
  separate(nodes);
  const belts: Belt[] = [];
  for (const e of plan.edges ?? []) {
    const from = places.get(nodeKey(e.from));
    const to = places.get(nodeKey(e.to));
    if (from === undefined || to === undefined || from === to) continue;
    belts.push({ from, to, share: e.share ?? 1, curve: beltOf(nodes[from]!, nodes[to]!, nodes) });
  }
  const [width, height] = moveToOrigin(nodes, belts);
  const stationOf: number[] = [];
  plan.stations.forEach((s, i) => {
    for (let m = 0; m < s.n_machines; m++) stationOf[s.first_machine + m] = i;
  });
  const shapes = nodes.map((n): Shape =>
    n.kind === 'station' ? shapeOf(plan.stations[n.index]!.stage || n.name) : 'piece',
  );
  for (const b of belts)
    if (nodes[b.to]!.kind === 'buffer' && nodes[b.from]!.kind === 'station')
      shapes[b.to] = shapes[b.from]!;
  return {
    nodes,
    belts,
    stationOf,
    shapes,
    labelRoom: labelRooms(nodes),
    nMachines: stationOf.length,
    width,
    height,
    stationNode: plan.stations.map((_, i) => places.get('station' + i)!),
    bufferNode: plan.buffers.map((_, i) => places.get('buffer' + i)!),
  };
}

// Centre of machine `k` (0 is the station's first) in its station's box.
export function machineAt(node: Node, k: number): Point {
  const column = k % node.columns,
    row = Math.floor(k / node.columns);
  return {
    x: node.x + (column - (node.columns - 1) / 2) * node.cell,
    y: node.y + (row - (node.rows - 1) / 2) * node.cell,
  };
}

// How many items a buffer's box shows one by one.
export const placesOf = (node: Node): number => node.columns * node.rows;

// Centre of place `k` in a buffer: filled from the bottom, so that height is the queue.
export function waitingAt(node: Node, k: number): Point {
  const shown = Math.min(k, placesOf(node) - 1);
  const column = shown % node.columns,
    row = Math.floor(shown / node.columns);
  const step = (node.h - 8) / Math.max(node.rows, 1);
  return {
    x: node.x + (column - (node.columns - 1) / 2) * 9,
    y: node.y + node.h / 2 - 4 - (row + 0.5) * step,
  };
}

export function curveAt(c: Curve, t: number): Point {
  const u = 1 - t;
  const a = u * u * u,
    b = 3 * u * u * t,
    d = 3 * u * t * t,
    e = t * t * t;
  return {
    x: a * c[0].x + b * c[1].x + d * c[2].x + e * c[3].x,
    y: a * c[0].y + b * c[1].y + d * c[2].y + e * c[3].y,
  };
}
