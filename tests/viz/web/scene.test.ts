// The floor as a drawing: boxes never lie on each other, machines and waiting items lie inside
// their boxes, and travelling items end where the newest frame says.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { foldLabel } from '../../../viz/web/src/draw/floor_paint.js';
import {
  curveAt,
  machineAt,
  placesOf,
  sceneOf,
  waitingAt,
  type FloorPlan,
  type Node,
} from '../../../viz/web/src/draw/scene.js';
import { nodeOfPlace, positionAt, Travel } from '../../../viz/web/src/draw/tween.js';
import { clampView, fit, panWindow, zoomAt, zoomWindow } from '../../../viz/web/src/draw/view.js';

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
}

function somePlan(seed: number): FloorPlan {
  const r = random(seed);
  const positioned = r() < 0.5,
    size = positioned ? 200 : 8;
  const at = (): { x: number; y: number } => ({
    x: Math.round(r() * size),
    y: Math.round(r() * size * 0.4),
  });
  let first = 0;
  const stations = Array.from({ length: 2 + Math.floor(r() * 12) }, (_, i) => {
    const n_machines = r() < 0.2 ? 1 + Math.floor(r() * 120) : 1 + Math.floor(r() * 4);
    first += n_machines;
    return { name: `s${i}`, ...at(), n_machines, first_machine: first - n_machines };
  });
  const buffers = Array.from({ length: 1 + Math.floor(r() * 10) }, (_, i) => ({
    name: `b${i}`,
    ...at(),
    capacity: r() < 0.3 ? null : Math.floor(r() * 60),
  }));
  return {
    positioned,
    stations,
    buffers,
    exits: [{ kind: 'out', ...at() }],
    sources: [{ name: 'source', buffer: 0, ...at() }],
    edges: [],
  };
}

const overlap = (a: Node, b: Node): boolean =>
  Math.abs(a.x - b.x) < (a.w + b.w) / 2 - 0.5 && Math.abs(a.y - b.y) < (a.h + b.h) / 2 - 0.5;

const inside = (n: Node, p: { x: number; y: number }): boolean =>
  Math.abs(p.x - n.x) <= n.w / 2 && Math.abs(p.y - n.y) <= n.h / 2;

test('no two boxes lie on each other, all lie in the drawing', () => {
  for (let seed = 1; seed <= 60; ++seed) {
    const scene = sceneOf(somePlan(seed));
    scene.nodes.forEach((a, i) => {
      for (const b of scene.nodes.slice(0, i))
        assert.ok(!overlap(a, b), `seed ${seed}: ${a.name} on ${b.name}`);
      assert.ok(
        a.x - a.w / 2 >= 0 &&
          a.x + a.w / 2 <= scene.width &&
          a.y - a.h / 2 >= 0 &&
          a.y + a.h / 2 <= scene.height,
      );
    });
    assert.deepEqual(sceneOf(somePlan(seed)), scene);
  }
});

test('machines and places are inside their boxes, and different', () => {
  for (let seed = 1; seed <= 20; ++seed) {
    const plan = somePlan(seed),
      scene = sceneOf(plan);
    plan.stations.forEach((s, i) => {
      const node = scene.nodes[scene.stationNode[i]!]!;
      const seen = new Set<string>();
      for (let k = 0; k < s.n_machines; ++k) {
        const p = machineAt(node, k);
        assert.ok(inside(node, p));
        seen.add(`${p.x} ${p.y}`);
      }
      assert.equal(seen.size, s.n_machines);
    });
    plan.buffers.forEach((_, i) => {
      const node = scene.nodes[scene.bufferNode[i]!]!;
      for (let k = 0; k < placesOf(node) + 3; ++k) assert.ok(inside(node, waitingAt(node, k)));
      if (node.rows > 1)
        assert.ok(waitingAt(node, node.columns).y < waitingAt(node, 0).y, 'a queue grows upwards');
    });
  }
});

const line: FloorPlan = {
  stations: [
    { name: 'saw', x: 0, y: 0, first_machine: 0, n_machines: 1 },
    { name: 'mill', x: 2, y: 0, first_machine: 1, n_machines: 2 },
  ],
  buffers: [{ name: 'blanks', x: 1, y: 0, capacity: 4 }],
  exits: [{ kind: 'out', x: 3, y: 0 }],
  edges: [
    { from: { station: 0 }, to: { buffer: 0 } },
    { from: { buffer: 0 }, to: { station: 1 } },
    { from: { station: 1 }, to: { exit: 'out' } },
  ],
};
const firstMachine = (s: number): number => line.stations[s]!.first_machine;

test('a belt goes around what stands between its ends', () => {
  const at = (
    name: string,
    x: number,
  ): { name: string; x: number; y: number; first_machine: number; n_machines: number } => ({
    name,
    x,
    y: 0,
    first_machine: x,
    n_machines: 1,
  });
  const plan: FloorPlan = {
    stations: [at('test', 0), at('deburr', 1), at('pack', 2)],
    buffers: [],
    exits: [{ kind: 'out', x: 3, y: 0 }],
    edges: [
      { from: { station: 0 }, to: { exit: 'out' } },
      { from: { station: 2 }, to: { exit: 'out' } },
    ],
  };
  const scene = sceneOf(plan);
  const [around, straight] = scene.belts;
  for (let i = 1; i < 40; ++i) {
    const p = curveAt(around!.curve, i / 40);
    for (const n of scene.nodes.slice(1, 3)) assert.ok(!inside(n, p), `behind ${n.name}`);
    assert.ok(p.y >= 0 && p.y <= scene.height);
    assert.ok(Math.abs(curveAt(straight!.curve, i / 40).y - scene.nodes[2]!.y) < 1e-9);
  }
});

