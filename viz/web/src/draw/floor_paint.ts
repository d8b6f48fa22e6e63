// Paints one moment of the floor: belts, boxes, machines by state, queues, items.
import { machineAt, placesOf, type Node, type Point, type Scene, type Shape } from './scene.js';
import { positionAt, type Travel } from './tween.js';
import type { StatePaint, Theme } from './theme.js';
import type { View } from './view.js';
import { words } from '../format.js';
import { short } from './numbers.js';

// Values of one moment, as the channels bring them.
export interface Moment {
  machines: ArrayLike<number>; // state, share done, items, wear
  levels: ArrayLike<number>;
  firstMachine: number[];
  capacity: (number | null)[];
  byQuantity: boolean[];
  bottleneck: number; // station, -1: none
}

export interface FloorPaint {
  context: CanvasRenderingContext2D;
  scene: Scene;
  view: View;
  theme: Theme;
  states: StatePaint[];
  moment: Moment;
  travel: Travel;
  now: number;
}

const HELD_ROOM = 90; // px for the name of the bottleneck, however small the plan

export function paintFloor(p: FloorPaint, width: number, height: number): void {
  const c = p.context;
  c.clearRect(0, 0, width, height);
  c.save();
  c.translate(p.view.x, p.view.y);
  c.scale(p.view.k, p.view.k);
  p.scene.belts.forEach((b) => paintBelt(p, b));
  p.scene.nodes.forEach((n) => {
    if (n.kind === 'station') paintStation(p, n);
    else if (n.kind === 'buffer') paintBuffer(p, n);
    else paintEnd(p, n);
  });
  paintItems(p);
  c.restore();
  p.scene.nodes.forEach((n, i) => paintLabel(p, n, p.scene.labelRoom[i]!));
}

function paintBelt(p: FloorPaint, belt: Scene['belts'][number]): void {
  const c = p.context,
    [a, b, d, e] = belt.curve;
  const path = (): void => {
    c.beginPath();
    c.moveTo(a.x, a.y);
    c.bezierCurveTo(b.x, b.y, d.x, d.y, e.x, e.y);
  };
  c.lineCap = 'butt';
  c.strokeStyle = p.theme.belt;
  c.lineWidth = belt.share < 0.2 ? 4 : 8;
  path();
  c.stroke();
  const angle = Math.atan2(e.y - d.y, e.x - d.x);
  c.save();
  c.translate(e.x, e.y);
  c.rotate(angle);
  c.fillStyle = p.theme.soft;
  c.beginPath();
  c.moveTo(0, 0);
  c.lineTo(-7, -4);
  c.lineTo(-7, 4);
  c.fill();
  c.restore();
}

function box(c: CanvasRenderingContext2D, n: Node, grow: number, radius: number): void {
  c.beginPath();
  c.roundRect(n.x - n.w / 2 - grow, n.y - n.h / 2 - grow, n.w + 2 * grow, n.h + 2 * grow, radius);
}

function paintStation(p: FloorPaint, n: Node): void {
  const c = p.context;
  if (n.index === p.moment.bottleneck) {
    box(c, n, 5, 9);
    c.strokeStyle = p.theme.accent;
    c.lineWidth = 3;
    c.stroke();
  }
  box(c, n, 0, 6);
  c.fillStyle = p.theme.raised;
  c.fill();
  c.strokeStyle = p.theme.line;
  c.lineWidth = 1;
  c.stroke();
  const first = p.moment.firstMachine[n.index]!;
  const count = (p.moment.firstMachine[n.index + 1] ?? p.scene.nMachines) - first;
  for (let k = 0; k < count; k++) paintMachine(p, n, first, k);
}

