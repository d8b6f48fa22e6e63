// The card of a station or a buffer: a sheet at the side, fed by the showcase twice a second while
// it is open, with what all replications say about the station.

import { el, setText, svg } from '../dom.js';
import { ganttBars, type Spell } from '../draw/gantt.js';
import { countStates, studyText } from '../draw/card_text.js';
import { short } from '../draw/numbers.js';
import { STATES } from '../draw/theme.js';
import { clock, duration, fixed, unitText, words } from '../format.js';
import type { Changes, Model } from '../model.js';
import type { Host } from '../panel.js';

const POLL_MS = 500;
const STRIP = 360; // width of the state strip in its own units
const ROW = 16;
const MAX_STRIPS = 12;
const MAX_ITEMS = 12;
const MAX_METERS = 8;

interface CardItem {
  number: number;
  born_s: number;
  quantity?: number;
  value?: number;
  energy_kWh?: number;
  state?: Record<string, number>;
  time_s?: number;
  machine?: number;
}

interface CardMachine {
  machine: number;
  state: string;
  since_s: number;
  done?: number;
  stop?: string | null;
  items?: CardItem[];
  stops?: { name: string; age: number; every: number; unit?: string }[];
  log?: { time_s: number; state: string }[];
}

export interface CardData {
  kind: 'station' | 'buffer';
  name: string;
  time_s: number;
  machines?: CardMachine[];
  passed?: CardItem[];
  level?: number;
  capacity?: number | null;
  items?: CardItem[];
  study?: Record<string, unknown>;
}

export function stateFill(state: string): string {
  const known = STATES.includes(state) ? state : 'stopped';
  return known === 'working' ? 'var(--state-working)' : `url(#pattern-${known})`;
}

class Card {
  private readonly dialog = el('dialog.sheet', { 'aria-labelledby': 'card-title' });
  private readonly title = el('h2', { id: 'card-title' });
  private readonly now = el('p.sheet-now');
  private readonly body = el('div.sheet-body', {
    tabindex: 0,
    role: 'region',
    'aria-label': 'Card',
  });
  private readonly close = el(
    'button.tool.round',
    { type: 'button', 'aria-label': 'Close the card', onclick: () => this.dialog.close() },
    svg(
      'svg.icon',
      { viewBox: '0 0 16 16', 'aria-hidden': 'true' },
      svg('path', { d: 'M3.5 2.5l10 10-1 1-10-10zM12.5 2.5l1 1-10 10-1-1z' }),
    ),
  );
  private name = '';
  private timer = 0;
  private data: CardData | undefined;
  private opener: Element | null = null;
  private opened = new Set<string>();

  constructor(
    private readonly model: Model,
    private readonly host: Host,
  ) {
    const save = el(
      'button.tool',
      { type: 'button', onclick: () => void this.host.download('zip', this.name) },
      'Zip',
    );
    this.dialog.append(
      el('div.sheet-head', {}, this.title, host.can('download') ? save : null, this.close),
      this.now,
      this.body,
    );
    this.dialog.addEventListener('close', () => this.closed());
    this.dialog.addEventListener('keydown', (event) => event.stopPropagation());
    this.dialog.addEventListener(
      'click',
      (event) => event.target === this.dialog && this.dialog.close(),
    );
  }

  update(changes: Changes): void {
    const name = this.model.selection;
    if (name === null) {
      if (this.dialog.open) this.dialog.close();
      return;
    }
    if (changes.has('selection') && name !== this.name) this.open(name);
  }

  private open(name: string): void {
    this.name = name;
    this.data = undefined;
    this.opener ??= document.activeElement;
    setText(this.title, words(name));
    setText(this.now, '');
    this.draw();
    if (!this.dialog.isConnected) document.body.append(this.dialog);
    if (!this.dialog.open) this.dialog.showModal();
    this.close.focus();
    this.body.scrollTop = 0;
    void this.poll();
  }

