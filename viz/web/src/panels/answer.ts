// The answer: what a good unit costs and what the plant makes, today and with the best set-points.

import { column, pairedChange, type Interval } from '../derive.js';
import { el, explain, list, setAttributes, setText, show, svg } from '../dom.js';
import { decimalsOfInterval, fixed, plusMinus, shownAs, signed, words } from '../format.js';
import type { Kpi, Model } from '../model.js';
import type { Panel } from '../panel.js';

const NAMES: [RegExp, string, string, 1 | -1][] = [
  [
    /^cost_per_good_(.*)$/,
    'Cost per good $1',
    'All costs of the plant divided by the good output',
    -1,
  ],
  [
    /^good_(.*)_per_h$/,
    'Good $1 an hour',
    'Good output an hour, averaged over the measured time',
    1,
  ],
  [
    /^energy_per_good_(.*)$/,
    'Energy per good $1',
    'All electricity divided by the good output',
    -1,
  ],
  [/^yield$/, 'Yield', 'Share of what was made that is good', 1],
  [/^flow_time$/, 'Flow time', 'Time from entering the plant to leaving it, on average', -1],
  [
    /^items_in_plant$/,
    'Items in the plant',
    'Items in machines and buffers, on average over time',
    -1,
  ],
  [/^turned_away$/, 'Turned away', 'Share of arrivals that found no place', -1],
];

interface Tile {
  key: string;
  label: string;
  about: string;
  better: 1 | -1; // +1: more is better
  after: Kpi;
  before: Kpi | undefined;
  change: Interval | null;
  isToday?: boolean; // the plant as it is, while the search has nothing better to show
}

function tileOf(after: Kpi, before: Kpi | undefined, change: Interval | null): Tile | null {
  const found = NAMES.find(([pattern]) => pattern.test(after.name));
  if (!found || (after.mean === 0 && (before?.mean ?? 0) === 0)) return null;
  const label = words(after.name.replace(found[0], found[1]));
  return { key: after.name, label, about: found[2], better: found[3], after, before, change };
}

/** While the search goes on: the best cost so far; the rest of the plant as it is today. */
function tilesSoFar(model: Model): Tile[] {
  const before = model.kpis('baseline');
  const progress = model.document('progress');
  const newest = (name: string): number => model.numbers(name).at(-1) ?? NaN;
  const name = before[0]?.name ?? progress?.best_name ?? '';
  const mean = Number.isFinite(newest('best_cost')) ? newest('best_cost') : (progress?.best ?? NaN);
  const best = {
    name,
    unit: before[0]?.unit ?? progress?.best_unit ?? '1',
    mean,
    lo: newest('best_cost_lo'),
    hi: newest('best_cost_hi'),
  };
  const first = Number.isFinite(mean) ? tileOf(best, before[0], null) : null;
  const rest = before.slice(first ? 1 : 0).map((kpi) => tileOf(kpi, undefined, null));
  for (const tile of rest) if (tile) tile.isToday = true;
  return [first, ...rest].filter((tile): tile is Tile => tile !== null);
}

function tilesOf(model: Model): Tile[] {
  const design = model.answer();
  const results = model.kpis(design);
  if (results.length === 0) return tilesSoFar(model);
  const before = design === 'best' ? model.kpis('baseline') : [];
  const values = (name: string, i: number): number[] =>
    column(model.numbers(name), i, results.length);
  return results
    .map((after, i) =>
      tileOf(
        after,
        before[i],
        before[i]
          ? pairedChange(values('baseline_kpi_value', i), values('best_kpi_value', i))
          : null,
      ),
    )
    .filter((tile): tile is Tile => tile !== null);
}

function spoken(kpi: Kpi): { value: string; half: string; range: string; unit: string } {
  const { scale, unit } = shownAs(kpi.unit);
  const decimals = decimalsOfInterval(kpi.mean * scale, kpi.lo * scale, kpi.hi * scale);
  const text = (value: number): string => fixed(value * scale, decimals);
  const hasInterval = kpi.hi > kpi.lo;
  return {
    value: text(kpi.mean),
    half: hasInterval ? plusMinus(((kpi.hi - kpi.lo) / 2) * scale, decimals) : '',
    range: hasInterval
      ? `with 95 % certainty between ${text(kpi.lo)} and ${text(kpi.hi)}`
      : 'without an interval',
    unit,
  };
}

