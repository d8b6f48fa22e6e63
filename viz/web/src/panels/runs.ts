// The runs of the folder with their answers, and downloads of the one that is looked at.

import { el, list, setText, show } from '../dom.js';
import { date, words } from '../format.js';
import type { Changes, Model } from '../model.js';
import type { Host, Panel, PanelView } from '../panel.js';

interface RunRow {
  name: string;
  folder?: string;
  verb?: string;
  study?: string;
  seed?: number;
  state: string;
  started?: string;
  text?: string;
  present: boolean;
}

class Runs implements PanelView {
  readonly element: HTMLElement;
  readonly tools: HTMLElement[];
  private runs: RunRow[] = [];
  private lastState = '';
  private readonly table = el('table.runs-table', { hidden: true });
  private readonly body = el('tbody');
  private readonly problem = el('p.says', { hidden: true });
  private readonly setRows: (rows: readonly RunRow[]) => void;
  private readonly what = el('select', { 'aria-label': 'What to save' });
  private readonly downloads: HTMLElement;

  constructor(
    private readonly model: Model,
    private readonly host: Host,
  ) {
    this.setRows = list<RunRow, HTMLTableRowElement>(
      this.body,
      (r) => r.name,
      (r) => this.create(r),
      (row, r) => this.fill(row, r),
    );
    const save = el('button.tool', { type: 'button', onclick: () => this.save() }, 'Download');
    this.downloads = el('div.line', {}, el('label.labelled', {}, 'Save', this.what), save);
    const refresh = el('button.tool', { type: 'button', onclick: () => this.load() }, 'Refresh');
    this.tools = [refresh];
    this.table.append(
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ...['run', 'started', 'what', 'state', 'answer'].map((t) =>
            el('th', { scope: 'col' }, t),
          ),
          el('th', { scope: 'col' }, el('span.visually-hidden', {}, 'open')),
        ),
      ),
      this.body,
    );
    this.element = el(
      'div.runs',
      {},
      this.downloads,
      this.problem,
      el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Runs' }, this.table),
    );
  }

  update(changes: Changes): void {
    const run = this.model.document('run');
    const state = `${run?.name} ${run?.state} ${this.host.role} ${this.host.run}`;
    if (state !== this.lastState) {
      this.lastState = state;
      this.load();
    }
    show(this.downloads, this.host.can('download'));
    if (changes.has('factory') || changes.has('channels') || this.what.options.length === 0)
      this.offer();
  }

  // Run file, a zip of everything, of a line, of a station, and each channel as CSV.
  private offer(): void {
    const plan = this.model.document('factory');
    const group = (label: string, what: string, names: string[]): HTMLElement | null =>
      names.length === 0
        ? null
        : el(
            'optgroup',
            { label },
            ...names.map((name) => el('option', { value: `${what} ${name}` }, words(name))),
          );
    const there = this.model.table.map((c) => c.name).filter((name) => this.model.channel(name));
    const kept = this.what.value;
    const options = [
      el('option', { value: 'zip ' }, 'everything as CSV (zip)'),
      el('option', { value: 'run ' }, 'run file (run.nc)'),
      el('option', { value: 'study ' }, 'study (YAML)'),
      group('Zip of a line', 'zip', (plan?.lines ?? []).filter(Boolean)),
      group(
        'Zip of a station',
        'zip',
        (plan?.stations ?? []).map((s) => s.name),
      ),
      group('CSV of a channel', 'csv', there),
    ];
    this.what.replaceChildren(...options.filter((o): o is HTMLElement => o !== null));
    if ([...this.what.options].some((o) => o.value === kept)) this.what.value = kept;
  }

  private save(): void {
    const [what = 'zip', name = ''] = this.what.value.split(/ (.*)/s);
    void this.host.download(what as 'run' | 'csv' | 'zip' | 'study', name);
  }

  private load(): void {
    if (this.host.role === null) return;
    this.host.api<RunRow[]>('GET', 'api/v1/runs').then(
      (runs) => {
        this.runs = runs;
        show(this.problem, runs.length === 0);
        setText(this.problem, 'There is no other run in this folder yet.');
        this.setRows(this.runs);
        show(this.table, runs.length > 0);
      },
      (problem: Error) => {
        show(this.problem, true);
        setText(this.problem, problem.message);
      },
    );
  }

  private create(run: RunRow): HTMLTableRowElement {
    const open = el(
      'button.tool',
      { type: 'button', onclick: () => this.host.open(run.present ? '' : run.name) },
      'Open',
    );
    return el(
      'tr',
      {},
      el('th', { scope: 'row' }),
      el('td'),
      el('td'),
      el('td'),
      el('td'),
      el('td', {}, open),
    );
  }

  private fill(row: HTMLTableRowElement, run: RunRow): void {
    const [name, started, what, state, answer, action] = [...row.cells];
    const isOpen = run.present ? this.host.run === '' : this.host.run === run.name;
    setText(name!, run.name);
    setText(started!, run.started ? date(run.started) : '–');
    setText(what!, [run.verb, run.study].filter(Boolean).join(' '));
    setText(state!, run.state);
    state!.dataset['state'] = run.state;
    setText(answer!, words(run.text ?? ''));
    const open = action!.firstElementChild as HTMLButtonElement;
    open.disabled = isOpen || !(run.present || this.host.can('open'));
    setText(open, isOpen ? 'shown' : 'Open');
    open.setAttribute('aria-label', `${isOpen ? 'Shown' : 'Open'}: ${run.name}`);
    row.classList.toggle('is-open', isOpen);
  }
}

export const panel: Panel = {
  id: 'runs',
  title: 'Runs and downloads',
  key: 'r',
  about:
    'All runs of this folder with their answers, the newest first, and what can be saved of the one that is shown.',
  needs: ['run'],
  uses: ['factory', 'channels', 'connection'],
  span: 6,
  place: 'more',
  create: (model, host) => new Runs(model, host),
};