function paintMachine(p: FloorPaint, n: Node, first: number, k: number): void {
  const c = p.context,
    m = (first + k) * 4,
    values = p.moment.machines;
  const at = machineAt(n, k),
    hasBars = n.cell >= 16,
    alone = n.columns === 1 && n.rows === 1;
  const h = hasBars ? n.cell - 10 : n.cell - 2,
    w = alone ? n.w - 20 : h;
  const x = at.x - w / 2 - (hasBars ? 2 : 0),
    y = at.y - h / 2 - (hasBars ? 2 : 0);
  const state = p.states[values[m] ?? -1];
  c.lineWidth = 1;
  c.strokeStyle = state ? state.fill : p.theme.line;
  c.fillStyle = state ? (state.pattern ?? state.fill) : p.theme.raised;
  c.beginPath();
  c.roundRect(x, y, w, h, hasBars ? 2 : 1);
  c.fill();
  if (!state) c.stroke();
  if (!hasBars || !state) return;
  const done = Math.min(1, Math.max(0, values[m + 1] ?? 0)),
    wear = Math.min(1, Math.max(0, values[m + 3] ?? 0));
  c.fillStyle = p.theme.belt;
  c.fillRect(x, y + h + 2, w, 2.5);
  c.fillRect(x + w + 2, y, 2.5, h);
  c.fillStyle = p.theme.soft;
  c.fillRect(x, y + h + 2, w * done, 2.5);
  c.fillStyle = wear > 0.9 ? p.theme.bad : p.theme.soft;
  c.fillRect(x + w + 2, y + h * (1 - wear), 2.5, h * wear);
}

function paintBuffer(p: FloorPaint, n: Node): void {
  const c = p.context,
    level = p.moment.levels[n.index] ?? 0,
    capacity = p.moment.capacity[n.index];
  const share = Math.min(1, level / (capacity ?? Math.max(placesOf(n), level, 1)));
  const full = capacity != null && level >= capacity - 1e-9 && capacity > 0;
  c.beginPath();
  c.roundRect(n.x - n.w / 2, n.y - n.h / 2, n.w, n.h, 4);
  c.fillStyle = p.theme.raised;
  c.fill();
  c.save();
  c.clip();
  c.globalAlpha = p.moment.byQuantity[n.index] ? 0.45 : 0.2;
  c.fillStyle = p.theme.accent;
  c.fillRect(n.x - n.w / 2, n.y + n.h / 2 - n.h * share, n.w, n.h * share);
  c.restore();
  c.strokeStyle = full ? p.theme.bad : p.theme.line;
  c.lineWidth = full ? 2.5 : 1;
  if (capacity == null) c.setLineDash([3, 3]);
  c.stroke();
  c.setLineDash([]);
}

function paintEnd(p: FloorPaint, n: Node): void {
  const c = p.context;
  c.beginPath();
  c.arc(n.x, n.y, 12, 0, 7);
  c.fillStyle = p.theme.ground;
  c.fill();
  c.strokeStyle = n.kind === 'exit' && n.name === 'scrap' ? p.theme.bad : p.theme.soft;
  c.lineWidth = 1.5;
  c.stroke();
  c.beginPath();
  if (n.kind === 'exit' && n.name === 'scrap') {
    c.moveTo(n.x - 4, n.y - 4);
    c.lineTo(n.x + 4, n.y + 4);
    c.moveTo(n.x + 4, n.y - 4);
    c.lineTo(n.x - 4, n.y + 4);
  } else {
    c.moveTo(n.x - 5, n.y);
    c.lineTo(n.x + 5, n.y);
    c.moveTo(n.x + 1, n.y - 4);
    c.lineTo(n.x + 5, n.y);
    c.lineTo(n.x + 1, n.y + 4);
  }
  c.stroke();
}

// `f`: how large, 1 fits into a buffer.
function shapePath(c: CanvasRenderingContext2D, shape: Shape, { x, y }: Point, f: number): void {
  if (shape === 'roll') {
    c.moveTo(x + 3.6 * f, y);
    c.arc(x, y, 3.6 * f, 0, 7);
    c.moveTo(x + 1.3 * f, y);
    c.arc(x, y, 1.3 * f, 0, 7, true);
  } else if (shape === 'drop') {
    c.moveTo(x, y - 4.5 * f);
    c.arc(x, y + f, 3 * f, -0.9, Math.PI + 0.9);
    c.closePath();
  } else if (shape === 'cell') {
    c.rect(x - 3 * f, y - 2.5 * f, 6 * f, 5 * f);
    c.rect(x - f, y - 4 * f, 2 * f, 1.5 * f);
  } else c.rect(x - 2.8 * f, y - 2.8 * f, 5.6 * f, 5.6 * f);
}

