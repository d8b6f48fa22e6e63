// How a KPI spreads over the replications, for the baseline and for the best design.

import { el, setAttributes, setText, show, svg } from '../dom.js';
import { histogram, ticks } from '../draw/histogram.js';
import { axisTexts } from '../draw/numbers.js';
import { chartTools, type TableData } from '../export.js';
import { count, number, sentenceCase, shownAs, words } from '../format.js';
import type { Changes, Channel, Model } from '../model.js';
import type { Host, Panel, PanelView } from '../panel.js';
import { rowsOf } from './rows.js';

const LEFT = 66;
const RIGHT = 14;
const ROW = 104;
const MAX_VALUES = 4e6; // that the page fetches; more are for the run file
const PAGE_VALUES = 5e5; // of one request
const TEXT_BYTES = 18; // of a value on the way, about
const MAX_DOTS = 400; // of many thousand replications only some are drawn one by one

interface Sample {
  name: string;
  values: Float64Array;
  kind: 'baseline' | 'best';
  mean: number;
  lo: number;
  hi: number;
}

class Spread implements PanelView {
  readonly element: HTMLElement;
  readonly tools: HTMLElement[];
  private readonly choice = el('select', { 'aria-label': 'KPI' });
  private readonly picture = svg('svg.spread-picture', { role: 'img', width: '100%' });
  private readonly says = el('p.says');
  private readonly fetchAll = el(
    'button.button',
    { type: 'button', hidden: true, onclick: () => void this.fetch() },
    'Show them',
  );
  private readonly fetched = new WeakMap<Channel, Float64Array>();
  private width = 560; // of the picture: one unit is one pixel
  private readonly chart;
  private names = '';

  constructor(
    private readonly model: Model,
    private readonly host: Host,
  ) {
    this.choice.addEventListener('change', () => this.draw());
    this.chart = chartTools(
      { name: 'replications', table: () => this.table(), picture: () => this.picture },
      host,
    );
    this.tools = [this.choice, ...this.chart.tools];
    new ResizeObserver(() => {
      const width = Math.max(280, this.picture.clientWidth);
      if (width === this.width) return;
      this.width = width;
      this.draw();
    }).observe(this.picture);
    this.element = el('div.spread', {}, this.picture, this.says, this.fetchAll, this.chart.table);
    setAttributes(this.choice, { class: 'small' });
  }

  update(_: Changes): void {
    const usable = this.model
      .texts('kpi_name')
      .filter((_, k) => this.samples(k).some((s) => s.values.some((v) => v !== 0)));
    if (usable.join() !== this.names) {
      const kept = this.choice.value;
      this.names = usable.join();
      this.choice.replaceChildren(
        ...usable.map((name) => el('option', { value: name }, words(name))),
      );
      if (usable.includes(kept)) this.choice.value = kept;
    }
    this.draw();
    const isMissing = this.missing().length > 0;
    show(this.picture, usable.length > 0);
    show(this.choice, usable.length > 0);
    show(this.fetchAll, isMissing && this.canFetch());
    if (isMissing) setText(this.says, this.missingText());
    this.chart.refresh();
  }

  // Channels that came as envelopes only, because they are long: which value belongs to which
  // replication is not in them, so nothing can be drawn of them.
  private missing(): [string, Channel][] {
    return ['baseline_kpi_value', 'best_kpi_value', 'kpi_value'].flatMap((name) => {
      const channel = this.model.channel(name);
      return channel?.envelope && !this.fetched.has(channel)
        ? [[name, channel] as [string, Channel]]
        : [];
    });
  }

  private sizeOfMissing(): number {
    return this.missing().reduce((sum, [, c]) => sum + c.rows * (c.sizes[1] ?? 1), 0);
  }

  private canFetch(): boolean {
    return this.host.can('rows') && this.sizeOfMissing() <= MAX_VALUES;
  }

