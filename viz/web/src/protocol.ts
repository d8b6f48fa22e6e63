// The connection to takt (docs/protocol.md): hello, frames into the model, acknowledgements after
// drawing, and coming back when the line breaks. It knows nothing of the page.

import { readFrame, writeAck } from './frame.js';
import type { ChannelInfo, LogLine, Model, RunDocument } from './model.js';

export type Link =
  | { state: 'connecting'; hasEnded: boolean } // `hasEnded`: the server said that it ends
  | { state: 'open' }
  | { state: 'retrying'; at: number; text: string; hasEnded: boolean } // `at`: performance.now()
  | { state: 'token'; text: string }; // a token is missing or was refused

export interface Info {
  session: string;
  role: 'view' | 'control';
  run: string;
  version: string;
  capabilities: string[];
}

const MAX_HZ = 30;
const FIRST_DELAY_MS = 500;
const LAST_DELAY_MS = 10000;

const hasEnded = (run: RunDocument): boolean =>
  run.state !== 'running' && run.state !== 'waiting';

/** Has another run begun where the one before was? Its numbers must not stand for the new one's. */
function isNextRun(before: RunDocument | undefined, now: RunDocument): boolean {
  if (!before) return false;
  const isRenamed = Boolean(before.name) && before.name !== now.name;
  return isRenamed || (hasEnded(before) && !hasEnded(now));
}

export class Connection {
  link: Link = { state: 'connecting', hasEnded: false };
  info: Info | null = null;
  run = ''; // the run that is looked at
  hasGap = false; // rows were missing; they have been asked for
  lastMessage = NaN; // performance.now() of the last message with news
  period = NaN; // usual time between two of them, ms

  private socket: WebSocket | null = null;
  private received = 0; // frames since the connection began
  private acknowledged = 0;
  private delay = FIRST_DELAY_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private problem = '';
  private hasEnded = false; // the server said so ...
  private wasEnded = false; // ... before the attempts to reach it again
  private nextLine = -1; // first log line of a run that has begun here; -1: none has

  constructor(
    private readonly model: Model,
    private readonly address: string,
    private token: string,
    private readonly say: (text: string) => void,
  ) {
    document.addEventListener('visibilitychange', () => this.subscribe());
  }

  /** Connects, with another token where one is given. */
  start(token?: string): void {
    clearTimeout(this.timer);
    const old = this.socket;
    this.socket = null;
    old?.close();
    if (token !== undefined) this.token = token;
    if (this.token === '') return this.setLink({ state: 'token', text: '' });
    this.setLink({ state: 'connecting', hasEnded: this.wasEnded });
    const socket = new WebSocket(this.address, 'takt.v1');
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    this.received = this.acknowledged = 0;
    this.problem = '';
    this.hasEnded = false;
    socket.onopen = () => {
      const hello: Record<string, string> = {
        type: 'hello',
        protocol: 'takt.v1',
        token: this.token,
      };
      if (this.run !== '') hello['run'] = this.run;
      this.send(hello);
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) =>
      this.socket === socket && this.take(event.data);
    socket.onclose = (event) => this.socket === socket && this.closed(event.code, event.reason);
  }

  send(message: Record<string, unknown>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Looks at another run; "" is the present one. */
  open(run: string): void {
    this.run = run;
    this.send({ type: 'open', run });
  }

  /** To be called when everything that came has been drawn. */
  acknowledge(): void {
    if (this.received === this.acknowledged || this.socket?.readyState !== WebSocket.OPEN) return;
    this.acknowledged = this.received;
    this.socket.send(writeAck(this.received));
  }

  private setLink(link: Link): void {
    this.link = link;
    this.model.touch('connection');
  }

  private subscribe(): void {
    this.send({ type: 'subscribe', max_hz: document.hidden ? 0 : MAX_HZ });
  }

  private take(data: string | ArrayBuffer): void {
    const now = performance.now();
    const gap = now - this.lastMessage;
    if (Number.isFinite(gap))
      this.period = Number.isFinite(this.period) ? 0.8 * this.period + 0.2 * gap : gap;
    this.lastMessage = now;
    try {
      if (typeof data === 'string') this.takeText(JSON.parse(data) as Record<string, unknown>);
      else this.takeFrame(data);
    } catch (problem) {
      this.problem = problem instanceof Error ? problem.message : String(problem);
      this.socket?.close(4999, 'not understood');
    }
  }

  private takeFrame(data: ArrayBuffer): void {
    this.received += 1;
    const frame = readFrame(data);
    const fits = this.model.takeFrame(frame);
    if (!fits && !this.hasGap) {
      this.hasGap = true;
      this.open(this.run); // everything again
    }
    if (frame.whole) this.hasGap = false;
    this.model.touch('frames');
  }

  private takeText(message: Record<string, unknown>): void {
    switch (message['type']) {
      case 'info':
        return this.takeInfo(message as unknown as Info);
      case 'channels':
        return this.model.setTable(message['list'] as ChannelInfo[]);
      case 'document':
        return this.takeDocument(String(message['name']), message['value']);
      case 'log':
        return this.model.takeLines(Number(message['first']), message['lines'] as LogLine[]);
      case 'ended':
        this.problem = String(message['text'] ?? '');
        this.hasEnded = true;
        return;
      case 'error':
        this.problem = String(message['text'] ?? '');
        if (message['code'] === 'run') this.run = ''; // takt shows the present one
        if (message['code'] !== 'token') this.say(this.problem);
    }
  }

  /** What comes with the next run may already be here, so all of it is asked for again. */
  private takeDocument(name: string, value: unknown): void {
    if (name === 'run' && isNextRun(this.model.document('run'), value as RunDocument)) {
      this.nextLine = this.model.nextLine;
      this.open(this.run);
    }
    this.model.setDocument(name, value);
  }

  private takeInfo(info: Info): void {
    const isOther =
      this.info !== null && (info.session !== this.info.session || info.run !== this.info.run);
    if (isOther) this.model.clear();
    else if (this.nextLine >= 0) this.model.clearRun(this.nextLine);
    this.nextLine = -1;
    this.info = info;
    this.wasEnded = false;
    this.delay = FIRST_DELAY_MS;
    this.subscribe();
    this.send({ type: 'lines', from: this.model.nextLine });
    this.setLink({ state: 'open' });
  }

  private closed(code: number, reason: string): void {
    this.socket = null;
    const text = this.problem || reason;
    if (code === 1008)
      return this.setLink({ state: 'token', text: text || 'the token was refused' });
    const hasEnded = this.hasEnded || this.wasEnded;
    this.wasEnded = hasEnded;
    const delay = hasEnded ? LAST_DELAY_MS : this.delay;
    this.delay = Math.min(2 * this.delay, LAST_DELAY_MS);
    this.setLink({ state: 'retrying', at: performance.now() + delay, text, hasEnded });
    this.timer = setTimeout(() => this.start(), delay);
  }
}
