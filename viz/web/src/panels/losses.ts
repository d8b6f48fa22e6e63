// Where a station's time goes: from all of it to the time that made good product.

import { barChart, type Bar } from '../bars.js';
import { bottleneck, losses, type Loss } from '../derive.js';
import { el, setText } from '../dom.js';
import { chartTools } from '../export.js';
import { fixed, sentenceCase, words } from '../format.js';
import type { Model } from '../model.js';
import type { Panel } from '../panel.js';

const SENTENCES: Record<string, string> = {
  all: 'All of its machines\u2019 time',
  down: 'Lost to failures, waiting for a crew included',
  stopped: 'Lost to planned stops such as cleaning and tool changes',
  off_shift: 'Nobody there: outside the shifts of its calendar',
  unstaffed: 'Loaded and ready, waiting for the people who work at it',
  setup: 'Being set up for the next job',
  starved: 'Waiting for work, because what comes before is too slow',
  blocked: 'Waiting for room, because what comes behind is too slow',
  working: 'Left for work',
  scrap_other: 'Work that went into scrap for other reasons',
  good: 'Work that became good product',
};

const LABELS: Record<string, string> = {
  all: 'all time',
  scrap_other: 'other scrap',
  good: 'good work',
};

function label(loss: Loss): string {
  return (
    LABELS[loss.key] ??
    words(loss.key.replace(/^scrap_at_/, 'scrap at ').replace(/^scrap_(?!at )/, ''))
  );
}

function sentence(loss: Loss): string {
  const share = `${fixed(loss.permille / 10, 1)} %`;
  const text =
    SENTENCES[loss.key] ??
    `Work that went into scrap: ${label(loss)}, in the share that the whole plant loses`;
  return `${text}: ${share} of the time.`;
}

function fill(loss: Loss): string {
  if (loss.kind === 'scrap') return 'url(#pattern-scrap)';
  if (loss.kind === 'state') return `url(#pattern-${loss.key})`;
  return loss.key === 'good'
    ? 'var(--good-fill)'
    : loss.key === 'working'
      ? 'var(--state-working)'
      : 'var(--bar)';
}

/** Channels of the answer; while a search goes on, of the plant as it is today. */
const prefixOf = (model: Model): string => (model.has('station_state_time') ? '' : 'baseline_');

/** The station that was chosen, else the bottleneck. */
function stationOf(model: Model, chosen: string): string {
  const names = model.texts('station_name');
  if (names.includes(chosen)) return chosen;
  const found = bottleneck(names, model.numbers(`${prefixOf(model)}bottleneck_share`), [], []);
  return found?.rows[0]?.name ?? names[0] ?? '';
}

function read(model: Model, station: string): Loss[] {
  const states = model.texts('state_name');
  const index = model.texts('station_name').indexOf(station);
  const all = model.numbers(`${prefixOf(model)}station_state_time`);
  const times = new Map(states.map((state, k) => [state, all[index * states.length + k] ?? 0]));
  const scraps = model
    .kpis(prefixOf(model) === '' ? model.answer() : 'baseline')
    .filter((kpi) => kpi.name.startsWith('scrap_'))
    .map((kpi) => ({ name: kpi.name, share: kpi.mean }));
  return losses(times, scraps);
}

function bars(rows: Loss[]): Bar[] {
  return rows.map((loss) => ({
    key: loss.key,
    label: label(loss),
    value: `${fixed(((loss.kind === 'total' ? 1 : -1) * loss.permille) / 10, 1)} %`,
    from: loss.kind === 'total' ? 0 : loss.to,
    to: loss.kind === 'total' ? loss.to : loss.from,
    fill: fill(loss),
    strong: loss.kind === 'total',
    link: loss.key !== 'good',
    sentence: sentence(loss),
  }));
}

function lead(station: string, rows: Loss[], isToday: boolean): string {
  const good = rows[rows.length - 1];
  const largest = rows
    .filter((row) => row.kind !== 'total')
    .sort((a, b) => b.permille - a.permille)[0];
  if (!good) return 'No time has been measured yet.';
  const most =
    largest && largest.permille > 0
      ? ` Largest loss: ${label(largest)}, ${fixed(largest.permille / 10, 1)} %.`
      : '';
  return `${isToday ? 'Today: ' : ''}${sentenceCase(words(station))} makes good product ${fixed(good.permille / 10, 1)} % of its time.${most}`;
}

export const panel: Panel = {
  id: 'losses',
  title: 'Losses',
  key: 'l',
  about:
    'All of a station\u2019s time, minus failures, stops and waiting, is its work; that splits into scrap and good product as in the whole plant. The rows add up to 100.0 %.',
  needs: ['station_name', 'state_name', 'station_state_time|baseline_station_state_time'],
  uses: [
    'bottleneck_share',
    'baseline_bottleneck_share',
    'baseline_kpi_mean',
    'kpi_mean',
    'best_kpi_mean',
    'kpi_name',
  ],
  span: 3,
  place: 'first',
  create(model, host) {
    let chosen = '';
    const text = el('p.lead');
    const chart = barChart('Where the time of a station goes');
    const select = el('select.tool', {
      'aria-label': 'Station',
      onchange: () => {
        chosen = select.value;
        update();
      },
    });
    const tools = chartTools(
      {
        name: 'losses',
        picture: () => chart.element,
        table: () => ({
          caption: text.textContent ?? '',
          columns: ['Part of the time', 'Share, %'],
          rows: read(model, stationOf(model, chosen)).map((row) => [
            label(row),
            ((row.kind === 'total' ? 1 : -1) * row.permille) / 10,
          ]),
        }),
      },
      host,
    );
    const update = (): void => {
      const names = model.texts('station_name');
      if (
        select.options.length !== names.length ||
        names.some((name, i) => select.options[i]?.value !== name)
      )
        select.replaceChildren(...names.map((name) => el('option', { value: name }, words(name))));
      const station = stationOf(model, chosen);
      if (select.value !== station) select.value = station;
      const rows = read(model, station);
      setText(text, lead(station, rows, prefixOf(model) !== ''));
      chart.draw(bars(rows), 0, 1000);
      tools.refresh();
    };
    return {
      element: el('div.chart', {}, text, chart.element, tools.table),
      tools: [select, ...tools.tools],
      update,
    };
  },
};
