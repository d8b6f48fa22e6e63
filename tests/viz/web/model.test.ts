// The model holds exactly what the frames said: whole values replace, rows follow, gaps are told.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Frame } from '../../../viz/web/src/frame.js';
import { Model, type ChannelInfo } from '../../../viz/web/src/model.js';

function info(id: number, name: string): ChannelInfo {
  return { id, name, dimensions: [], unit: '1', type: 'double', kind: 'state', doc: '' };
}

function frame(channel: number, values: number[], more: Partial<Frame> = {}): Frame {
  return {
    channel,
    type: 0,
    whole: true,
    envelope: false,
    sequence: 1,
    time_s: NaN,
    sizes: [values.length],
    firstRow: 0,
    rows: values.length,
    stride: 1,
    numbers: Float64Array.from(values),
    texts: [],
    ...more,
  };
}

function texts(channel: number, values: string[]): Frame {
  return { ...frame(channel, []), type: 2, sizes: [values.length], texts: values };
}

/** A model whose listeners hear when `run` is called. */
function quiet(): { model: Model; run: () => void } {
  let pending: (() => void)[] = [];
  const model = new Model((run) => void pending.push(run));
  model.setTable([
    info(3, 'best_cost'),
    info(4, 'candidate_cost'),
    info(5, 'kpi_name'),
    info(6, 'best_kpi_mean'),
    info(7, 'kpi_mean'),
  ]);
  return {
    model,
    run: () => {
      const now = pending;
      pending = [];
      now.forEach((run) => run());
    },
  };
}

test('rows follow those before, over many frames', () => {
  const { model } = quiet();
  const wanted: number[] = [];
  for (let i = 0; i < 700; ++i) {
    const rows = Array.from({ length: 1 + (i % 5) }, (_, k) => i + k / 10);
    const isFirst = i === 0;
    const ok = model.takeFrame(
      frame(3, rows, { whole: isFirst, firstRow: wanted.length, sequence: i + 1 }),
    );
    assert.ok(ok);
    wanted.push(...rows);
  }
  assert.deepEqual([...model.numbers('best_cost')], wanted);
  assert.equal(model.channel('best_cost')?.sizes[0], wanted.length);
});

test('rows of two dimensions', () => {
  const { model } = quiet();
  model.takeFrame(frame(4, [1, 2, 3, 4], { sizes: [2, 2] }));
  assert.ok(model.takeFrame(frame(4, [5, 6], { whole: false, sizes: [1, 2], firstRow: 2 })));
  assert.deepEqual(model.channel('candidate_cost')?.sizes, [3, 2]);
  assert.deepEqual([...model.numbers('candidate_cost')], [1, 2, 3, 4, 5, 6]);
});

test('a gap is told and changes nothing', () => {
  const { model } = quiet();
  model.takeFrame(frame(3, [1, 2]));
  assert.equal(model.takeFrame(frame(3, [9], { whole: false, firstRow: 3 })), false);
  assert.deepEqual([...model.numbers('best_cost')], [1, 2]);
  assert.equal(
    model.takeFrame(frame(4, [9], { whole: false, firstRow: 1 })),
    false,
    'nothing before',
  );
  assert.ok(model.takeFrame(frame(3, [7])), 'a whole value heals it');
  assert.deepEqual([...model.numbers('best_cost')], [7]);
});

test('channels of a newer takt are passed over', () => {
  const { model } = quiet();
  assert.ok(model.takeFrame(frame(999, [1])));
});

test('listeners hear of all changes at once', () => {
  const { model, run } = quiet();
  run();
  const heard: string[][] = [];
  const stop = model.subscribe((changes) => void heard.push([...changes].sort()));
  model.takeFrame(frame(3, [1]));
  model.takeFrame(frame(4, [1]));
  model.setDocument('run', { state: 'running' });
  assert.deepEqual(heard, []);
  run();
  assert.deepEqual(heard, [['best_cost', 'candidate_cost', 'run']]);
  stop();
  model.setDocument('run', {});
  run();
  assert.equal(heard.length, 1);
});

test('needs: both, either, and channels without rows', () => {
  const { model } = quiet();
  assert.equal(model.has('best_kpi_mean|kpi_mean'), false);
  model.takeFrame(frame(7, [], { sizes: [0] }));
  assert.equal(model.has('kpi_mean'), false);
  model.takeFrame(frame(7, [1]));
  assert.ok(model.has('best_kpi_mean|kpi_mean'));
  model.setDocument('factory', {});
  assert.ok(model.has('factory'));
  model.clear();
  assert.equal(model.has('factory') || model.has('kpi_mean'), false);
});

test('log lines keep their numbers, without repeats', () => {
  const { model } = quiet();
  const line = (text: string): { time: string; level: string; topic: string; text: string } => ({
    time: '',
    level: 'info',
    topic: '',
    text,
  });
  model.takeLines(0, [line('a'), line('b')]);
  model.takeLines(1, [line('b'), line('c')]); // after a reconnect
  model.takeLines(6, [line('g')]);
  assert.deepEqual(
    model.lines.map((l) => [l.number, l.text]),
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
      [6, 'g'],
    ],
  );
  assert.equal(model.linesMissing, 3);
});

test('KPIs by name; an answer without all names is none', () => {
  const { model } = quiet();
  model.takeFrame(texts(5, ['cost_per_good_kWh', 'yield']));
  model.takeFrame(frame(7, [80]));
  assert.deepEqual(model.kpis('result'), []);
  model.takeFrame(frame(7, [80, 0.9]));
  assert.equal(model.kpi('yield', 'result')?.mean, 0.9);
  assert.equal(model.answer(), 'result');
  model.takeFrame(frame(6, [75, 0.95]));
  assert.equal(model.answer(), 'best');
});
