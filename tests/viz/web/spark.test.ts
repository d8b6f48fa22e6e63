// The curve of the best cost: inside its field, in order, honest about generations without a value.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sparkOf } from '../../../viz/web/src/spark.js';

function pointsOf(path: string): [number, number][] {
  return path
    .replace(/[MZ]/g, '')
    .split('L')
    .map((pair) => pair.split(' ').map(Number) as [number, number]);
}

test('lower cost is lower, from edge to edge', () => {
  const shape = sparkOf([5, 4, 3], [], [], undefined)!;
  const points = pointsOf(shape.line);
  assert.deepEqual(points, [
    [0, 4],
    [50, 20],
    [100, 36],
  ]);
  assert.equal(shape.band, '');
  assert.equal(shape.before, null);
});

test('generations without a value leave no hole and move nothing', () => {
  const cost = [NaN, 5, Infinity, 3];
  const points = pointsOf(
    sparkOf(cost, [NaN, 4.5, NaN, 2.9], [NaN, 5.5, NaN, 3.1], undefined)!.line,
  );
  assert.equal(points.length, 2);
  assert.deepEqual([points[0]![0], points[1]![0]], [0, 100]);
  assert.equal(sparkOf([NaN, 1], [], [], undefined), null);
});

test('the band surrounds the line; the line for today is where its cost is', () => {
  const shape = sparkOf([10, 9, 9], [9.5, 8.8, 8.8], [10.5, 9.2, 9.2], 10)!;
  const line = pointsOf(shape.line);
  const band = pointsOf(shape.band);
  assert.equal(band.length, 6);
  line.forEach(([x, y], i) => {
    const [above, below] = [band[i]!, band[5 - i]!];
    assert.ok(above[0] === x && below[0] === x && above[1] < y && y < below[1]);
  });
  assert.equal(shape.before!.toFixed(2), line[0]![1].toFixed(2));
});

test('a wild beginning is cut off', () => {
  const cost = Array.from({ length: 100 }, (_, i) => (i < 3 ? 1e6 : 10 - i / 20));
  const points = pointsOf(sparkOf(cost, [], [], undefined)!.line);
  assert.ok(points.every(([, y]) => y >= 0 && y <= 40));
  assert.ok(points[99]![1] - points[10]![1] > 20, 'the end can be seen');
});
