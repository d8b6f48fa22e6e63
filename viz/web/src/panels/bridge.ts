// Where the gain comes from: the cost today, the change of each ledger line, the cost of the best.

import { barChart, type Bar } from '../bars.js';
import { bridge, type Bridge } from '../derive.js';
import { el, setText } from '../dom.js';
import { chartTools } from '../export.js';
import { fixed, quantity, sentenceCase, signed, unitText, words } from '../format.js';
import type { Model } from '../model.js';
import type { Panel } from '../panel.js';

const ABOUT: Record<string, string> = {
  cost_material: 'What goes into the product and into scrap',
  cost_stops: 'Planned stops such as cleaning and tool changes',
  cost_energy: 'Electricity of machines, items and the base load',
  cost_fixed: 'Capital, people and the rest, spread over the good output',
  cost_upkeep: 'Places, machines and people that the study can change',
  cost_stock: 'Interest on what is in the plant',
};

const read = (model: Model): Bridge | null => bridge(model.kpis('baseline'), model.kpis('best'));
const short = (name: string): string => words(name.replace(/^cost_/, ''));

function bars(found: Bridge): { bars: Bar[]; lowest: number; highest: number } {
  const scale = 10 ** found.decimals;
  const text = (units: number): string => fixed(units / scale, found.decimals);
  const unit = unitText(found.unit);
  const out: Bar[] = [
    {
      key: 'before',
      label: 'today',
      value: text(found.before),
      from: 0,
      to: found.before,
      fill: 'var(--ink)',
      strong: true,
      marker: true,
      link: true,
      sentence: `With today\u2019s set-points: ${text(found.before)} ${unit}.`,
    },
  ];
  // With the digits of the change, where the value has them: else both ends look the same.
  const spoken = (value: number): string =>
    Math.abs(value) * scale >= 1
      ? `${fixed(value, found.decimals)} ${unit}`
      : quantity(value, found.unit, 4);
  let level = found.before;
  const levels = [level];
  for (const line of found.lines) {
    const next = level + line.change;
    const about = ABOUT[line.name] ?? sentenceCase(short(line.name));
    out.push({
      key: line.name,
      label: short(line.name),
      value: signed(line.change / scale, found.decimals),
      from: level,
      to: next,
      link: true,
      fill: line.change <= 0 ? 'var(--good-fill)' : 'url(#pattern-worse)',
      sentence: `${about}: from ${spoken(line.before)} to ${spoken(line.after)}, a change of ${signed(line.change / scale, found.decimals)}.`,
    });
    level = next;
    levels.push(level);
  }
  out.push({
    key: 'after',
    label: 'best',
    value: text(found.after),
    from: 0,
    to: found.after,
    fill: 'var(--accent)',
    strong: true,
    marker: true,
    sentence: `With the best set-points: ${text(found.after)} ${unit}.`,
  });
  const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
  const room = Math.max(1, (highest - lowest) * 0.04);
  return { bars: out, lowest: lowest - room, highest: highest + room };
}

function lead(found: Bridge): string {
  const scale = 10 ** found.decimals;
  const total = found.after - found.before;
  const sorted = [...found.lines].sort((a, b) => Math.sign(total || -1) * (b.change - a.change));
  const first = sorted[0]!;
  const change = `${signed(total / scale, found.decimals)} ${unitText(found.unit)}`;
  return `${change} from today to the best. Most of it: ${short(first.name)}, ${signed(first.change / scale, found.decimals)}.`;
}

export const panel: Panel = {
  id: 'bridge',
  title: 'Cost bridge',
  key: 'c',
  about:
    'From the cost of a good unit today to that of the best set-points, by line of the cost ledger. The changes add up exactly. The scale does not begin at zero.',
  needs: ['kpi_name', 'baseline_kpi_mean', 'best_kpi_mean'],
  when: (model) => read(model) !== null,
  span: 3,
  place: 'first',
  create(model, host) {
    const text = el('p.lead');
    const chart = barChart('Change of the cost by ledger line');
    const tools = chartTools(
      {
        name: 'bridge',
        picture: () => chart.element,
        table: () => {
          const found = read(model);
          const scale = 10 ** (found?.decimals ?? 0);
          return {
            caption: text.textContent ?? '',
            columns: ['Line', unitText(found?.unit ?? '')],
            rows: found
              ? [
                  ['today', found.before / scale],
                  ...found.lines.map((line) => [short(line.name), line.change / scale]),
                  ['best', found.after / scale],
                ]
              : [],
          };
        },
      },
      host,
    );
    return {
      element: el('div.chart', {}, text, chart.element, tools.table),
      tools: tools.tools,
      update() {
        const found = read(model);
        if (!found) return;
        const drawn = bars(found);
        setText(text, lead(found));
        chart.draw(drawn.bars, drawn.lowest, drawn.highest);
        tools.refresh();
      },
    };
  },
};
