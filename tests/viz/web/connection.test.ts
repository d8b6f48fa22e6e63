// The connection says hello, draws before it acknowledges, asks again after a gap, forgets another
// session's numbers, waits longer each time, and asks for nothing while the tab is hidden.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';

import { Model } from '../../../viz/web/src/model.js';
import { Connection } from '../../../viz/web/src/protocol.js';

type Handler = ((event: { data?: unknown; code?: number; reason?: string }) => void) | null;

class FakeSocket {
  static OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 1;
  binaryType = '';
  sent: (string | ArrayBuffer)[] = [];
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  closedWith = 0;

  constructor(
    readonly address: string,
    readonly protocol: string,
  ) {
    FakeSocket.made.push(this);
  }

  send(data: string | ArrayBuffer): void {
    this.sent.push(data);
  }

  close(code = 1000): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  text(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  end(code: number, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  messages(): Record<string, unknown>[] {
    const texts = this.sent.filter((data): data is string => typeof data === 'string');
    return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  }
}

const page = { hidden: false, changed: (): void => undefined };
let delays: number[] = [];
let later: (() => void)[] = [];
const spoken: string[] = [];

Object.assign(globalThis, {
  WebSocket: FakeSocket,
  document: {
    get hidden() {
      return page.hidden;
    },
    addEventListener: (_: string, run: () => void) => void (page.changed = run),
  },
});

function connect(): { model: Model; connection: Connection; socket: () => FakeSocket } {
  const model = new Model(() => undefined);
  const connection = new Connection(model, 'ws://here/ws', 'secret', (text) => spoken.push(text));
  connection.start();
  return { model, connection, socket: () => FakeSocket.made[FakeSocket.made.length - 1]! };
}

const info = { type: 'info', session: 'a', role: 'view', run: '', version: '1', capabilities: [] };

/** Hello, info and a table in which the golden frames of the log are "best_cost". */
function opened(): ReturnType<typeof connect> {
  const made = connect();
  made.socket().onopen?.({});
  made.socket().text(info);
  const row = { dimensions: [], unit: '1', type: 'double', kind: 'log', doc: '' };
  const list = [2, 27].map((id) => ({ ...row, id, name: id === 27 ? 'best_cost' : 'kpi_mean' }));
  made.socket().text({ type: 'channels', list });
  return made;
}

function golden(name: string): ArrayBuffer {
  const folder = join(process.env['TAKT_SOURCE_DIR'] ?? '.', 'tests/viz/frames');
  return Uint8Array.from(readFileSync(join(folder, name))).buffer;
}

beforeEach(() => {
  FakeSocket.made = [];
  delays = [];
  later = [];
  spoken.length = 0;
  page.hidden = false;
  globalThis.setTimeout = ((run: () => void, ms: number) => {
    delays.push(ms);
    later.push(run);
    return later.length;
  }) as unknown as typeof setTimeout;
});

test('hello with the token, then what it wants', () => {
  const { socket, connection } = opened();
  assert.equal(socket().protocol, 'takt.v1');
  assert.deepEqual(socket().messages(), [
    { type: 'hello', protocol: 'takt.v1', token: 'secret' },
    { type: 'subscribe', max_hz: 30 },
    { type: 'lines', from: 0 },
  ]);
  assert.equal(connection.link.state, 'open');
});

test('acknowledges what was drawn, once, as a running count', () => {
  const { socket, connection } = opened();
  const acks = (): number[] =>
    socket()
      .sent.filter((data): data is ArrayBuffer => typeof data !== 'string')
      .map((data) => Number(new DataView(data).getBigUint64(8, true)));
  connection.acknowledge();
  assert.deepEqual(acks(), []);
  socket().onmessage?.({ data: golden('numbers.bin') });
  socket().onmessage?.({ data: golden('numbers.bin') });
  assert.deepEqual(acks(), [], 'not before it is drawn');
  connection.acknowledge();
  connection.acknowledge();
  socket().onmessage?.({ data: golden('empty.bin') }); // of an unknown channel: counted all the same
  connection.acknowledge();
  assert.deepEqual(acks(), [2, 3]);
});

test('rows after a gap: everything is asked for again, once', () => {
  const { socket, connection } = opened();
  socket().onmessage?.({ data: golden('rows.bin') }); // rows 3 and 4, nothing before
  socket().onmessage?.({ data: golden('rows.bin') });
  assert.ok(connection.hasGap);
  assert.equal(
    socket()
      .messages()
      .filter((message) => message['type'] === 'open').length,
    1,
  );
  socket().onmessage?.({ data: golden('numbers.bin') });
  assert.equal(connection.hasGap, false);
});

test('another session or run: the old numbers go', () => {
  const { model, socket } = opened();
  model.setDocument('run', { state: 'running' });
  socket().text(info);
  assert.ok(model.has('run'), 'the same again');
  socket().text({ ...info, run: 'other' });
  assert.equal(model.has('run'), false);
  model.setDocument('run', { state: 'running' });
  socket().text({ ...info, run: 'other', session: 'b' });
  assert.equal(model.has('run'), false);
});

test('the next run begins here: the numbers of the one before go, the study stays', () => {
  const { model, socket } = opened();
  const opens = (): number =>
    socket()
      .messages()
      .filter((message) => message['type'] === 'open').length;
  const document = (name: string, value: unknown): void =>
    socket().text({ type: 'document', name, value });
  const log = (first: number): void => socket().text({ type: 'log', first, lines: [{ text: '' }] });
  document('run', { name: '', state: 'waiting' });
  document('run', { name: 'a-1', state: 'running' });
  document('run', { name: 'a-1', state: 'finished' });
  assert.equal(opens(), 0, 'one run');
  document('study', { name: 'a' });
  document('progress', { done: 9 });
  socket().onmessage?.({ data: golden('numbers.bin') });
  log(0);
  document('run', { state: 'waiting' });
  assert.equal(opens(), 1);
  assert.ok(model.has('kpi_mean'), 'until takt answers');
  socket().text(info);
  assert.deepEqual(
    ['kpi_mean', 'progress', 'log', 'run', 'study'].map((name) => model.has(name)),
    [false, false, false, true, true],
  );
  log(1);
  assert.deepEqual([model.lines.length, model.linesMissing], [1, 0]);
  document('run', { name: 'a-2', state: 'running' });
  assert.equal(opens(), 1);
  document('run', { name: 'a-3', state: 'running' }); // a hidden tab has not seen the end
  assert.equal(opens(), 2);
});

test('a broken line: longer waits, up to 10 s; short again after success', () => {
  const { socket, connection } = opened();
  for (let i = 0; i < 7; ++i) {
    socket().end(1006);
    assert.equal(connection.link.state, 'retrying');
    later[later.length - 1]!();
  }
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 10000, 10000]);
  socket().onopen?.({});
  socket().text(info);
  socket().end(1006);
  assert.equal(delays[delays.length - 1], 500);
});

