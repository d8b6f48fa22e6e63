// The search: how good the best design is, generation by generation, and which designs were tried.

import { el, setAttributes, setText, svg } from '../dom.js';
import { candidatesOf, type Candidate } from '../draw/candidates.js';
import { Lines } from '../draw/lines.js';
import { short } from '../draw/numbers.js';
import { stackCharts } from '../draw/stack.js';
import { chartTools, type TableData } from '../export.js';
import { count, fixed, number, unitText, words } from '../format.js';
import type { Changes, Model } from '../model.js';
import type { Host, Panel, PanelView } from '../panel.js';
import { rowsOf } from './rows.js';

const LEFT = 128;
const RIGHT = 92;
const ROW = 22;

class Search implements PanelView {
  readonly element: HTMLElement;
  readonly tools: HTMLElement[];
  private readonly cost: Lines;
  private readonly step: Lines;
  private readonly infeasible: Lines;
  private readonly says = el('p.says');
  private readonly slider = el('input', {
    type: 'range',
    min: 0,
    max: 0,
    value: 0,
    'aria-label': 'Generation',
  });
  private readonly sliderSays = el('output');
  private readonly follow = el('input', { type: 'checkbox', checked: true });
  private readonly picture = svg('svg.designs-picture', { role: 'img', width: '100%' });
  private readonly designs = el('div.designs');
  private candidates: Candidate[] = [];
  private width = 560; // of the picture: one unit is one pixel
  private readonly chart;
  private readonly designsChart;

  constructor(
    private readonly model: Model,
    private readonly host: Host,
  ) {
    const generation = {
      xText: (x: number): string => fixed(x, Number.isInteger(x) ? 0 : 1),
      xLabel: 'generation',
      xSteps: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      group: 'search',
    };
    this.cost = new Lines({
      ...generation,
      name: 'Cost of the best design',
      height: 240,
      yText: (y) => number(y, 4),
      lines: [
        { label: '', colour: null },
        { label: '', colour: null },
        { label: 'mean of the generation', colour: 'baseline', width: 1.2, dash: [4, 3] },
        { label: 'best so far', colour: 'best', width: 2.2 },
      ],
      band: [1, 0, 'best'],
    });
    this.step = new Lines({
      ...generation,
      name: 'Step size',
      height: 130,
      from: 'zero',
      lines: [{ label: 'step', colour: 'reference' }],
    });
    this.infeasible = new Lines({
      ...generation,
      name: 'Infeasible designs',
      height: 130,
      from: 'zero',
      yText: (y) => fixed(y, 0),
      lines: [{ label: 'infeasible', colour: 'reference' }],
    });
    this.slider.addEventListener('input', () => {
      this.follow.checked = Number(this.slider.value) === Number(this.slider.max);
      void this.choose();
    });
    this.follow.addEventListener('change', () => this.update(new Set()));
    this.chart = chartTools(
      {
        name: 'search',
        table: () => this.table(),
        picture: () =>
          stackCharts([
            { title: `cost of the best design so far, ${this.unit()}`, canvas: this.cost.canvas },
            { title: 'step size, share of the range', canvas: this.step.canvas },
            { title: 'infeasible designs, %', canvas: this.infeasible.canvas },
          ]),
      },
      host,
    );
    this.designsChart = chartTools(
      { name: 'designs', table: () => this.designTable(), picture: () => this.picture },
      host,
    );
    this.tools = this.chart.tools;
    new ResizeObserver(() => {
      const width = Math.max(280, this.picture.clientWidth);
      if (width === this.width) return;
      this.width = width;
      this.drawDesigns();
    }).observe(this.picture);
    this.element = this.layout();
  }

  private layout(): HTMLElement {
    const small = (title: string, lines: Lines): HTMLElement =>
      el('figure.figure', {}, el('h3', {}, title), lines.element);
    this.designs.append(
      el('div.line', {}, el('h3', {}, 'Designs of a generation'), ...this.designsChart.tools),
      el(
        'div.line',
        {},
        el('label.labelled.grow', {}, 'Generation', this.slider),
        this.sliderSays,
        el('label.labelled', {}, this.follow, 'newest'),
      ),
      this.picture,
      el(
        'ul.keys',
        {},
        el(
          'li',
          {},
          el('span.swatch.key-kept', { 'aria-hidden': 'true' }),
          'keeps all limits (darker: cheaper)',
        ),
        el('li', {}, el('span.swatch.key-broken', { 'aria-hidden': 'true' }), 'breaks a limit'),
        el('li', {}, el('span.swatch.key-best', { 'aria-hidden': 'true' }), 'best of the run'),
        el('li', {}, el('span.swatch.key-baseline', { 'aria-hidden': 'true' }), 'today'),
      ),
      this.designsChart.table,
    );
    return el(
      'div.search',
      {},
      el(
        'div.search-curves',
        {},
        el(
          'figure.figure',
          {},
          el('h3', {}, 'Cost of the best design so far'),
          this.cost.element,
          el(
            'ul.keys',
            {},
            el('li', {}, el('span.swatch.key-shown', { 'aria-hidden': 'true' }), 'best so far'),
            el(
              'li',
              {},
              el('span.swatch.key-band', { 'aria-hidden': 'true' }),
              'its 95 % interval',
            ),
            el(
              'li',
              {},
              el('span.swatch.key-median', { 'aria-hidden': 'true' }),
              'mean of the feasible designs of the generation',
            ),
          ),
        ),
        el(
          'div.search-small',
          {},
          small('Step size, share of the range', this.step),
          small('Infeasible designs, %', this.infeasible),
        ),
        this.says,
        this.chart.table,
      ),
      this.designs,
    );
  }