function paintItems(p: FloorPaint): void {
  const c = p.context;
  const length = p.travel.length_ms;
  const large = Math.min(2, Math.max(1.2, 1.2 / p.view.k)); // what travels has to be seen
  const gone: [Point, number, Shape][] = [];
  c.beginPath();
  for (const m of p.travel.items.values()) {
    const at = positionAt(m, p.now, length);
    const moves = p.now - m.start < length;
    const shape = p.scene.shapes[moves ? m.was : m.node] ?? 'piece';
    if (m.alive) shapePath(c, shape, at, moves && m.was !== m.node ? large : 1);
    else gone.push([at, length > 0 ? 1 - (p.now - m.start) / length : 0, shape]);
  }
  c.fillStyle = p.theme.item;
  c.strokeStyle = p.theme.ground;
  c.lineWidth = 0.8;
  c.stroke();
  c.fill();
  for (const [at, alpha, shape] of gone) {
    if (alpha <= 0) continue;
    c.globalAlpha = alpha;
    c.beginPath();
    shapePath(c, shape, at, large);
    c.fill();
  }
  c.globalAlpha = 1;
}

// Labels are drawn on the screen, not in the world: they keep a size that can be read. Stations
// carry theirs above, buffers below, so that neighbours leave each other room.
function paintLabel(p: FloorPaint, n: Node, room: number): void {
  const c = p.context,
    k = p.view.k,
    isHeld = n.kind === 'station' && n.index === p.moment.bottleneck,
    width = Math.max(room * k - 6, isHeld ? HELD_ROOM : 0);
  const x = n.x * k + p.view.x,
    top = (n.y - n.h / 2) * k + p.view.y,
    bottom = (n.y + n.h / 2) * k + p.view.y;
  if (width < 20) return;
  c.textAlign = 'center';
  c.textBaseline = 'alphabetic';
  c.strokeStyle = p.theme.ground;
  c.lineWidth = 3;
  c.lineJoin = 'round';
  const write = (text: string, y: number, font: string, colour: string): void => {
    c.font = `${font} ${p.theme.font}`;
    c.fillStyle = colour;
    const shown = shorten(c, text, width);
    const half = c.measureText(shown).width / 2 + 4;
    const at = isHeld ? Math.max(half, Math.min(c.canvas.clientWidth - half, x)) : x;
    c.strokeText(shown, at, y); // a rim, where a belt runs behind
    c.fillText(shown, at, y);
  };
  const name = words(n.name);
  if (k < 0.5 && !isHeld) {
    // Of a whole plan on a narrow screen: names that have room, no halves of them.
    c.font = `600 11px ${p.theme.font}`;
    if (n.kind !== 'station' || c.measureText(name).width > width) return;
  }
  if (n.kind === 'station') {
    write(name, top - 6 - (isHeld ? 6 * k : 0), '600 12px', p.theme.ink);
    if (isHeld) write('bottleneck', top - 21 - 6 * k, '600 11px', p.theme.accent);
    return;
  }
  if (n.kind !== 'buffer') return write(name, bottom + 13, '11px', p.theme.soft);
  const level = p.moment.levels[n.index] ?? 0,
    capacity = p.moment.capacity[n.index];
  const fits = (text: string): boolean => c.measureText(text).width <= width;
  c.font = `600 11px ${p.theme.font}`;
  const full = `${short(level, 3)}${capacity == null ? '' : ` / ${short(capacity, 3)}`}`;
  write(fits(full) ? full : short(level, 3), bottom + 13, '600 11px', p.theme.ink);
  c.font = `11px ${p.theme.font}`;
  foldLabel(name, fits).forEach((line, i) =>
    write(line, bottom + 26 + 12 * i, '11px', p.theme.soft),
  );
}

// A name on one line where it fits, else on two.
export function foldLabel(name: string, fits: (text: string) => boolean): string[] {
  const parts = name.split(' ');
  if (parts.length < 2 || fits(name)) return [name];
  let n = parts.length - 1;
  while (n > 1 && !fits(parts.slice(0, n).join(' '))) --n;
  return [parts.slice(0, n).join(' '), parts.slice(n).join(' ')];
}

function shorten(c: CanvasRenderingContext2D, text: string, room: number): string {
  if (c.measureText(text).width <= room) return text;
  let n = text.length;
  while (n > 1 && c.measureText(`${text.slice(0, n)}…`).width > room) n--;
  return `${text.slice(0, n)}…`;
}