  private missingText(): string {
    const n = Math.max(...this.missing().map(([, c]) => c.rows));
    const many = `${count(n)} replications are too many to be sent unasked`;
    const megabytes = count(Math.ceil((this.sizeOfMissing() * TEXT_BYTES) / 1e6));
    return this.canFetch()
      ? `${many}, but they can be fetched: about ${megabytes} MB.`
      : `${many}. The run file and the CSV, under Runs and downloads, have each of them; the means and their intervals are in the answer.`;
  }

  private async fetch(): Promise<void> {
    this.fetchAll.disabled = true;
    try {
      for (const [name, channel] of this.missing()) {
        const width = channel.sizes[1] ?? 1;
        const all = new Float64Array(channel.rows * width).fill(NaN);
        const step = Math.max(1, Math.floor(PAGE_VALUES / width));
        for (let first = 0; first < channel.rows; first += step) {
          setText(this.says, `Fetching: ${count(first)} of ${count(channel.rows)} replications.`);
          const n = Math.min(step, channel.rows - first);
          const part = await rowsOf(this.model, this.host, name, first, n);
          all.set(part.subarray(0, n * width), first * width);
        }
        this.fetched.set(channel, all);
      }
      this.update(new Set());
    } catch (problem) {
      setText(this.says, (problem as Error).message);
    } finally {
      this.fetchAll.disabled = false;
    }
  }

  private numbers(name: string): Float64Array {
    const channel = this.model.channel(name);
    return channel?.envelope
      ? (this.fetched.get(channel) ?? new Float64Array(0))
      : this.model.numbers(name);
  }

  private chosen(): number {
    return this.model.texts('kpi_name').indexOf(this.choice.value);
  }

  private samples(k: number): Sample[] {
    const n = this.model.texts('kpi_name').length;
    const column = (
      channel: string,
      name: string,
      kind: Sample['kind'],
      design: 'result' | 'baseline' | 'best',
    ): Sample[] => {
      const all = this.numbers(channel);
      if (all.length === 0 || n === 0) return [];
      const values = new Float64Array(Math.floor(all.length / n));
      values.forEach((_, r) => (values[r] = all[r * n + k]!));
      const { mean = NaN, lo = NaN, hi = NaN } = this.model.kpis(design)[k] ?? {};
      return [{ name, values, kind, mean, lo, hi }];
    };
    const pair = [
      ...column('baseline_kpi_value', 'today', 'baseline', 'baseline'),
      ...column('best_kpi_value', 'best', 'best', 'best'),
    ];
    return pair.length > 0 ? pair : column('kpi_value', 'result', 'best', 'result');
  }

  private unit(k: number): { scale: number; unit: string } {
    return shownAs(this.model.texts('kpi_unit')[k] ?? '');
  }

  private draw(): void {
    const k = this.chosen();
    const samples = k < 0 ? [] : this.samples(k);
    const bins = histogram(samples.map((s) => s.values));
    const n = bins.counts[0]?.length ?? 0;
    if (n === 0) return;
    const height = samples.length * ROW + 34;
    const high = bins.low + n * bins.width;
    const x = (v: number): number =>
      LEFT + ((v - bins.low) / (high - bins.low)) * (this.width - LEFT - RIGHT);
    const most = Math.max(1, ...bins.counts.flat());
    const { scale, unit } = this.unit(k);
    const at = ticks(bins.low, high, 5),
      labels = axisTexts(at, scale);
    const marks = at
      .map((t, i) => [
        svg('line.grid-line', { x1: x(t), x2: x(t), y1: 8, y2: height - 34 }),
        svg('text.axis', { x: x(t), y: height - 18, 'text-anchor': 'middle' }, labels[i]!),
      ])
      .flat();
    setAttributes(this.picture, {
      viewBox: `0 0 ${this.width} ${height}`,
      'aria-label': this.summary(),
    });
    this.picture.replaceChildren(
      ...marks,
      ...samples.map((s, i) =>
        this.row(s, bins.counts[i]!, 8 + i * ROW, x, bins.low, bins.width, most),
      ),
      svg(
        'text.axis',
        { x: this.width - RIGHT, y: height - 4, 'text-anchor': 'end' },
        `${words(this.choice.value)}${unit ? ` in ${unit}` : ''}`,
      ),
    );
    setText(this.says, this.summary());
  }