  private closed(): void {
    clearTimeout(this.timer);
    this.name = '';
    this.model.select(null);
    if (this.opener instanceof HTMLElement) this.opener.focus();
    this.opener = null;
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    const name = this.name;
    if (name === '') return;
    try {
      const data = await this.host.api<CardData>('GET', `api/v1/cards/${encodeURIComponent(name)}`);
      if (this.name !== name) return;
      this.data = data;
      setText(this.now, this.headline(data));
      this.draw();
    } catch (problem) {
      if (this.name === name) setText(this.now, (problem as Error).message);
    }
    if (this.name === name) this.timer = window.setTimeout(() => void this.poll(), POLL_MS);
  }

  private headline(d: CardData): string {
    const at = `at ${clock(d.time_s)}`;
    if (d.kind === 'buffer')
      return `${short(d.level ?? NaN)}${d.capacity == null ? '' : ` of ${short(d.capacity)}`} waiting ${at}`;
    return `${countStates(d.machines ?? [])} ${at}`;
  }

  // The parts are made anew; what was unfolded stays unfolded, and nothing in them has the focus.
  private draw(): void {
    for (const part of this.body.querySelectorAll('details')) {
      const key = part.dataset['key'] ?? '';
      if (part.open) this.opened.add(key);
      else this.opened.delete(key);
    }
    const focused = this.body.contains(document.activeElement)
      ? (document.activeElement?.closest('details')?.dataset['key'] ?? null)
      : null;
    const d = this.data,
      parts: (Node | null)[] = [];
    if (d?.kind === 'station')
      parts.push(this.strips(d), this.wear(d), this.shares(), this.inHand(d), this.passed(d));
    else if (d)
      parts.push(
        this.level(d),
        this.items('Waiting, the oldest first', 'waiting', d.items ?? [], d.time_s),
      );
    else parts.push(this.shares());
    if (d?.study) parts.push(this.study(d.study));
    if (d?.machines) parts.push(this.logTable(d));
    this.body.replaceChildren(...parts.filter((p): p is Node => p !== null));
    if (focused !== null)
      this.body
        .querySelector<HTMLElement>(`details[data-key="${CSS.escape(focused)}"] summary`)
        ?.focus();
  }

  private details(key: string, title: string, ...children: Node[]): HTMLElement {
    return el(
      'details',
      { 'data-key': key, open: this.opened.has(key) },
      el('summary', {}, title),
      ...children,
    );
  }

  private spells(m: CardMachine): Spell[] {
    return (m.log ?? []).map((s) => ({ since: s.time_s, state: STATES.indexOf(s.state) }));
  }

  // What each machine did lately, as bars.
  private strips(d: CardData): Node | null {
    const machines = (d.machines ?? []).slice(0, MAX_STRIPS);
    const from = Math.min(...machines.map((m) => m.log?.[0]?.time_s ?? Infinity));
    if (!(d.time_s > from)) return null;
    const height = machines.length * ROW + 16;
    const bars = machines.flatMap((m, i) =>
      ganttBars(this.spells(m), from, d.time_s, STRIP).map((b) => {
        const state = STATES[b.state] ?? 'stopped';
        return svg(
          'rect.strip-bar',
          {
            x: b.x,
            y: i * ROW + 1,
            width: Math.max(0.5, b.w),
            height: ROW - 4,
            fill: stateFill(state),
          },
          svg('title', {}, `${state} ${duration(b.to - b.from)}, from ${clock(b.from)}`),
        );
      }),
    );
    const more = (d.machines?.length ?? 0) - machines.length;
    return el(
      'section',
      {},
      el('h3', {}, 'Lately'),
      svg(
        'svg.strip',
        {
          viewBox: `0 0 ${STRIP} ${height}`,
          role: 'img',
          'aria-label': machines
            .map((m) => `machine ${m.machine + 1}: ${m.state} since ${clock(m.since_s)}`)
            .join('; '),
        },
        ...bars,
        svg('text.axis', { x: 0, y: height - 3 }, clock(from)),
        svg('text.axis', { x: STRIP, y: height - 3, 'text-anchor': 'end' }, clock(d.time_s)),
      ),
      this.legend(),
      more > 0 ? el('p.muted', {}, `and ${more} more machines`) : null,
    );
  }

