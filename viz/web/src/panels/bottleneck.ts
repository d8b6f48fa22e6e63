// What holds the plant back: share of time as the bottleneck, by station.

import { barChart, type Bar } from '../bars.js';
import { bottleneck, type Bottleneck } from '../derive.js';
import { el, setText, show } from '../dom.js';
import { chartTools } from '../export.js';
import { fixed, sentenceCase, words } from '../format.js';
import type { Model } from '../model.js';
import type { Panel } from '../panel.js';

const MOST_ROWS = 8;
const percent = (share: number, decimals = 1): string => fixed(share * 100, decimals);

/** Channels of the answer; while a search goes on, of the plant as it is today. */
const prefixOf = (model: Model): string => (model.has('bottleneck_share') ? '' : 'baseline_');

function read(model: Model): Bottleneck | null {
  const name = `${prefixOf(model)}bottleneck_share`;
  return bottleneck(
    model.texts('station_name'),
    model.numbers(name),
    model.numbers(`${name}_lo`),
    model.numbers(`${name}_hi`),
  );
}

function sentence(found: Bottleneck | null): string {
  const [first, second] = found?.rows ?? [];
  if (!found || !first) return 'No station is ever the bottleneck.';
  const name = sentenceCase(words(first.name));
  const range = found.hasIntervals ? ` (${percent(first.lo)} to ${percent(first.hi)} %)` : '';
  const share = `${name} holds the plant back ${percent(first.mean)} % of the time${range}`;
  if (!second || found.isSeparated) return `${share}.`;
  return found.hasIntervals
    ? `${share}; ${words(second.name)} may do so just as often: their intervals overlap.`
    : `${share}.`;
}

function bars(model: Model, found: Bottleneck): Bar[] {
  const before = model.numbers('baseline_bottleneck_share');
  const names = model.texts('station_name');
  return found.rows
    .slice(0, MOST_ROWS)
    .filter((row) => row.mean >= 0.0005)
    .map((row, i) => {
      const was = prefixOf(model) === '' ? before[names.indexOf(row.name)] : undefined;
      return {
        key: row.name,
        label: words(row.name),
        value: `${percent(row.mean)} %`,
        from: 0,
        to: row.mean,
        ...(was === undefined ? {} : { was }),
        ...(found.hasIntervals ? { lo: row.lo, hi: row.hi } : {}),
        fill: i === 0 ? 'var(--accent)' : 'var(--bar)',
        strong: i === 0,
        sentence:
          `${sentenceCase(words(row.name))} was the station that the others waited for ${percent(row.mean)} % of the time` +
          (found.hasIntervals
            ? `, with 95 % certainty between ${percent(row.lo)} and ${percent(row.hi)} %`
            : '') +
          (was === undefined ? '.' : `; with today\u2019s set-points ${percent(was)} %.`),
      };
    });
}

export const panel: Panel = {
  id: 'bottleneck',
  title: 'Bottleneck',
  key: 'b',
  about:
    'At each moment the station that has been busy longest without a pause is the bottleneck (active-period method). Bars: share of time; whiskers: 95 % interval over replications; grey marks: with today\u2019s set-points.',
  needs: ['station_name', 'bottleneck_share|baseline_bottleneck_share'],
  uses: [
    'baseline_bottleneck_share_lo',
    'baseline_bottleneck_share_hi',
    'bottleneck_share_lo',
    'bottleneck_share_hi',
    'baseline_bottleneck_share',
  ],
  span: 3,
  place: 'first',
  create(model, host) {
    const text = el('p.lead');
    const chart = barChart('Share of time as the bottleneck, by station');
    const legendOf = (name: string, says: string): HTMLElement =>
      el('li', {}, el(`span.${name}` as 'span', { 'aria-hidden': 'true' }), says);
    const interval = legendOf('key-whisker', '95 % interval');
    const was = legendOf('key-was', 'today');
    const legend = el('ul.bar-keys', {}, interval, was);
    const tools = chartTools(
      {
        name: 'bottleneck',
        picture: () => chart.element,
        table: () => ({
          caption: text.textContent ?? '',
          columns: ['Station', 'Share, %', '95 % from', 'to'],
          rows: (read(model)?.rows ?? []).map((row) => [
            row.name,
            ...[row.mean, row.lo, row.hi].map((share) => Number((share * 100).toFixed(2))),
          ]),
        }),
      },
      host,
    );
    return {
      element: el('div.chart', {}, text, chart.element, legend, tools.table),
      tools: tools.tools,
      update() {
        const found = read(model);
        setText(text, prefixOf(model) === '' ? sentence(found) : `Today: ${sentence(found)}`);
        const before =
          prefixOf(model) === '' ? Array.from(model.numbers('baseline_bottleneck_share')) : [];
        const most = found
          ? Math.max(
              ...before,
              ...found.rows.map((row) => (found.hasIntervals ? row.hi : row.mean)),
            )
          : 1;
        chart.draw(found ? bars(model, found) : [], 0, most);
        show(interval, found?.hasIntervals === true);
        show(was, before.length > 0);
        tools.refresh();
      },
    };
  },
};