function changeOf(
  tile: Tile,
): { text: string; half: string; isProven: boolean; isGood: boolean } | null {
  if (!tile.before || !(Math.abs(tile.before.mean) > 0)) return null;
  const mean =
    tile.change?.mean ?? (tile.after.mean - tile.before.mean) / Math.abs(tile.before.mean);
  const half = tile.change ? (tile.change.hi - tile.change.lo) / 2 : NaN;
  const decimals =
    half > 0
      ? Math.min(2, decimalsOfInterval(mean * 100, (mean - half) * 100, (mean + half) * 100))
      : 1;
  return {
    text: `${signed(mean * 100, decimals)} %`,
    half: half > 0 ? plusMinus(half * 100, decimals) : '',
    isProven: tile.change !== null && (tile.change.lo > 0 || tile.change.hi < 0),
    isGood: mean * tile.better > 0,
  };
}

/** The whole answer in one sentence. */
export function headline(model: Model): string {
  const tile = tilesOf(model)[0];
  if (!tile) return 'No answer yet';
  const after = spoken(tile.after);
  const good = /^cost_per_good_(.*)$/.exec(tile.after.name)?.[1];
  if (good === undefined) return `${tile.label}: ${after.value} ${after.unit}`;
  const isSoFar = model.kpis(model.answer()).length === 0;
  const subject = isSoFar ? `So far: a good ${good}` : `A good ${good}`;
  const price = `${after.value} ${after.unit.split('/')[0]}`;
  if (!tile.before)
    return isSoFar && model.has('best_cost')
      ? `${subject} can cost ${price}`
      : `${subject} costs ${price}`;
  const change = changeOf(tile)!;
  const isRunning = model.document('run')?.state === 'running';
  const verdict = isSoFar
    ? `${change.text}, ${isRunning ? 'still searching' : 'not proven yet'}`
    : !change.isProven
      ? 'not proven to be different'
      : `${change.text.replace(/^[+\u2212]/, '')} ${change.isGood ? 'cheaper' : 'dearer'}`;
  const decimals = after.value.split('.')[1]?.length ?? 0;
  return `${subject} can cost ${price} instead of ${fixed(tile.before.mean, decimals)}: ${verdict}`;
}

/** Both intervals on one scale: a bar each, with a point at the mean. */
function rangePicture(): { element: SVGSVGElement; draw(tile: Tile): void } {
  const mark = (name: string): { band: SVGRectElement; dot: SVGCircleElement } => ({
    band: svg('rect', { height: 6, rx: 3, class: `range-${name}` }),
    dot: svg('circle', { r: 3.5, class: `range-${name}` }),
  });
  const before = mark('before');
  const after = mark('after');
  const element = svg(
    'svg.range',
    { 'aria-hidden': 'true', height: 26 },
    svg('line.range-line', { x1: 0, x2: '100%', y1: 7, y2: 7 }),
    svg('line.range-line', { x1: 0, x2: '100%', y1: 19, y2: 19 }),
    before.band,
    before.dot,
    after.band,
    after.dot,
  );
  return {
    element,
    draw(tile) {
      const kpis = tile.before ? [tile.before, tile.after] : [tile.after];
      const ends = kpis.flatMap((kpi) => [kpi.mean, kpi.lo, kpi.hi]).filter(Number.isFinite);
      const [lowest, highest] = [Math.min(...ends), Math.max(...ends)];
      const room = (highest - lowest || Math.abs(highest) || 1) * 0.06;
      const x = (value: number): number =>
        3 + (94 * (value - lowest + room)) / (highest - lowest + 2 * room);
      const draw = (m: typeof before, kpi: Kpi, y: number): void => {
        const [lo, hi] = kpi.hi > kpi.lo ? [kpi.lo, kpi.hi] : [kpi.mean, kpi.mean];
        setAttributes(m.band, {
          x: `${x(lo)}%`,
          width: `${Math.max(0.5, x(hi) - x(lo))}%`,
          y: y - 3,
        });
        setAttributes(m.dot, { cx: `${x(kpi.mean)}%`, cy: y });
      };
      show(before.band, tile.before !== undefined);
      show(before.dot, tile.before !== undefined);
      if (tile.before) draw(before, tile.before, 7);
      draw(after, tile.after, 19);
      setAttributes(after.band, { class: tile.isToday ? 'range-before' : 'range-after' });
      setAttributes(after.dot, { class: tile.isToday ? 'range-before' : 'range-after' });
    },
  };
}

