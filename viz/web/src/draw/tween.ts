// Items that travel: between two frames an item glides from where it was to where it is. Pure:
// time is handed in.
import { curveAt, machineAt, waitingAt, type Node, type Point, type Scene } from './scene.js';

export interface Moving {
  node: number;
  from: Point;
  to: Point;
  curve: [Point, Point, Point, Point] | null;
  start: number;
  // 1 stays, 0 fades out: it has left the plant.
  alive: boolean;
}

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
  if (m.curve) return curveAt(m.curve, ease(t));
  const e = ease(t);
  return { x: m.from.x + (m.to.x - m.from.x) * e, y: m.from.y + (m.to.y - m.from.y) * e };
}

export class Travel {
  readonly items = new Map<number, Moving>();
  private readonly belts = new Map<number, [Point, Point, Point, Point]>();
  private readonly exits = new Map<number, number[]>();
  // `length_ms` 0: items jump (reduced motion).
  constructor(
    private readonly scene: Scene,
    public length_ms: number,
  ) {
    for (const b of scene.belts) {
      this.belts.set(b.from * 65536 + b.to, b.curve);
      if (scene.nodes[b.to]!.kind === 'exit')
        this.exits.set(b.from, [...(this.exits.get(b.from) ?? []), b.to]);
    }
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
      this.items.set(id, { node, from: to, to, curve: null, start: -Infinity, alive: true });
      return;
    }
    if (Math.abs(old.to.x - to.x) < 0.5 && Math.abs(old.to.y - to.y) < 0.5) {
      old.node = node;
      return;
    }
    const from = positionAt(old, now, this.length_ms);
    const belt = old.node === node ? undefined : this.belts.get(old.node * 65536 + node);
    const curve: Moving['curve'] = belt ? [from, belt[1], belt[2], to] : null;
    this.items.set(id, { node, from, to, curve, start: now, alive: true });
  }

  // An item that is gone travels to the exit where there is only one way out, else it fades where
  // it was: which way it took is not known.
  private leave(m: Moving, now: number): void {
    const from = positionAt(m, now, this.length_ms);
    const exits = this.exits.get(m.node) ?? [];
    const exit = exits.length === 1 ? this.scene.nodes[exits[0]!] : undefined;
    m.from = from;
    m.to = exit ? { x: exit.x, y: exit.y } : from;
    const belt = exit ? this.belts.get(m.node * 65536 + exits[0]!) : undefined;
    m.curve = belt ? [from, belt[1], belt[2], m.to] : null;
    m.start = now;
    m.alive = false;
  }
}