  private row(
    s: Sample,
    counts: number[],
    top: number,
    x: (v: number) => number,
    low: number,
    width: number,
    most: number,
  ): SVGGElement {
    const base = top + ROW - 24;
    const bars = counts.flatMap((n, b) =>
      n === 0
        ? []
        : [
            svg(`rect.bar-${s.kind}`, {
              x: x(low + b * width) + 1,
              width: Math.max(1, x(low + (b + 1) * width) - x(low + b * width) - 2),
              y: base - (n / most) * (ROW - 34),
              height: (n / most) * (ROW - 34),
            }),
          ],
    );
    const each = Math.ceil(s.values.length / MAX_DOTS);
    const dots = Array.from(s.values, (v, r) =>
      r % each === 0 && Number.isFinite(v)
        ? svg(`circle.dot-${s.kind}`, { cx: x(v), cy: base + 6 + ((r * 7) % 5) * 2, r: 1.6 })
        : null,
    );
    const mean = Number.isFinite(s.mean)
      ? [
          svg('line.mean', { x1: x(s.mean), x2: x(s.mean), y1: top, y2: base }),
          svg('rect.mean-interval', {
            x: x(s.lo),
            width: Math.max(1, x(s.hi) - x(s.lo)),
            y: top,
            height: 4,
          }),
        ]
      : [];
    return svg(
      'g',
      {},
      svg('line.axis-line', { x1: LEFT, x2: this.width - RIGHT, y1: base, y2: base }),
      ...bars,
      ...dots,
      ...mean,
      svg('text.row-name', { x: LEFT - 8, y: base - 4, 'text-anchor': 'end' }, s.name),
    );
  }

  private summary(): string {
    const k = this.chosen();
    if (k < 0) return '';
    const { scale, unit } = this.unit(k),
      samples = this.samples(k);
    const say = (v: number): string => `${number(v * scale, 4)}${unit ? ' ' + unit : ''}`;
    const parts = samples.map((s) => {
      const finite = s.values.filter((v) => Number.isFinite(v));
      return `${sentenceCase(s.name)}: mean ${say(s.mean)}, ${count(finite.length)} replications from ${say(finite.reduce((x, y) => Math.min(x, y), Infinity))} to ${say(finite.reduce((x, y) => Math.max(x, y), -Infinity))}`;
    });
    const [a, b] = samples;
    if (a && b && a.values.length === b.values.length) {
      const lower = a.values.reduce((sum, v, i) => sum + (b.values[i]! < v ? 1 : 0), 0);
      parts.push(
        `In ${lower} of ${count(a.values.length)} replications the best is lower than today under the same chances`,
      );
    }
    return parts.length > 0 ? `${parts.join('. ')}.` : '';
  }

  private table(): TableData {
    const k = this.chosen();
    const samples = k < 0 ? [] : this.samples(k);
    const n = Math.max(0, ...samples.map((s) => s.values.length));
    return {
      caption: this.summary(),
      columns: [
        'replication',
        ...samples.map((s) => `${s.name} (${this.model.texts('kpi_unit')[k] ?? ''})`),
      ],
      rows: Array.from({ length: n }, (_, r) => [r, ...samples.map((s) => s.values[r] ?? NaN)]),
    };
  }
}

export const panel: Panel = {
  id: 'spread',
  title: 'Replications',
  key: 'e',
  about:
    'How much a result differs from one simulated life to the next: each dot is one of them. The line is the mean, the bar on top its 95 % interval.',
  needs: ['kpi_name', 'kpi_value|baseline_kpi_value'],
  uses: ['kpi_unit', 'kpi_mean', 'baseline_kpi_mean', 'best_kpi_mean', 'best_kpi_value'],
  span: 6,
  place: 'more',
  create: (model, host) => new Spread(model, host),
};