  private legend(): HTMLElement {
    const states = this.model.document('factory')?.states ?? STATES;
    return el(
      'ul.keys',
      {},
      ...states.map((s) =>
        el('li', {}, el('span.swatch.state-swatch', { 'data-state': s, 'aria-hidden': 'true' }), s),
      ),
    );
  }

  private wear(d: CardData): Node | null {
    const all = (d.machines ?? []).flatMap((m) =>
      (m.stops ?? []).map((s) => ({ m, s, share: s.every > 0 ? s.age / s.every : 0 })),
    );
    if (all.length === 0) return null;
    const rows =
      all.length > MAX_METERS ? all.sort((a, b) => b.share - a.share).slice(0, MAX_METERS) : all;
    const isOne = (d.machines?.length ?? 0) === 1;
    return el(
      'section',
      {},
      el(
        'h3',
        {},
        rows.length < all.length
          ? `Wear: the ${rows.length} nearest to a stop`
          : 'Wear until the next stop',
      ),
      el(
        'ul.meters',
        {},
        ...rows.map(({ m, s, share }) => {
          const unit = unitText(s.unit ?? '');
          return el(
            'li',
            {},
            el('span', {}, `${words(s.name)}${isOne ? '' : `, machine ${m.machine + 1}`}`),
            el('meter', {
              min: 0,
              max: 1,
              high: 0.9,
              value: Math.min(1, share),
              'aria-label': `wear ${words(s.name)}`,
            }),
            el('span.muted', {}, `${short(s.age)} of ${short(s.every)}${unit ? ` ${unit}` : ''}`),
          );
        }),
      ),
    );
  }

  // Over all replications: what the station's machine time went into, and whether it holds the
  // plant back.
  private shares(): Node | null {
    const index = this.model.texts('station_name').indexOf(this.name);
    const states = this.model.texts('state_name'),
      n = states.length;
    if (index < 0 || n === 0) return null;
    const rows: [string, string, string][] = [
      ['', 'station_state_time', 'bottleneck_share'],
      ['baseline', 'baseline_station_state_time', 'baseline_bottleneck_share'],
    ];
    const isSearch = this.model.has('baseline_station_state_time');
    const parts = rows.flatMap(([label, times, bottleneck]) => {
      const time = this.model.numbers(times).subarray(index * n, (index + 1) * n);
      const total = time.reduce((a, b) => a + b, 0);
      if (!(total > 0)) return [];
      let x = 0;
      const bars = [...time].map((t, s) => {
        const w = (STRIP * t) / total;
        const bar = svg(
          'rect.strip-bar',
          { x, y: 0, width: w, height: 14, fill: stateFill(states[s]!) },
          svg('title', {}, `${states[s]} ${fixed((100 * t) / total, 1)} %`),
        );
        x += w;
        return bar;
      });
      const text = [...time]
        .map((t, s) =>
          (100 * t) / total >= 0.05 ? `${states[s]} ${fixed((100 * t) / total, 1)} %` : '',
        )
        .filter(Boolean)
        .join(', ');
      const of = (suffix: string): number => this.model.numbers(bottleneck + suffix)[index] ?? NaN;
      const share = of(''),
        lo = of('_lo'),
        hi = of('_hi');
      const held = Number.isFinite(share)
        ? `Bottleneck ${fixed(100 * share, 1)} % of the time${Number.isFinite(lo) ? ` (95 % interval ${fixed(100 * lo, 1)} to ${fixed(100 * hi, 1)})` : ''}.`
        : '';
      return [
        el(
          'div',
          {},
          isSearch ? el('h4', {}, label || 'best') : null,
          svg(
            'svg.strip',
            { viewBox: `0 0 ${STRIP} 14`, role: 'img', 'aria-label': text },
            ...bars,
          ),
          el('p.muted', {}, `${text}. ${held}`),
        ),
      ];
    });
    return parts.length > 0
      ? el('section', {}, el('h3', {}, 'Over all replications'), ...parts)
      : null;
  }

