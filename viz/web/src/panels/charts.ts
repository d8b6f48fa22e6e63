// Curves over simulated time: where most replications lie, their median, and the one of the
// showcase, with its play head.

import { el, list, setText, show } from '../dom.js';
import { lowerBound } from '../draw/decimate.js';
import { Lines } from '../draw/lines.js';
import { stackCharts } from '../draw/stack.js';
import { TIME_STEPS, timeText } from '../draw/time_axis.js';
import { chartTools, type TableData } from '../export.js';
import { number, shownAs, words } from '../format.js';
import type { Changes, Model } from '../model.js';
import type { Host, Panel, PanelView } from '../panel.js';
import { bottleneckOf } from './floor.js';

const TABLE_ROWS = 200;

// Long plants have many curves: those of the whole plant are offered at once, the others on demand.
const GROUPS: { title: string; about: string; pattern: RegExp }[] = [
  { title: 'Buffers', about: 'how much waits', pattern: /^level_/ },
  { title: 'Stations', about: 'share of machines at work', pattern: /^working_/ },
];

interface Chips {
  element: HTMLElement;
  has: (name: string) => boolean;
  set: (names: readonly string[]) => void;
  tell: (names: readonly string[]) => void; // how many are shown
}

interface Figure {
  element: HTMLElement;
  lines: Lines;
  index: number;
  unit: string;
}

class Charts implements PanelView {
  readonly element: HTMLElement;
  readonly tools: HTMLElement[];
  private figures: Figure[] = [];
  private chosen: Set<string> | undefined;
  private names = '';
  private readonly grid = el('div.chart-grid');
  private readonly note = el('p.says');
  private readonly chips: Chips[];
  private readonly chart;

  constructor(
    private readonly model: Model,
    host: Host,
  ) {
    this.chips = [
      this.chipsOf('Whole plant', null, (name) => !GROUPS.some((g) => g.pattern.test(name))),
      ...GROUPS.map((g) => this.chipsOf(g.title, g.about, (name) => g.pattern.test(name))),
    ];
    this.chart = chartTools(
      {
        name: 'over_time',
        table: () => this.table(),
        picture: () =>
          stackCharts(
            this.figures.map((f) => ({ title: this.titleOf(f.index), canvas: f.lines.canvas })),
          ),
      },
      host,
    );
    const all = el(
      'button.tool',
      { type: 'button', onclick: () => this.setWindow(null) },
      'Whole time',
    );
    this.tools = [all, ...this.chart.tools];
    this.element = el(
      'div.charts',
      {},
      el('div.chip-groups', {}, ...this.chips.map((c) => c.element)),
      this.legend(),
      this.grid,
      this.note,
      this.chart.table,
    );
  }

  private legend(): HTMLElement {
    return el(
      'ul.keys',
      {},
      el(
        'li',
        {},
        el('span.swatch.key-band', { 'aria-hidden': 'true' }),
        '90 of 100 replications lie here',
      ),
      el('li', {}, el('span.swatch.key-median', { 'aria-hidden': 'true' }), 'median'),
      el('li', {}, el('span.swatch.key-shown', { 'aria-hidden': 'true' }), 'the one of the floor'),
    );
  }

  private chipsOf(title: string, about: string | null, has: Chips['has']): Chips {
    const label = about === null ? title : `${title}: ${about}`;
    const body = el('div.chips', { role: 'group', 'aria-label': `${label}, curves to show` });
    const head = el('summary');
    const element = about === null ? body : el('details.more-chips', {}, head, body);
    const set = list<string, HTMLElement>(
      body,
      (name) => name,
      (name) => this.chip(name, about !== null),
      (node, name) =>
        ((node.firstElementChild as HTMLInputElement).checked = this.chosen!.has(name)),
    );
    const tell = (names: readonly string[]): void => {
      const own = names.filter(has);
      const shown = own.filter((name) => this.chosen!.has(name)).length;
      show(element, own.length > 0);
      setText(head, `${label} (${shown} of ${own.length} shown)`);
    };
    return { element, has, set: (names) => set(names.filter(has)), tell };
  }

  private chip(name: string, isShort: boolean): HTMLElement {
    const box = el('input', {
      type: 'checkbox',
      onchange: () => {
        if (box.checked) this.chosen!.add(name);
        else this.chosen!.delete(name);
        this.build();
        this.fill();
      },
    });
    return el('label.chip', {}, box, words(isShort ? name.replace(/^[a-z]+_/, '') : name));
  }

  update(changes: Changes): void {
    const names = this.model.texts('band_name');
    if (names.join() !== this.names) {
      this.names = names.join();
      this.chosen = new Set(this.usual(names));
      this.figures = [];
      this.chips.forEach((c) => c.set(names));
      this.build();
      this.fill();
    } else if (
      ['band_time', 'band_median', 'band_shown', 'band_lo', 'band_hi'].some((c) => changes.has(c))
    )
      this.fill();
    if (changes.has('theme')) this.figures.forEach((f) => f.lines.setTheme());
    const time = this.model.document('showcase')?.time_s;
    if (time !== undefined) this.figures.forEach((f) => f.lines.setHead(time));
  }

