// Alarms and log lines of the run, the newest first, with a mark where lines are missing.

import { el, list, setText, show } from '../dom.js';
import { count } from '../format.js';
import type { Changes, LogLine, Model } from '../model.js';
import type { Host, Panel, PanelView } from '../panel.js';

const SHOWN = 200; // at first; "older" shows as many more

type Level = 'all' | 'alarms';

// Alarms are what somebody has to look at: warnings and errors.
export function isAlarm(line: LogLine): boolean {
  return /warn|err|fatal|alarm/i.test(line.level);
}

export function filterLines(lines: readonly LogLine[], level: Level, text: string): LogLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      (level === 'all' || isAlarm(line)) &&
      (wanted === '' || `${line.topic} ${line.text}`.toLowerCase().includes(wanted)),
  );
}

// A line's time as its day's clock: "16:06:55"; seconds since the start where it is a number.
export function lineTime(time: string | number): string {
  if (typeof time === 'number') return `${time.toFixed(1)} s`;
  return /T(\d\d:\d\d:\d\d)/.exec(time)?.[1] ?? time;
}

class Log implements PanelView {
  readonly element: HTMLElement;
  readonly tools: HTMLElement[];
  private shown = SHOWN;
  private readonly level = el(
    'select',
    { 'aria-label': 'Which lines' },
    el('option', { value: 'all' }, 'all lines'),
    el('option', { value: 'alarms' }, 'alarms only'),
  );
  private readonly text = el('input', {
    type: 'search',
    placeholder: 'Filter',
    'aria-label': 'Filter the log',
    size: 14,
  });
  private readonly head = el('p.says');
  private readonly lines = el('ol.log-lines', {
    tabindex: 0,
    'aria-label': 'Log lines, the newest first',
  });
  private readonly gap = el('p.log-gap', { hidden: true });
  private readonly older = el(
    'button.tool',
    { type: 'button', hidden: true, onclick: () => this.more() },
    'Older lines',
  );
  private readonly setLines;

  constructor(
    private readonly model: Model,
    _: Host,
  ) {
    this.setLines = list<LogLine, HTMLLIElement>(
      this.lines,
      (line) => String(line.number),
      (line) =>
        el(
          isAlarm(line) ? 'li.alarm' : 'li',
          {},
          el(
            'time',
            { datetime: String(line.time), title: String(line.time) },
            lineTime(line.time),
          ),
          el(
            'span.log-level',
            { 'data-level': line.level },
            isAlarm(line) ? `▲ ${line.level}` : line.level,
          ),
          el('span.log-topic', {}, line.topic),
          el('span.log-text', {}, line.text),
        ),
      () => {},
    );
    this.level.addEventListener('change', () => this.update(new Set()));
    this.text.addEventListener('input', () => this.update(new Set()));
    this.tools = [this.level, this.text];
    this.element = el('div.log', {}, this.head, this.lines, this.older, this.gap);
  }

  private more(): void {
    this.shown += SHOWN;
    this.update(new Set());
  }

  update(_: Changes): void {
    const all = this.model.lines,
      alarms = all.filter(isAlarm).length;
    const found = filterLines(all, this.level.value as Level, this.text.value);
    const missing = this.model.linesMissing;
    setText(
      this.head,
      `${all.length === 1 ? '1 line' : `${count(all.length)} lines`}, ${alarms === 0 ? 'no alarm' : alarms === 1 ? '1 alarm' : `${count(alarms)} alarms`}${found.length !== all.length ? `; ${count(found.length)} shown` : ''}`,
    );
    this.setLines(found.slice(-this.shown).reverse());
    show(this.older, found.length > this.shown);
    show(this.gap, missing > 0);
    setText(
      this.gap,
      `${count(missing)} lines between are not kept by the server any more; log.jsonl in the run's folder has them.`,
    );
  }
}

export const panel: Panel = {
  id: 'log',
  title: 'Alarms and log',
  key: 'm',
  about: 'What the run reported, the newest first. Alarms are warnings and errors.',
  needs: ['log'],
  span: 6,
  place: 'more',
  create: (model, host) => new Log(model, host),
};