test('places of items', () => {
  const scene = sceneOf(line);
  assert.equal(scene.nodes[nodeOfPlace(scene, 0)]!.name, 'saw');
  assert.equal(scene.nodes[nodeOfPlace(scene, 2)]!.name, 'mill');
  assert.equal(scene.nodes[nodeOfPlace(scene, 3)]!.name, 'blanks');
  assert.equal(nodeOfPlace(scene, 4), -1);
  assert.equal(scene.belts.length, 3);
  for (const b of scene.belts) {
    assert.deepEqual(curveAt(b.curve, 0), b.curve[0]);
    assert.deepEqual(curveAt(b.curve, 1), b.curve[3]);
  }
});

test('an item glides to its place and leaves by the only exit', () => {
  const scene = sceneOf(line),
    travel = new Travel(scene, 100);
  travel.update([7, 0], firstMachine, 0, false);
  const saw = scene.nodes[0]!,
    blanks = scene.nodes[scene.bufferNode[0]!]!;
  assert.deepEqual(positionAt(travel.items.get(7)!, 0, 100), { x: saw.x, y: saw.y });
  assert.ok(!travel.busy(50));

  travel.update([7, 3], firstMachine, 1000, false);
  const item = travel.items.get(7)!;
  assert.ok(travel.busy(1050));
  const half = positionAt(item, 1050, 100);
  assert.ok(half.x > saw.x && half.x < blanks.x);
  assert.deepEqual(positionAt(item, 1100, 100), waitingAt(blanks, 0));

  travel.update([7, 1], firstMachine, 2000, false);
  travel.update([], firstMachine, 3000, false);
  const gone = travel.items.get(7)!;
  assert.ok(!gone.alive);
  assert.equal(positionAt(gone, 3100, 100).x, scene.nodes.find((n) => n.kind === 'exit')!.x);
  travel.update([], firstMachine, 3101, false);
  assert.equal(travel.items.size, 0);
});

test('an item that came through a buffer between two frames keeps to the belts', () => {
  const scene = sceneOf({ ...line, buffers: [{ name: 'blanks', x: 1, y: 3, capacity: 4 }] });
  const travel = new Travel(scene, 100);
  travel.update([7, 0], firstMachine, 0, false);
  travel.update([7, 1], firstMachine, 1000, false);
  const item = travel.items.get(7)!;
  assert.deepEqual(positionAt(item, 1000, 100), { x: scene.nodes[0]!.x, y: scene.nodes[0]!.y });
  const blanks = scene.nodes[scene.bufferNode[0]!]!;
  const half = positionAt(item, 1050, 100);
  assert.ok(
    Math.abs(half.x - blanks.x) <= blanks.w / 2 + 1 && Math.abs(half.y - blanks.y) < blanks.h,
  );
  assert.deepEqual(positionAt(item, 1100, 100), machineAt(scene.nodes[1]!, 0));
});

test('with reduced motion and after a seek items jump', () => {
  const scene = sceneOf(line);
  const still = new Travel(scene, 0);
  still.update([7, 0], firstMachine, 0, false);
  still.update([7, 3], firstMachine, 10, false);
  assert.ok(!still.busy(10));
  const mill = machineAt(scene.nodes[1]!, 1);
  const travel = new Travel(scene, 100);
  travel.update([7, 0, 8, 0], firstMachine, 0, false);
  travel.update([7, 2], firstMachine, 10, true);
  assert.deepEqual(positionAt(travel.items.get(7)!, 10, 100), mill);
  assert.equal(travel.items.size, 1);
});

test('zoom keeps the point under the pointer, windows stay inside', () => {
  const view = zoomAt({ k: 1, x: 10, y: 20 }, 2, 100, 50);
  assert.deepEqual([(100 - view.x) / view.k, (50 - view.y) / view.k], [90, 30]);
  assert.deepEqual(fit(100, 50, 1000, 1000, 4), { k: 4, x: 300, y: 400 });
  assert.equal(clampView({ k: 1, x: -5000, y: 0 }, 400, 300, 600, 400).x, 80 - 400);
  assert.deepEqual(zoomWindow([0, 100], 0.5, 50, 0, 100), [25, 75]);
  assert.deepEqual(zoomWindow([25, 75], 10, 30, 0, 100), [0, 100]);
  assert.deepEqual(panWindow([25, 75], 1000, 0, 100), [50, 100]);
  assert.deepEqual(panWindow([25, 75], -1000, 0, 100), [0, 50]);
});

test('labels fold at a word', () => {
  const fits = (text: string): boolean => text.length <= 12;
  assert.deepEqual(foldLabel('rolls slit a', fits), ['rolls slit a']);
  assert.deepEqual(foldLabel('rolls calendered a', fits), ['rolls', 'calendered a']);
  assert.deepEqual(foldLabel('slurrytankslurrytank', fits), ['slurrytankslurrytank']);
});

test('a belt back to a buffer ends at the buffer, not below its name', () => {
  const scene = sceneOf({
    ...line,
    edges: [...line.edges!, { from: { station: 1 }, to: { buffer: 0 } }],
  });
  const buffer = scene.nodes[scene.bufferNode[0]!]!;
  const [, , before, end] = scene.belts.at(-1)!.curve;
  assert.ok(Math.abs(end.x - (buffer.x + buffer.w / 2)) < 1e-9);
  assert.ok(Math.abs(end.y - buffer.y) <= buffer.h / 2);
  assert.ok(before.y > buffer.y + buffer.h / 2 && before.x > end.x, 'it comes from below, beside');
});