  // What comes out, what is in the plant, and how the bottleneck works; else the first three.
  private usual(names: string[]): string[] {
    const held = this.model.texts('station_name')[bottleneckOf(this.model)];
    const found = [/^good_/, /^items_in_plant$/]
      .map((pattern) => names.find((n) => pattern.test(n)))
      .concat(names.find((n) => n === `working_${held}`));
    const known = found.filter((n): n is string => n !== undefined);
    return known.length > 1 ? known : names.slice(0, 3);
  }

  private build(): void {
    const names = this.model.texts('band_name'),
      units = this.model.texts('band_unit');
    const kept = new Map(this.figures.map((f) => [f.index, f]));
    this.chips.forEach((c) => c.tell(names));
    this.figures = names.flatMap((name, index) =>
      this.chosen!.has(name)
        ? [kept.get(index) ?? this.figure(name, units[index] ?? '1', index)]
        : [],
    );
    this.grid.replaceChildren(...this.figures.map((f) => f.element));
  }

  private figure(name: string, unit: string, index: number): Figure {
    const shown = shownAs(unit);
    const lines = new Lines({
      name: words(name),
      height: 190,
      group: 'over_time',
      lines: [
        { label: '5 %', colour: null },
        { label: '95 %', colour: null },
        { label: 'median', colour: 'baseline', width: 1.5, dash: [5, 3] },
        { label: 'this one', colour: 'best', width: 2 },
      ],
      band: [1, 0, 'best'],
      xText: timeText,
      xLabel: 'simulated time',
      xSteps: TIME_STEPS,
      yText: (y) => number(y * shown.scale),
      yScale: shown.scale,
      onWindow: (w) => this.setWindow(w),
    });
    const title = el(
      'h3',
      {},
      words(name),
      shown.unit ? el('span.muted', {}, ` ${shown.unit}`) : null,
    );
    return { element: el('figure.figure', {}, title, lines.element), lines, index, unit };
  }

  private titleOf(index: number): string {
    const unit = shownAs(this.model.texts('band_unit')[index] ?? '1').unit;
    return `${words(this.model.texts('band_name')[index] ?? '')}${unit ? ` in ${unit}` : ''}`;
  }

  private row(channel: string, index: number): Float64Array {
    const n = this.model.numbers('band_time').length;
    return this.model.numbers(channel).subarray(index * n, (index + 1) * n);
  }

  private fill(): void {
    const time = this.model.numbers('band_time');
    const warm = this.model.document('showcase')?.warm_up_s ?? -Infinity;
    for (const f of this.figures) {
      f.lines.setShade(warm);
      f.lines.setData(
        time,
        ['band_lo', 'band_hi', 'band_median', 'band_shown'].map((c) => this.row(c, f.index)),
      );
      f.lines.setSummary(this.summary(f, time, warm));
    }
    const n = this.model.document('showcase')?.band_replications;
    setText(
      this.note,
      n
        ? `Over ${n} replications; the shaded part is the warm-up. Drag to look closer, Shift and drag to move, double click for all.`
        : '',
    );
    this.chart.refresh();
  }

  private summary(f: Figure, time: Float64Array, warm: number): string {
    const name = words(this.model.texts('band_name')[f.index] ?? '');
    const first = Math.min(lowerBound(time, warm), Math.max(0, time.length - 1));
    const values = this.row('band_median', f.index)
      .slice(first)
      .filter((v) => Number.isFinite(v));
    if (values.length === 0) return `${name}: no values yet.`;
    const shown = shownAs(f.unit);
    const say = (v: number): string =>
      `${number(v * shown.scale)}${shown.unit ? ' ' + shown.unit : ''}`;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return `${name} after the warm-up: the median is ${say(mean)} on average, between ${say(values.reduce((a, b) => Math.min(a, b)))} and ${say(values.reduce((a, b) => Math.max(a, b)))}.`;
  }

  private setWindow(window: [number, number] | null): void {
    this.figures.forEach((f) => f.lines.setWindow(window));
  }

  private table(): TableData {
    const time = this.model.numbers('band_time');
    const step = Math.max(1, Math.ceil(time.length / TABLE_ROWS));
    const names = this.model.texts('band_name');
    const columns = [
      'time in s',
      ...this.figures.flatMap((f) =>
        ['5 %', 'median', '95 %', 'shown'].map((w) => `${names[f.index]}: ${w}`),
      ),
    ];
    const rows: number[][] = [];
    for (let i = 0; i < time.length; i += step)
      rows.push([
        Math.round(time[i]!),
        ...this.figures.flatMap((f) =>
          ['band_lo', 'band_median', 'band_hi', 'band_shown'].map((c) =>
            Number((this.row(c, f.index)[i] ?? NaN).toPrecision(5)),
          ),
        ),
      ]);
    return {
      caption: this.figures
        .map((f) => this.summary(f, time, this.model.document('showcase')?.warm_up_s ?? 0))
        .join(' '),
      columns,
      rows,
    };
  }
}

export const panel: Panel = {
  id: 'charts',
  title: 'Over time',
  key: 't',
  about:
    'How the plant goes through simulated time. In the band lie 90 of 100 replications; the line is the one that the floor shows.',
  needs: ['band_time', 'band_median'],
  uses: ['band_name', 'band_unit', 'band_lo', 'band_hi', 'band_shown', 'showcase', 'theme'],
  span: 12,
  place: 'more',
  create: (model, host) => new Charts(model, host),
};