test('refused: no more attempts, until another token comes', () => {
  const { socket, connection } = connect();
  socket().onopen?.({});
  socket().text({ type: 'error', code: 'token', text: 'the token is not valid' });
  socket().end(1008);
  assert.deepEqual(connection.link, { state: 'token', text: 'the token is not valid' });
  assert.deepEqual([delays, spoken], [[], []]);
  connection.start('better');
  socket().onopen?.({});
  assert.equal(socket().messages()[0]!['token'], 'better');
});

test('an old socket has no say', () => {
  const { model, socket, connection } = opened();
  const old = socket();
  connection.start();
  assert.equal(old.readyState, 3);
  old.text({ type: 'document', name: 'run', value: {} });
  old.end(1008);
  assert.equal(model.has('run'), false);
  assert.equal(connection.link.state, 'connecting');
});

test('a hidden tab asks for nothing', () => {
  const { socket } = opened();
  page.hidden = true;
  page.changed();
  page.hidden = false;
  page.changed();
  const wanted = socket()
    .messages()
    .filter((message) => message['type'] === 'subscribe');
  assert.deepEqual(
    wanted.map((message) => message['max_hz']),
    [30, 0, 30],
  );
});

test('bytes that are no frame end the connection, and the page says why', () => {
  const { socket, connection } = opened();
  socket().onmessage?.({ data: new ArrayBuffer(80) });
  assert.equal(socket().closedWith, 4999);
  socket().end(4999);
  const { link } = connection;
  assert.ok(link.state === 'retrying' && /TKT1/.test(link.text));
});

test('a server that said that it ends is asked again only now and then', () => {
  const { socket, connection } = opened();
  socket().text({ type: 'ended', text: 'done' });
  socket().end(1000);
  later[0]!();
  socket().end(1006);
  assert.deepEqual(delays, [10000, 10000]);
  assert.ok(connection.link.state === 'retrying' && connection.link.hasEnded);
});

test('a run that is not there: takt shows the present one, and says so', () => {
  const { socket, connection } = opened();
  connection.open('gone');
  socket().text({ type: 'error', code: 'run', text: 'no run named gone' });
  assert.equal(connection.run, '');
  assert.deepEqual(spoken, ['no run named gone']);
});
