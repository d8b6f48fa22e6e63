// Items that travel: between two frames an item glides from where it was to where it is. Pure:
// time is handed in.
import {
  curveAt,
  machineAt,
  waitingAt,
  type Curve,
  type Node,
  type Point,
  type Scene,
} from './scene.js';

export interface Moving {
  node: number;
  was: number; // node that it comes from: it looks like what it was until it has arrived
  from: Point;
  to: Point;
  path: Curve[]; // belts on the way; none: straight
  start: number;
  alive: boolean; // false: it has left the plant, and fades
}

const MOST_BELTS = 4; // between two frames; an item that came farther goes straight

// Which node an item is in: a machine's station, or a buffer.
export function nodeOfPlace(scene: Scene, place: number): number {
  return place < scene.nMachines
    ? (scene.stationNode[scene.stationOf[place] ?? -1] ?? -1)
    : (scene.bufferNode[place - scene.nMachines] ?? -1);
}

const ease = (t: number): number => (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t));

export function positionAt(m: Moving, now: number, length: number): Point {
  const t = length <= 0 ? 1 : Math.min(1, Math.max(0, (now - m.start) / length));
  if (t >= 1) return m.to;
  const e = ease(t);
  const n = m.path.length;
  if (n > 0) {
    const k = Math.min(n - 1, Math.floor(e * n));
    return curveAt(m.path[k]!, e * n - k);
  }
  return { x: m.from.x + (m.to.x - m.from.x) * e, y: m.from.y + (m.to.y - m.from.y) * e };
}

export class Travel {
  readonly items = new Map<number, Moving>();
  private readonly next = new Map<number, { to: number; curve: Curve }[]>();
  private readonly ways = new Map<number, Curve[]>();

  // `length_ms` 0: items jump (reduced motion).
  constructor(
    private readonly scene: Scene,
    public length_ms: number,
  ) {
    for (const { from, to, curve } of scene.belts)
      this.next.set(from, [...(this.next.get(from) ?? []), { to, curve }]);
  }

  // The shortest way along belts; empty where there is none of MOST_BELTS or less.
  private way(from: number, to: number): Curve[] {
    const key = from * 65536 + to;
    let found = this.ways.get(key);
    if (found) return found;
    found = [];
    const seen = new Set([from]);
    let ends: { node: number; path: Curve[] }[] = [{ node: from, path: [] }];
    for (let n = 0; n < MOST_BELTS && found.length === 0; ++n) {
      ends = ends.flatMap((end) =>
        (this.next.get(end.node) ?? [])
          .filter((b) => !seen.has(b.to) && seen.add(b.to))
          .map((b) => ({ node: b.to, path: [...end.path, b.curve] })),
      );
      found = ends.find((end) => end.node === to)?.path ?? [];
    }
    this.ways.set(key, found);
    return found;
  }

  // The way from a point in one node to a point in another.
  private path(from: Point, to: Point, was: number, node: number): Curve[] {
    const way = was === node ? [] : this.way(was, node);
    return way.map(([a, b, c, d], i) => [i === 0 ? from : a, b, c, i === way.length - 1 ? to : d]);
  }

  // Takes the rows of item_now: number and place of each item.
  update(
    rows: ArrayLike<number>,
    firstMachine: (station: number) => number,
    now: number,
    jump: boolean,
  ): void {
    const waiting = new Map<number, number>(),
      seen = new Set<number>();
    for (let i = 0; i + 1 < rows.length; i += 2) {
      const id = rows[i]!,
        place = rows[i + 1]!;
      const node = nodeOfPlace(this.scene, place);
      const box = this.scene.nodes[node];
      if (!box) continue;
      const k = waiting.get(place) ?? 0;
      waiting.set(place, k + 1);
      seen.add(id);
      this.move(id, node, this.target(box, place, k, firstMachine), now, jump);
    }
    for (const [id, m] of this.items) {
      if (seen.has(id)) continue;
      if (m.alive && !jump && this.length_ms > 0) this.leave(m, now);
      else if (jump || now - m.start >= this.length_ms) this.items.delete(id);
    }
  }

  // Anything still under way at `now`?
  busy(now: number): boolean {
    for (const m of this.items.values()) if (now - m.start < this.length_ms) return true;
    return false;
  }

  private target(
    box: Node,
    place: number,
    k: number,
    firstMachine: (station: number) => number,
  ): Point {
    if (box.kind === 'buffer') return waitingAt(box, k);
    const p = machineAt(box, place - firstMachine(box.index));
    const slot = Math.min(k, 7);
    return { x: p.x + (k ? ((slot % 4) - 1.5) * 5 : 0), y: p.y + (k ? (slot < 4 ? -3 : 3) : 0) };
  }

  private move(id: number, node: number, to: Point, now: number, jump: boolean): void {
    const old = this.items.get(id);
    if (!old || !old.alive || jump) {
      const here = { node, was: node, from: to, to, path: [], start: -Infinity, alive: true };
      this.items.set(id, here);
      return;
    }
    if (Math.abs(old.to.x - to.x) < 0.5 && Math.abs(old.to.y - to.y) < 0.5) {
      old.node = node;
      return;
    }
    const from = positionAt(old, now, this.length_ms);
    const path = this.path(from, to, old.node, node);
    this.items.set(id, { node, was: old.node, from, to, path, start: now, alive: true });
  }

  // An item that is gone travels to the exit where there is only one way out, else it fades where
  // it was: which way it took is not known.
  private leave(m: Moving, now: number): void {
    const exits = (this.next.get(m.node) ?? []).filter(
      (b) => this.scene.nodes[b.to]!.kind === 'exit',
    );
    const exit = exits.length === 1 ? this.scene.nodes[exits[0]!.to]! : undefined;
    m.from = positionAt(m, now, this.length_ms);
    m.to = exit ? { x: exit.x, y: exit.y } : m.from;
    m.path = exit ? this.path(m.from, m.to, m.node, exits[0]!.to) : [];
    m.was = m.node;
    m.start = now;
    m.alive = false;
  }
}
