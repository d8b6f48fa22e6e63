// A chart of named rows with horizontal bars on one scale: bottlenecks, losses, the cost bridge.
// It is drawn anew in the width it has; rows keep their nodes and can have the focus.

import { colour, el, explain, list, setAttributes, setText, show, svg } from './dom.js';

export interface Bar {
  key: string;
  label: string;
  value: string; // text at the right
  from: number;
  to: number;
  fill: string; // CSS colour or url(#pattern)
  strong?: boolean; // totals
  marker?: boolean; // a mark at `to` instead of a bar, where the scale does not begin at 0
  link?: boolean; // a thin line from the end of this bar to the next row
  was?: number; // a mark for the value before
  lo?: number; // interval around the end of the bar
  hi?: number;
  sentence: string; // tooltip, and what a screen reader says
}

export interface BarChart {
  element: SVGSVGElement;
  draw(bars: readonly Bar[], lowest: number, highest: number): void;
}

const FONT_SIZE = 12.5; // px, as in app.css
const GAP = 12;
const LOWEST_ROW = 30; // px

const context = el('canvas').getContext('2d');

/** How wide a text is, in px. */
function widthOf(text: string, strong: boolean | undefined): number {
  if (!context) return text.length * 8;
  context.font = `${strong ? 650 : 400} ${FONT_SIZE}px ${colour('--font')}`;
  return context.measureText(text).width;
}

interface Range {
  lowest: number;
  highest: number;
}

interface Row {
  group: SVGGElement;
  hit: SVGRectElement;
  label: SVGTextElement;
  value: SVGTextElement;
  bar: SVGRectElement;
  link: SVGLineElement;
  halo: SVGPathElement; // around whisker and mark, so that they show on every bar
  whisker: SVGPathElement;
  was: SVGLineElement;
  shown: Bar;
}

function makeRow(bar: Bar): Row {
  const row: Row = {
    group: svg('g', { tabindex: 0, role: 'img' }),
    hit: svg('rect.hit'),
    label: svg('text.bar-label', { 'dominant-baseline': 'central' }),
    value: svg('text.bar-value', { 'dominant-baseline': 'central', 'text-anchor': 'end' }),
    bar: svg('rect'),
    link: svg('line.bar-link'),
    halo: svg('path.halo'),
    whisker: svg('path.whisker'),
    was: svg('line.bar-was'),
    shown: bar,
  };
  row.group.append(row.hit, row.link, row.bar, row.halo, row.whisker, row.was, row.label, row.value);
  explain(row.group, () => row.shown.sentence);
  return row;
}

function shorten({ label, strong }: Bar, width: number): string {
  if (widthOf(label, strong) <= width + 0.5) return label;
  let n = label.length - 1;
  while (n > 1 && widthOf(`${label.slice(0, n)}…`, strong) > width) --n;
  return `${label.slice(0, n)}…`;
}

/** Where things stand in the chart, in px. */
interface Layout {
  width: number;
  height: number; // of a row
  thick: number; // of a bar
  labelWidth: number;
  x: (value: number) => number;
}

function layoutOf(element: SVGElement, bars: readonly Bar[], range: Range, most: number): Layout {
  const width = element.clientWidth;
  const height = Math.min(most, element.clientHeight / Math.max(1, bars.length));
  const longest = (part: 'label' | 'value'): number =>
    Math.max(0, ...bars.map((bar) => widthOf(bar[part], bar.strong)));
  const labelWidth = Math.min(longest('label'), width * 0.38);
  const left = labelWidth + GAP;
  const right = Math.max(left + 10, width - longest('value') - GAP);
  const scale = (right - left) / (range.highest - range.lowest || 1);
  const clamp = (value: number): number => Math.min(Math.max(value, range.lowest), range.highest);
  const x = (value: number): number => left + (clamp(value) - range.lowest) * scale;
  return { width, height, thick: Math.min(height - 8, 24), labelWidth, x };
}