  private generations(): number {
    return this.model.numbers('best_cost').length;
  }

  update(changes: Changes): void {
    const n = this.generations();
    const x = Float64Array.from({ length: n }, (_, i) => i + 1);
    const of = (name: string): Float64Array => {
      const values = this.model.numbers(name);
      return values.length === n ? values : new Float64Array(n).fill(NaN);
    };
    const each = this.model.channel('candidate_cost')?.sizes[1] ?? 0;
    if (changes.has('theme'))
      [this.cost, this.step, this.infeasible].forEach((lines) => lines.setTheme());
    const best = of('best_cost');
    const [start = 0, end = 0] = [best[0], best[n - 1]];
    const top = start + Math.max(2 * Math.abs(start - end), 0.02 * Math.abs(start));
    // The first generations hold designs that cost a thousand times more: they would only hide the rest.
    const mean = of('mean_cost').map((v) => (v <= top ? v : NaN));
    this.cost.setData(x, [of('best_cost_lo'), of('best_cost_hi'), mean, best]);
    this.step.setData(x, [of('search_sigma')]);
    this.infeasible.setData(x, [
      of('infeasible_count').map((v) => (each > 0 ? (100 * v) / each : NaN)),
    ]);
    this.cost.setSummary(this.summary());
    setText(this.says, this.summary());
    this.step.setSummary(
      `Step size: ${number(of('search_sigma')[n - 1] ?? NaN)} of the range in generation ${n}.`,
    );
    this.infeasible.setSummary(
      `Designs that break a limit in generation ${n}: ${count(of('infeasible_count')[n - 1] ?? NaN)} of ${each}.`,
    );
    const tried = this.model.channel('candidate_value');
    this.designs.hidden = !tried;
    const last = Math.max(1, Math.min(n, tried?.rows ?? 0));
    setAttributes(this.slider, { min: 1, max: last });
    if (this.follow.checked) this.slider.value = String(last);
    void this.choose();
    this.chart.refresh();
  }

  private unit(): string {
    const name =
      this.model.texts('kpi_unit')[0] ?? this.model.document('progress')?.best_unit ?? '1';
    return unitText(name);
  }

  private summary(): string {
    const best = this.model.numbers('best_cost'),
      n = best.length;
    if (n === 0) return 'No generation is finished yet.';
    const lo = this.model.numbers('best_cost_lo')[n - 1] ?? NaN,
      hi = this.model.numbers('best_cost_hi')[n - 1] ?? NaN;
    const interval = Number.isFinite(lo)
      ? `, 95 % interval ${number(lo, 4)} to ${number(hi, 4)}`
      : '';
    const designs = this.model.numbers('evaluation_count')[n - 1];
    const gain = 100 * (1 - best[n - 1]! / best[0]!);
    const after = `${n === 1 ? 'one generation' : `${count(n)} generations`}${designs === undefined ? '' : ` and ${count(designs)} designs`}`;
    const than = n === 1 ? '' : `; ${fixed(gain, 2)} % less than in the first generation`;
    // The winner of a comparison was also lucky in it; the answer is measured where nothing chose.
    const answer = this.model.numbers('best_kpi_mean')[0];
    const proven =
      answer === undefined ? '' : ` On new replications, which chose nothing: ${number(answer, 4)}.`;
    const cost = `${number(best[n - 1]!, 4)} ${this.unit()}${interval}${than}`;
    return `After ${after} the best costs, on the replications that chose it, ${cost}.${proven}`;
  }

  // The designs of the generation that is chosen; of a very long search they are fetched.
  private async choose(): Promise<void> {
    const generation = Number(this.slider.value);
    const sizes = this.model.channel('candidate_value')?.sizes ?? [];
    try {
      const [values, costs, violations] = await Promise.all(
        ['candidate_value', 'candidate_cost', 'candidate_violation'].map((name) =>
          rowsOf(this.model, this.host, name, generation - 1, 1),
        ),
      );
      if (generation !== Number(this.slider.value)) return;
      this.candidates = candidatesOf(values!, costs!, violations!, [1, ...sizes.slice(1)], 0);
      this.drawDesigns();
    } catch (problem) {
      this.candidates = [];
      setText(this.sliderSays, (problem as Error).message);
    }
    this.designsChart.refresh();
  }

