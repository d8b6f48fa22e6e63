// The badge tells the truth about connection and run, one state at a time.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csvCell, csvText } from '../../../viz/web/src/export.js';
import type { ProgressDocument, RunDocument } from '../../../viz/web/src/model.js';
import { badgeOf, isStale, progressText, type Moment } from '../../../viz/web/src/state.js';

const run: RunDocument = { kind: 'live', name: 'x', state: 'running' };
const moment: Moment = {
  link: { state: 'open' },
  run,
  hasGap: false,
  age: 100,
  period: 200,
  now: 1000,
};

test('each state has its word', () => {
  const text = (more: Partial<Moment>): string => badgeOf({ ...moment, ...more }).text;
  assert.equal(text({}), 'Running');
  assert.equal(
    text({ run: undefined, link: { state: 'connecting', hasEnded: false } }),
    'Connecting',
  );
  assert.equal(text({ run: undefined }), 'Waiting');
  assert.equal(text({ link: { state: 'connecting', hasEnded: false } }), 'Reconnecting');
  assert.equal(
    text({ link: { state: 'retrying', at: 4200, text: '', hasEnded: false } }),
    'Reconnecting in 4 s',
  );
  assert.equal(
    text({ link: { state: 'retrying', at: 500, text: '', hasEnded: false } }),
    'Reconnecting in 0 s',
  );
  assert.equal(text({ link: { state: 'token', text: '' } }), 'Token needed');
  assert.equal(text({ hasGap: true }), 'Gap');
  assert.equal(text({ age: 12300 }), 'Silent for 12 s');
  for (const [state, word] of [
    ['finished', 'Finished'],
    ['stopped', 'Stopped'],
    ['failed', 'Failed'],
    ['damaged', 'File damaged'],
    ['waiting', 'Waiting'],
  ] as const)
    assert.equal(text({ run: { ...run, state } }), word);
  assert.equal(text({ run: { ...run, state: 'odd' as 'failed' } }), 'Waiting');
});

test('a run that is over stays what it was when its server ends', () => {
  const finished: RunDocument = { ...run, state: 'finished' };
  const ended = { state: 'retrying', at: 9000, text: '', hasEnded: true } as const;
  assert.equal(badgeOf({ ...moment, run: finished, link: ended }).text, 'Finished');
  assert.equal(
    badgeOf({ ...moment, run: finished, link: { state: 'connecting', hasEnded: true } }).text,
    'Finished',
  );
  assert.equal(
    badgeOf({ ...moment, run: finished, link: { ...ended, hasEnded: false } }).text,
    'Reconnecting in 8 s',
  );
  assert.equal(
    badgeOf({ ...moment, link: ended }).text,
    'Reconnecting in 8 s',
    'it was still running',
  );
});

test('stale: silent for twice the usual pause, and only while it should speak', () => {
  assert.equal(isStale({ ...moment, age: 2900 }), false);
  assert.ok(isStale({ ...moment, age: 3100 }));
  assert.equal(isStale({ ...moment, age: 9000, period: 5000 }), false);
  assert.ok(isStale({ ...moment, age: 11000, period: 5000 }));
  assert.equal(isStale({ ...moment, age: 1e6, run: { ...run, state: 'finished' } }), false);
  assert.equal(isStale({ ...moment, age: 1e6, run: { ...run, kind: 'replay' } }), false);
});

test('progress in words', () => {
  const progress: ProgressDocument = {
    phase: '',
    unit: 'designs',
    done: 31,
    total: 120,
    rate: 2.5,
    seconds_left: 35.6,
    best: null,
  };
  assert.equal(progressText(progress, true), '31 of 120 designs · 2.50 a second · 36 s left');
  assert.equal(
    progressText({ ...progress, total: 0, rate: 0, seconds_left: -1 }, true),
    '31 designs',
  );
  assert.equal(progressText(undefined, true), '');
});

test('CSV: quotes, and nothing that a spreadsheet would run', () => {
  assert.equal(csvCell('a'), 'a');
  assert.equal(csvCell('a,b'), '"a,b"');
  assert.equal(csvCell('say "x"'), '"say ""x"""');
  for (const text of ['=1+1', '+1', '-1', '@x', '\tx']) assert.equal(csvCell(text), `"'${text}"`);
  assert.equal(csvCell(-1.5), '-1.5');
  assert.equal(csvCell(NaN), '');
  assert.equal(
    csvText({ caption: '', columns: ['a', '=b'], rows: [['x', 1]] }),
    'a,"\'=b"\r\nx,1\r\n',
  );
});