interface TileNodes {
  tile: Tile;
  update(tile: Tile): void;
}

function createTile(first: Tile, nodes: Map<Element, TileNodes>): HTMLElement {
  const state = { tile: first };
  const label = el('h3.tile-label');
  const value = el('span.big');
  const unit = el('span.unit');
  const half = el('span.half');
  const change = el('p.change');
  const before = el('p.before');
  const range = rangePicture();
  const number = explain(el('p.tile-value', {}, value, ' ', unit, ' ', half), () => {
    const text = spoken(state.tile.after);
    return `${state.tile.about}${state.tile.before ? ', with the best set-points' : ''}: ${text.value} ${text.unit}, ${text.range}.`;
  });
  explain(change, () => {
    const text = changeOf(state.tile);
    if (!text) return '';
    if (text.half === '')
      return `The best design so far against today: ${text.text}; whether that is proven is known when the search is over.`;
    return text.isProven
      ? `The change against today, replication by replication under the same chances: ${text.text} ${text.half}; the 95 % interval excludes zero.`
      : `The change against today is ${text.text} ${text.half}; that is not proven, chance alone could have made it.`;
  });
  explain(before, () => {
    if (state.tile.isToday)
      return 'With today\u2019s set-points; what the best does is known when the search is over.';
    const text = state.tile.before ? spoken(state.tile.before) : null;
    return text ? `With today\u2019s set-points: ${text.value} ${text.unit}, ${text.range}.` : '';
  });
  const body = el('div', {}, number, change, range.element, before);
  const element = el('div.tile', {}, label, body);
  const update = (tile: Tile): void => {
    state.tile = tile;
    const text = spoken(tile.after);
    setText(label, tile.label);
    setText(value, text.value);
    setText(unit, text.unit);
    setText(half, text.half);
    const changed = changeOf(tile);
    show(change, changed !== null);
    if (changed) {
      setText(change, `${changed.text} ${changed.half}`.trim());
      change.className = `change explained ${!changed.isProven ? 'open' : changed.isGood ? 'better' : 'worse'}`;
    }
    show(before, tile.before !== undefined || tile.isToday === true);
    if (tile.isToday) setText(before, 'that is today');
    if (tile.before) {
      const was = spoken(tile.before);
      setText(before, `today ${was.value} ${was.half}`.trim());
    }
    range.draw(tile);
  };
  nodes.set(element, { tile: first, update });
  return element;
}

export const panel: Panel = {
  id: 'answer',
  title: 'The answer',
  key: 'a',
  about:
    'What the plant does with the best set-points, beside what it does today. ± is half of the 95 % interval over replications; changes are compared replication by replication.',
  needs: ['kpi_mean|best_kpi_mean|baseline_kpi_mean|best_cost'],
  uses: [
    'kpi_name',
    'kpi_unit',
    'progress',
    'best_cost_lo',
    'best_cost_hi',
    'baseline_kpi_lo',
    'baseline_kpi_hi',
    'best_kpi_mean',
    'best_kpi_lo',
    'best_kpi_hi',
    'baseline_kpi_mean',
    'baseline_kpi_value',
    'best_kpi_value',
    'kpi_lo',
    'kpi_hi',
    'run',
  ],
  span: 9,
  place: 'first',
  create(model) {
    const sentence = el('p.headline');
    const tiles = el('div.tiles');
    const legend = el(
      'p.legend',
      {},
      el('span.key.key-before', { 'aria-hidden': 'true' }),
      'today',
      el('span.key.key-after', { 'aria-hidden': 'true' }),
      'best set-points',
    );
    const nodes = new Map<Element, TileNodes>();
    const update = list<Tile, HTMLElement>(
      tiles,
      (tile) => tile.key,
      (tile) => createTile(tile, nodes),
      (node, tile) => nodes.get(node)?.update(tile),
    );
    return {
      element: el('div.answer', {}, sentence, tiles),
      tools: [legend],
      update() {
        setText(sentence, headline(model));
        show(legend, model.has('baseline_kpi_mean'));
        update(tilesOf(model));
      },
    };
  },
};