  // One line per set-point, from the lowest to the highest value allowed, with a dot per design.
  private drawDesigns(): void {
    const points = this.model.setPoints(),
      tried = this.candidates;
    const height = points.length * ROW + 12;
    setText(this.sliderSays, `${this.slider.value} of ${this.slider.max}`);
    setAttributes(this.slider, { 'aria-valuetext': `generation ${this.slider.value}` });
    setAttributes(this.picture, {
      viewBox: `0 0 ${this.width} ${height}`,
      'aria-label': this.designSummary(tried),
    });
    const x = (p: { min: number; max: number }, v: number): number =>
      LEFT +
      (p.max > p.min ? Math.min(1, Math.max(0, (v - p.min) / (p.max - p.min))) : 0.5) *
        (this.width - LEFT - RIGHT);
    const rows = points.map((p, i) => {
      const y = 14 + i * ROW;
      const dots = tried
        .map((c, rank) => {
          const broken = c.violation > 0 || !Number.isFinite(c.cost);
          return svg(broken ? 'circle.dot-broken' : 'circle.dot-kept', {
            cx: x(p, c.values[i]!),
            cy: y + ((c.index * 5) % 7) - 3,
            r: broken ? 2.2 : 2.8,
            'fill-opacity': broken ? 0 : (1 - (0.75 * rank) / Math.max(1, tried.length)).toFixed(2),
          });
        })
        .reverse();
      const b = x(p, p.best);
      return svg(
        'g',
        {},
        svg('text.row-name', { x: LEFT - 10, y: y + 4, 'text-anchor': 'end' }, words(p.name)),
        svg('line.axis-line', { x1: LEFT, x2: this.width - RIGHT, y1: y, y2: y }),
        Number.isFinite(p.baseline)
          ? svg('line.mark-baseline', {
              x1: x(p, p.baseline),
              x2: x(p, p.baseline),
              y1: y - 8,
              y2: y + 8,
            })
          : null,
        ...dots,
        Number.isFinite(p.best)
          ? svg('path.mark-best', { d: `M${b} ${y - 7}l5 7l-5 7l-5 -7z` })
          : null,
        svg(
          'text.axis',
          { x: this.width - RIGHT + 10, y: y + 4 },
          `${short(p.best)} ${unitText(p.unit)}`,
        ),
      );
    });
    this.picture.replaceChildren(...rows);
  }

  private designSummary(tried: Candidate[]): string {
    const kept = tried.filter((c) => c.violation <= 0 && Number.isFinite(c.cost));
    const cheapest = kept[0] ? `, the cheapest for ${number(kept[0].cost, 4)} ${this.unit()}` : '';
    return `Generation ${this.slider.value}: ${tried.length} designs, ${kept.length} keep all limits${cheapest}.`;
  }

  private table(): TableData {
    const names = [
      'best_cost',
      'best_cost_lo',
      'best_cost_hi',
      'mean_cost',
      'search_sigma',
      'infeasible_count',
      'evaluation_count',
    ];
    return {
      caption: this.summary(),
      columns: ['generation', ...names.map(words)],
      rows: Array.from({ length: this.generations() }, (_, i) => [
        i + 1,
        ...names.map((name) => this.model.numbers(name)[i] ?? NaN),
      ]),
    };
  }

  private designTable(): TableData {
    const points = this.model.setPoints(),
      tried = this.candidates;
    return {
      caption: this.designSummary(tried),
      columns: [
        'design',
        'cost',
        'violation',
        ...points.map((p) => `${words(p.name)}${unitText(p.unit) ? ` (${unitText(p.unit)})` : ''}`),
      ],
      rows: tried.map((c) => [
        c.index + 1,
        number(c.cost, 6),
        number(c.violation),
        ...Array.from(c.values, (v) => number(v, 5)),
      ]),
    };
  }
}

export const panel: Panel = {
  id: 'search',
  title: 'Search',
  key: 's',
  about:
    'How the search goes on: the best cost so far with the interval of the replications that chose it, and where in their ranges the designs of a generation lie.',
  needs: ['best_cost'],
  uses: [
    'best_cost_lo',
    'best_cost_hi',
    'mean_cost',
    'search_sigma',
    'infeasible_count',
    'evaluation_count',
    'candidate_value',
    'candidate_cost',
    'candidate_violation',
    'set_point_best',
    'set_point_baseline',
    'study',
    'theme',
  ],
  span: 12,
  place: 'more',
  create: (model, host) => new Search(model, host),
};
