// A chart of named rows with horizontal bars on one scale: bottlenecks, losses, the cost bridge.
// It is drawn anew in the width it has; rows keep their nodes and can have the focus.

import { explain, list, setAttributes, setText, show, svg } from './dom.js';

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

const LABEL_SIZE = 6.6; // px of a letter, about
const GAP = 10;
const LOWEST_ROW = 30; // px

interface Row {
  group: SVGGElement;
  hit: SVGRectElement;
  label: SVGTextElement;
  value: SVGTextElement;
  bar: SVGRectElement;
  link: SVGLineElement;
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
    whisker: svg('path.whisker'),
    was: svg('line.bar-was'),
    shown: bar,
  };
  row.group.append(row.hit, row.link, row.bar, row.whisker, row.was, row.label, row.value);
  explain(row.group, () => row.shown.sentence);
  return row;
}

function shorten(text: string, width: number): string {
  const n = Math.floor(width / LABEL_SIZE);
  return text.length <= n ? text : `${text.slice(0, Math.max(1, n - 1))}…`;
}

/** `rowHeight`: the rows share what height the chart is given, up to that. */
export function barChart(label: string, rowHeight = 44): BarChart {
  const rowsOf = new Map<Element, Row>();
  const body = svg('g');
  const element = svg('svg.bars', { role: 'group', 'aria-label': label }, body);
  let shown: readonly Bar[] = [];
  let range: [number, number] = [0, 1];

  const place = (group: SVGGElement, bar: Bar, index: number): void => {
    const row = rowsOf.get(group)!;
    const width = element.clientWidth;
    const height = Math.min(rowHeight, element.clientHeight / Math.max(1, shown.length));
    const longest = Math.max(...shown.map((b) => b.label.length)) * LABEL_SIZE;
    const labelWidth = Math.min(longest, width * 0.38);
    const valueWidth = Math.max(...shown.map((b) => b.value.length)) * 7.2;
    const left = labelWidth + GAP;
    const right = Math.max(left + 10, width - valueWidth - GAP);
    const x = (value: number): number =>
      left +
      ((Math.min(Math.max(value, range[0]), range[1]) - range[0]) / (range[1] - range[0] || 1)) *
        (right - left);
    const top = index * height;
    const middle = top + height / 2;
    const thick = Math.min(height - 8, 24);
    row.shown = bar;
    setAttributes(group, {
      'aria-label': bar.sentence,
      class: `explained${bar.strong ? ' strong' : ''}`,
    });
    setAttributes(row.hit, { x: 0, y: top, width, height: Math.max(0, height) });
    setText(row.label, shorten(bar.label, labelWidth));
    setAttributes(row.label, { x: 0, y: middle });
    setText(row.value, bar.value);
    setAttributes(row.value, { x: width, y: middle });
    const [a, b] = bar.marker
      ? [x(bar.to) - 2, x(bar.to) + 2]
      : [x(Math.min(bar.from, bar.to)), x(Math.max(bar.from, bar.to))];
    setAttributes(row.bar, {
      x: a,
      y: middle - thick / 2,
      width: Math.max(b - a, 1),
      height: thick,
      fill: bar.fill,
      rx: 1,
    });
    show(row.link, bar.link === true && index + 1 < shown.length);
    setAttributes(row.link, {
      x1: x(bar.to),
      x2: x(bar.to),
      y1: middle + thick / 2,
      y2: top + height + (height - thick) / 2,
    });
    show(row.was, bar.was !== undefined);
    if (bar.was !== undefined)
      setAttributes(row.was, {
        x1: x(bar.was),
        x2: x(bar.was),
        y1: middle - thick / 2 - 3,
        y2: middle + thick / 2 + 3,
      });
    const hasInterval = bar.lo !== undefined && bar.hi !== undefined && bar.hi > bar.lo;
    show(row.whisker, hasInterval);
    if (hasInterval) {
      const [lo, hi] = [x(bar.lo!), x(bar.hi!)];
      setAttributes(row.whisker, {
        d: `M${lo} ${middle - 4}V${middle + 4}M${lo} ${middle}H${hi}M${hi} ${middle - 4}V${middle + 4}`,
      });
    }
  };

  const update = list<Bar, SVGGElement>(
    body,
    (bar) => bar.key,
    (bar) => {
      const row = makeRow(bar);
      rowsOf.set(row.group, row);
      return row.group;
    },
    place,
  );
  const redraw = (): void => {
    if (element.clientWidth > 0) update(shown);
  };
  new ResizeObserver(redraw).observe(element);
  return {
    element,
    draw(bars, lowest, highest) {
      shown = bars;
      range = [lowest, highest];
      element.style.minHeight = `${bars.length * LOWEST_ROW}px`;
      element.style.maxHeight = `${bars.length * rowHeight}px`;
      redraw();
    },
  };
}