  private level(d: CardData): Node {
    return el(
      'section',
      {},
      el('h3', {}, 'Level'),
      d.capacity == null
        ? el('p', {}, `${short(d.level ?? NaN)}, no limit`)
        : el(
            'ul.meters',
            {},
            el(
              'li',
              {},
              el('span', {}, 'level'),
              el('meter', { min: 0, max: d.capacity, value: d.level ?? 0, 'aria-label': 'level' }),
              el('span.muted', {}, `${short(d.level ?? NaN)} of ${short(d.capacity)}`),
            ),
          ),
    );
  }

  private inHand(d: CardData): Node | null {
    const items = (d.machines ?? []).flatMap((m) =>
      (m.items ?? []).map((i) => ({ ...i, machine: m.machine })),
    );
    return items.length > 0 ? this.items('On the machines now', 'hand', items, d.time_s) : null;
  }

  private passed(d: CardData): Node | null {
    return d.passed && d.passed.length > 0
      ? this.items(
          'What passed through, the newest first',
          'passed',
          d.passed.slice().reverse(),
          d.time_s,
        )
      : null;
  }

  private items(title: string, key: string, items: CardItem[], now: number): HTMLElement {
    if (items.length === 0)
      return el('section', {}, el('h3', {}, title), el('p.muted', {}, 'nothing'));
    const shown = items.slice(0, MAX_ITEMS);
    const states = [...new Set(shown.flatMap((i) => Object.keys(i.state ?? {})))];
    const hasTime = shown.some((i) => i.time_s !== undefined);
    const head = [
      'item',
      hasTime ? 'when' : 'age',
      'quantity',
      'value',
      'kWh',
      ...states.map(words),
    ];
    const table = el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...head.map((t) => el('th', { scope: 'col' }, t)))),
      el(
        'tbody',
        {},
        ...shown.map((i) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row' }, String(i.number)),
            el('td', {}, hasTime ? clock(i.time_s ?? NaN) : duration(now - i.born_s)),
            ...[i.quantity, i.value, i.energy_kWh].map((v) => el('td', {}, short(v ?? NaN))),
            ...states.map((s) => el('td', {}, short(i.state?.[s] ?? NaN))),
          ),
        ),
      ),
    );
    const more = items.length - shown.length;
    return el(
      'section',
      { 'data-part': key },
      el('h3', {}, title),
      el('div.scroll', {}, table),
      more > 0 ? el('p.muted', {}, `and ${more} more`) : null,
    );
  }

  private study(values: Record<string, unknown>): HTMLElement {
    return this.details(
      'study',
      'What the study says',
      el(
        'dl.sheet-facts',
        {},
        ...Object.entries(values).flatMap(([k, v]) => [
          el('dt', {}, words(k)),
          el('dd', {}, studyText(v)),
        ]),
      ),
    );
  }

  private logTable(d: CardData): HTMLElement {
    const all = (d.machines ?? []).flatMap((m) =>
      (m.log ?? []).map((s, i, log) => ({
        m: m.machine,
        s,
        until: log[i + 1]?.time_s ?? d.time_s,
      })),
    );
    const rows = all.sort((a, b) => b.s.time_s - a.s.time_s).slice(0, 40);
    return this.details(
      'log',
      'State log',
      el(
        'div.scroll',
        {},
        el(
          'table',
          {},
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              ...['from', 'machine', 'state', 'for'].map((t) => el('th', { scope: 'col' }, t)),
            ),
          ),
          el(
            'tbody',
            {},
            ...rows.map((r) =>
              el(
                'tr',
                {},
                el('td', {}, clock(r.s.time_s)),
                el('td', {}, String(r.m + 1)),
                el('td', {}, r.s.state),
                el('td', {}, duration(r.until - r.s.time_s)),
              ),
            ),
          ),
        ),
      ),
    );
  }
}

export function createCard(model: Model, host: Host): { update(changes: Changes): void } {
  return new Card(model, host);
}
