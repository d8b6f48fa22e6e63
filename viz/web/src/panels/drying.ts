// The dried binder through each coat: the fast kernel beside the reference that PETSc solves, and
// the limits of the process that PETSc checked.

import { el, list, setText } from '../dom.js';
import { Lines } from '../draw/lines.js';
import { short } from '../draw/numbers.js';
import { stackCharts } from '../draw/stack.js';
import { chartTools, type TableData } from '../export.js';
import { fixed, number, sentenceCase, unitText, words } from '../format.js';
import type { Changes, Model } from '../model.js';
import type { Host, Panel, PanelView } from '../panel.js';

interface Coat {
  element: HTMLElement;
  profile: Lines;
  difference: Lines;
  says: HTMLElement;
}

const round = (v = NaN): number => Number(v.toPrecision(6));

// What was found, with its error; far below what is allowed only that it is so.
export function foundText(value: number, error: number, allowed: number): string {
  const least = 1e-6 * Math.abs(allowed);
  if (least > 0 && Math.abs(value) < least) return `< ${number(least, 1)}`;
  return error > 0 ? `${short(value)} ± ${number(error, 1)}` : short(value);
}

class Drying implements PanelView {
  readonly element: HTMLElement;
  readonly tools: HTMLElement[];
  private coats: Coat[] = [];
  private names = '';
  private readonly grid = el('div.chart-grid');
  private readonly legend = el(
    'ul.keys',
    {},
    el(
      'li',
      {},
      el('span.swatch.key-shown', { 'aria-hidden': 'true' }),
      'fast kernel, which every run uses',
    ),
    el(
      'li',
      {},
      el('span.swatch.key-reference', { 'aria-hidden': 'true' }),
      'independent reference by PETSc',
    ),
  );
  private readonly body = el('tbody');
  private readonly limits = el(
    'table.limits',
    {},
    el('caption', {}, 'Limits of the process, judged by the reference solution of PETSc'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ...['limit', 'found', 'allowed', 'verdict'].map((t) => el('th', { scope: 'col' }, t)),
      ),
    ),
    this.body,
  );
  private readonly setLimits;
  private readonly chart;

  constructor(
    private readonly model: Model,
    host: Host,
  ) {
    this.setLimits = list<number, HTMLTableRowElement>(
      this.body,
      (i) => this.model.texts('limit_name')[i] ?? String(i),
      () => el('tr', {}, el('th', { scope: 'row' }), el('td'), el('td'), el('td')),
      (row, i) => this.fillLimit(row, i),
    );
    this.chart = chartTools(
      {
        name: 'drying',
        table: () => this.table(),
        picture: () =>
          stackCharts(
            this.coats.flatMap((c, i) => [
              {
                title: `${words(this.model.texts('coat_name')[i] ?? '')}: binder over its mean, from foil (0) to surface (1)`,
                canvas: c.profile.canvas,
              },
              { title: 'kernel minus PETSc, % of the mean', canvas: c.difference.canvas },
            ]),
          ),
      },
      host,
    );
    this.tools = this.chart.tools;
    this.element = el(
      'div.drying',
      {},
      this.legend,
      this.grid,
      this.chart.table,
      el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Limits' }, this.limits),
    );
  }

  private coat(name: string): Coat {
    const depth = {
      xText: (x: number): string => fixed(x, 2),
      xLabel: 'depth in the coat: 0 foil … 1 surface',
      yText: (y: number): string => number(y, 3),
      group: 'drying',
    };
    const profile = new Lines({
      ...depth,
      name,
      height: 210,
      lines: [
        { label: 'kernel', colour: 'best', width: 2 },
        { label: 'PETSc', colour: 'reference', width: 2, dash: [6, 4] },
      ],
    });
    const difference = new Lines({
      ...depth,
      name: `${name}, difference`,
      height: 120,
      lines: [{ label: 'difference %', colour: 'baseline', width: 1.5 }],
    });
    const says = el('p.says');
    return {
      profile,
      difference,
      says,
      element: el(
        'figure.figure',
        {},
        el('h3', {}, `${sentenceCase(words(name))}: binder, over its mean`),
        profile.element,
        el('h4', {}, 'Kernel minus PETSc, % of the mean'),
        difference.element,
        says,
      ),
    };
  }

  private row(channel: string, coat: number): Float64Array {
    const n = this.model.numbers('xi').length;
    const all = this.model.numbers(channel);
    return all.length >= (coat + 1) * n
      ? all.subarray(coat * n, (coat + 1) * n)
      : new Float64Array(n).fill(NaN);
  }

  update(changes: Changes): void {
    const names = this.model.texts('coat_name');
    if (names.join() !== this.names) {
      this.names = names.join();
      this.coats = names.map((name) => this.coat(name));
      this.grid.replaceChildren(...this.coats.map((c) => c.element));
    }
    const xi = this.model.numbers('xi');
    this.legend.hidden = this.coats.length === 0;
    this.coats.forEach((coat, i) => {
      const kernel = this.row('binder_kernel', i),
        petsc = this.row('binder_petsc', i);
      if (changes.has('theme'))
        [coat.profile, coat.difference].forEach((lines) => lines.setTheme());
      const difference = kernel.map((v, j) => 100 * (v - petsc[j]!));
      coat.profile.setData(xi, [kernel, petsc]);
      coat.difference.setData(xi, [difference]);
      const text = this.summary(i);
      coat.profile.setSummary(text);
      coat.difference.setSummary(text);
      setText(coat.says, text);
    });
    this.limits.hidden = !this.model.has('limit_name');
    this.setLimits(this.model.texts('limit_name').map((_, i) => i));
    this.chart.refresh();
  }

  private summary(i: number): string {
    const kernel = this.row('binder_kernel', i),
      petsc = this.row('binder_petsc', i),
      n = kernel.length;
    const name = words(this.model.texts('coat_name')[i] ?? '');
    const worst = kernel.reduce(
      (most, v, j) => Math.max(most, Number.isNaN(petsc[j]!) ? most : Math.abs(v - petsc[j]!)),
      -1,
    );
    const ends =
      n > 0
        ? `binder at the foil ${number(kernel[0]!)} of its mean, at the surface ${number(kernel[n - 1]!)}`
        : 'no profile';
    return `${sentenceCase(name)}: ${ends}${worst >= 0 ? `; kernel and PETSc differ by at most ${number(100 * worst, 2)} %` : ''}.`;
  }

  private fillLimit(row: HTMLTableRowElement, i: number): void {
    const of = (channel: string): number => this.model.numbers(channel)[i] ?? NaN;
    const unit = unitText(this.model.texts('limit_unit')[i] ?? '1');
    const [name, found, allowed, verdict] = [...row.cells];
    const isKept = of('limit_kept') === 1;
    setText(name!, words(this.model.texts('limit_name')[i] ?? ''));
    const value = foundText(of('limit_value'), of('limit_error'), of('limit_allowed'));
    setText(found!, `${value} ${unit}`);
    setText(
      allowed!,
      `${of('limit_at_least') === 1 ? 'at least' : 'at most'} ${short(of('limit_allowed'))} ${unit}`,
    );
    setText(verdict!, isKept ? '✓ kept' : '✗ broken');
    verdict!.className = isKept ? 'is-good' : 'is-bad';
  }

  private table(): TableData {
    const names = this.model.texts('coat_name').map(words),
      xi = this.model.numbers('xi');
    return {
      caption: names.map((_, i) => this.summary(i)).join(' '),
      columns: [
        'depth (0 foil, 1 surface)',
        ...names.flatMap((name) => [`${name}: kernel`, `${name}: PETSc`]),
      ],
      rows: Array.from(xi, (x, j) => [
        x,
        ...names.flatMap((_, i) => [
          round(this.row('binder_kernel', i)[j]),
          round(this.row('binder_petsc', i)[j]),
        ]),
      ]),
    };
  }
}

export const panel: Panel = {
  id: 'drying',
  title: 'Drying',
  key: 'd',
  about:
    'Where the binder is after drying, over its mean: 0 is the foil, 1 the surface. Little at the foil means bad adhesion. The dashed curve is an independent solution by PETSc.',
  needs: ['binder_kernel|binder_petsc|limit_name'],
  uses: [
    'xi',
    'coat_name',
    'limit_value',
    'limit_error',
    'limit_allowed',
    'limit_at_least',
    'limit_kept',
    'limit_unit',
    'theme',
  ],
  span: 12,
  place: 'more',
  create: (model, host) => new Drying(model, host),
};
