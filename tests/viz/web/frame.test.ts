// The page reads the same golden frames as C (tests/viz/frames), and refuses what is not a frame.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { readFrame, writeAck } from '../../../viz/web/src/frame.js';

const folder = join(process.env['TAKT_SOURCE_DIR'] ?? '.', 'tests/viz/frames');

interface Golden {
  file: string;
  id: number;
  type: 'double' | 'integer' | 'text';
  whole: boolean;
  envelope: boolean;
  dimensions: number;
  sizes: number[];
  sequence: number;
  time_s: number | string;
  first_row: number;
  n_rows: number;
  stride: number;
  values: (number | string)[];
}

const golden = JSON.parse(readFileSync(join(folder, 'frames.json'), 'utf8')) as {
  frames: Golden[];
  ack: { file: string; count: number };
};

function bytesOf(file: string): ArrayBuffer {
  const bytes = readFileSync(join(folder, file));
  return Uint8Array.from(bytes).buffer;
}

test('golden frames', () => {
  assert.ok(golden.frames.length >= 9);
  for (const wanted of golden.frames) {
    const frame = readFrame(bytesOf(wanted.file));
    assert.equal(frame.channel, wanted.id, wanted.file);
    assert.equal(frame.type, ['double', 'integer', 'text'].indexOf(wanted.type), wanted.file);
    assert.equal(frame.whole, wanted.whole, wanted.file);
    assert.equal(frame.envelope, wanted.envelope, wanted.file);
    assert.deepEqual(frame.sizes, wanted.sizes.slice(0, wanted.dimensions), wanted.file);
    assert.equal(frame.sequence, wanted.sequence, wanted.file);
    assert.ok(Object.is(frame.time_s, Number(wanted.time_s)), wanted.file);
    assert.equal(frame.firstRow, wanted.first_row, wanted.file);
    assert.equal(frame.rows, wanted.n_rows, wanted.file);
    assert.equal(frame.stride, wanted.stride, wanted.file);
    if (wanted.type === 'text') assert.deepEqual(frame.texts, wanted.values, wanted.file);
    else assert.deepEqual([...frame.numbers], wanted.values.map(Number), wanted.file);
  }
});

test('doubles are not copied', () => {
  const buffer = bytesOf('table.bin');
  assert.equal(readFrame(buffer).numbers.buffer, buffer);
});

test('acknowledgement', () => {
  const wanted = readFileSync(join(folder, golden.ack.file));
  assert.deepEqual(Buffer.from(writeAck(golden.ack.count)), wanted);
});

test('what is cut off or changed is refused', () => {
  for (const { file } of golden.frames) {
    const whole = bytesOf(file);
    for (const n of [0, 1, 63, whole.byteLength - 1])
      assert.throws(() => readFrame(whole.slice(0, n)), /frame: /, `${file}, ${n} bytes`);
  }
  const changed = (offset: number, value: number): ArrayBuffer => {
    const copy = bytesOf('texts.bin');
    new DataView(copy).setUint8(offset, value);
    return copy;
  };
  assert.throws(() => readFrame(changed(0, 0x55)), /TKT1/);
  assert.throws(() => readFrame(changed(6, 3)), /type 3/);
  assert.throws(() => readFrame(changed(8, 4)), /4 dimensions/);
  assert.throws(() => readFrame(changed(32, 5)), /behind the last text/);
  assert.throws(() => readFrame(changed(32, 7)), /6 texts of 7/);
  assert.throws(() => readFrame(changed(64, 0xff)), TypeError); // not UTF-8
});