function placeTexts(row: Row, bar: Bar, middle: number, at: Layout): void {
  setText(row.label, shorten(bar, at.labelWidth));
  setAttributes(row.label, { x: 0, y: middle });
  setText(row.value, bar.value);
  setAttributes(row.value, { x: at.width, y: middle });
}

function placeBar(row: Row, bar: Bar, middle: number, at: Layout): void {
  const ends = [at.x(bar.from), at.x(bar.to)];
  const [a, b] = bar.marker ? [ends[1]! - 2, ends[1]! + 2] : [Math.min(...ends), Math.max(...ends)];
  const [y, height] = [middle - at.thick / 2, at.thick];
  const width = Math.max(b - a, 1);
  setAttributes(row.bar, { x: a, y, width, height, fill: bar.fill, rx: 1 });
}

function placeMarks(row: Row, bar: Bar, middle: number, at: Layout, isLast: boolean): void {
  const vertical = (line: SVGLineElement, value: number, y1: number, y2: number): void =>
    setAttributes(line, { x1: at.x(value), x2: at.x(value), y1, y2 });
  const half = at.thick / 2;
  show(row.link, bar.link === true && !isLast);
  vertical(row.link, bar.to, middle + half, middle + at.height - half);
  show(row.was, bar.was !== undefined);
  if (bar.was !== undefined) vertical(row.was, bar.was, middle - half - 3, middle + half + 3);
  const hasInterval = bar.lo !== undefined && bar.hi !== undefined && bar.hi > bar.lo;
  show(row.whisker, hasInterval);
  const mark =
    bar.was === undefined ? '' : `M${at.x(bar.was)} ${middle - half - 3}V${middle + half + 3}`;
  setAttributes(row.halo, { d: mark });
  if (!hasInterval) return;
  const [lo, hi, top, bottom] = [at.x(bar.lo!), at.x(bar.hi!), middle - 4, middle + 4];
  const path = `M${lo} ${top}V${bottom}M${lo} ${middle}H${hi}M${hi} ${top}V${bottom}`;
  setAttributes(row.whisker, { d: path });
  setAttributes(row.halo, { d: path + mark });
}

/** `rowHeight`: the rows share what height the chart is given, up to that. */
export function barChart(label: string, rowHeight = 36): BarChart {
  const rows = new Map<Element, Row>();
  const body = svg('g');
  const element = svg('svg.bars', { role: 'group', 'aria-label': label }, body);
  let bars: readonly Bar[] = [];
  let range: Range = { lowest: 0, highest: 1 };
  let layout: Layout | null = null;
  const create = (bar: Bar): SVGGElement => {
    const row = makeRow(bar);
    rows.set(row.group, row);
    return row.group;
  };
  const place = (group: SVGGElement, bar: Bar, index: number): void => {
    const row = rows.get(group)!;
    const at = layout!;
    const middle = (index + 0.5) * at.height;
    row.shown = bar;
    const name = `explained${bar.strong ? ' strong' : ''}`;
    setAttributes(group, { 'aria-label': bar.sentence, class: name });
    setAttributes(row.hit, { x: 0, y: index * at.height, width: at.width, height: at.height });
    placeTexts(row, bar, middle, at);
    placeBar(row, bar, middle, at);
    placeMarks(row, bar, middle, at, index + 1 === bars.length);
  };
  const update = list<Bar, SVGGElement>(body, (bar) => bar.key, create, place);
  const redraw = (): void => {
    if (element.clientWidth === 0) return;
    layout = layoutOf(element, bars, range, rowHeight);
    update(bars);
  };
  new ResizeObserver(redraw).observe(element);
  return {
    element,
    draw(newBars, lowest, highest) {
      bars = newBars;
      range = { lowest, highest };
      element.style.minHeight = `${bars.length * LOWEST_ROW}px`;
      element.style.maxHeight = `${bars.length * rowHeight}px`;
      redraw();
    },
  };
}
