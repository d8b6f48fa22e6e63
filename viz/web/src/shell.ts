// The frame of the page: header with state and progress, panels in their places, token form.

import { el, explain, setText, show } from './dom.js';
import { duration } from './format.js';
import type { Keys } from './keys.js';
import type { Changes, Model } from './model.js';
import type { Host, Panel, PanelView } from './panel.js';
import type { Connection } from './protocol.js';
import { badgeOf, progressText, type Moment } from './state.js';
import type { Theme } from './theme.js';

function momentOf(connection: Connection, model: Model): Moment {
  const now = performance.now();
  return {
    link: connection.link,
    run: model.document('run'),
    hasGap: connection.hasGap,
    age: now - connection.lastMessage,
    period: connection.period,
    now,
  };
}

const VERBS: Record<string, string> = { optimize: 'optimisation', simulate: 'simulation' };

/** The bar at the top. `tick` is called a few times a second: ages and countdowns run. */
export function createHeader(
  model: Model,
  connection: Connection,
  theme: Theme,
  keys: Keys,
): { element: HTMLElement; update(): void; tick(): void; nav: HTMLElement } {
  const study = el('span.study');
  const verb = el('span.verb');
  const badge = explain(el('span.badge'), () => badgeOf(momentOf(connection, model)).about);
  const age = explain(el('span.age'), 'Time since the last message from takt arrived here.');
  const bar = el('progress.progress', { max: 1, value: 0, 'aria-label': 'Progress of the run' });
  const text = explain(
    el('span.progress-text'),
    'How much of the work is done, how fast it goes, and how long the rest takes at this rate.',
  );
  const themeButton = el('button.tool', { type: 'button', onclick: () => theme.next() });
  explain(themeButton, 'Changes between light, dark, and what the system says.');
  const helpButton = explain(
    el(
      'button.tool',
      { type: 'button', 'aria-label': 'Keyboard and help', onclick: () => keys.help() },
      '?',
    ),
    'Lists the shortcuts of the keyboard.',
  );
  const nav = el('nav.jump', { 'aria-label': 'Panels' });
  const element = el(
    'header.top',
    {},
    el(
      'div.top-line',
      {},
      el('h1.title', {}, el('span.mark', {}, 'takt'), study, verb),
      nav,
      el('div.top-state', {}, text, age, badge, themeButton, helpButton),
    ),
    bar,
  );
  const tick = (): void => {
    const moment = momentOf(connection, model);
    const state = badgeOf(moment);
    setText(badge, state.text);
    badge.dataset['kind'] = state.kind;
    const isLive =
      moment.link.state === 'open' &&
      moment.run?.state === 'running' &&
      Number.isFinite(moment.age);
    show(age, isLive);
    if (isLive)
      setText(
        age,
        moment.age < 1000
          ? `${Math.round(moment.age)} ms`
          : duration(Math.floor(moment.age / 1000)),
      );
  };
  return {
    element,
    nav,
    tick,
    update() {
      const run = model.document('run');
      const progress = model.document('progress');
      const isRunning = run?.state === 'running';
      setText(study, run?.study ?? model.document('study')?.name ?? '');
      setText(
        verb,
        `${VERBS[run?.verb ?? ''] ?? run?.verb ?? ''}${run?.kind === 'replay' ? ' · replay' : ''}`,
      );
      setText(themeButton, theme.label());
      setText(text, isRunning ? progressText(progress, isRunning) : '');
      show(text, text.textContent !== '');
      show(bar, isRunning);
      if (isRunning && progress && progress.total > 0)
        bar.value = Math.min(1, progress.done / progress.total);
      else if (isRunning) bar.removeAttribute('value');
      document.title = run?.study
        ? `${badgeOf(momentOf(connection, model)).text} · ${run.study} · takt`
        : 'takt';
      tick();
    },
  };
}

/** The form that asks for a token. */
export function createTokenForm(submit: (token: string) => void): {
  element: HTMLElement;
  update(text: string): void;
} {
  const input = el('input.field', {
    id: 'token',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
  });
  const problem = el('p.problem', { role: 'alert' });
  const form = el(
    'form.card.token',
    {
      onsubmit: (event: Event) => {
        event.preventDefault();
        const token = /(?:token=)?([^#=\s]+)\s*$/.exec(input.value)?.[1] ?? '';
        input.value = '';
        if (token !== '') submit(token);
      },
    },
    el('h2', {}, 'This page needs a token'),
    el(
      'p.muted',
      {},
      'takt prints an address that ends with #token=… when it starts. Open that address, or paste it or its token here. It stays in this tab only.',
    ),
    el('label', { for: 'token' }, 'Token'),
    input,
    problem,
    el('button.button.primary', { type: 'submit' }, 'Open'),
  );
  return {
    element: form,
    update(text) {
      setText(problem, text === '' ? '' : `takt says: ${text}.`);
      show(problem, text !== '');
    },
  };
}

interface Mounted {
  section: HTMLElement;
  view: PanelView;
  link: HTMLElement | null;
}

/** Puts panels onto the page when what they need is there, and tells them of changes. */
export class Panels {
  private readonly panels: Panel[] = [];
  private readonly mounted = new Map<Panel, Mounted>();
  private readonly names = new Map<Panel, Set<string>>();

  constructor(
    private readonly model: Model,
    private readonly host: Host,
    private readonly places: { first: HTMLElement; more: HTMLElement; nav: HTMLElement },
  ) {}

  /** Adds panels behind those that are there. */
  add(panels: readonly Panel[]): void {
    this.panels.push(...panels);
    for (const panel of panels) {
      this.names.set(
        panel,
        new Set([...panel.needs, ...(panel.uses ?? [])].flatMap((need) => need.split('|'))),
      );
      this.host.key(`g ${panel.key}`, `Go to: ${panel.title}`, () => this.jump(panel));
    }
  }

  get areEmpty(): boolean {
    return [...this.mounted.values()].every((mounted) => mounted.section.hidden);
  }

  update(changes: Changes): void {
    for (const panel of this.panels) {
      const isThere =
        panel.needs.every((need) => this.model.has(need)) && (panel.when?.(this.model) ?? true);
      let mounted = this.mounted.get(panel);
      const wasShown = mounted !== undefined && !mounted.section.hidden;
      if (isThere && !mounted) mounted = this.mount(panel);
      if (!mounted) continue;
      show(mounted.section, isThere);
      if (mounted.link) show(mounted.link, isThere);
      const names = this.names.get(panel)!;
      const concerns =
        !wasShown || changes.has('theme') || [...changes].some((name) => names.has(name));
      if (isThere && concerns) mounted.view.update(changes);
    }
  }

  private mount(panel: Panel): Mounted {
    const view = panel.create(this.model, this.host);
    const title = `title-${panel.id}`;
    const about = el(
      'button.about',
      { type: 'button', 'aria-label': `About: ${panel.title}` },
      '?',
    );
    explain(about, panel.about);
    const section = el(
      'section.card',
      { id: panel.id, 'aria-labelledby': title, tabindex: -1, 'data-span': panel.span },
      el(
        'div.card-head',
        {},
        el('h2', { id: title }, panel.title),
        about,
        el('div.card-tools', {}, ...(view.tools ?? [])),
      ),
      view.element,
    );
    let link: HTMLElement | null = null;
    if (panel.place === 'more')
      link = el(
        'a',
        {
          href: `#${panel.id}`,
          onclick: (event: Event) => {
            event.preventDefault();
            this.jump(panel);
          },
        },
        panel.title,
      );
    const mounted = { section, view, link };
    this.insert(panel, mounted);
    this.mounted.set(panel, mounted);
    return mounted;
  }

  private insert(panel: Panel, mounted: Mounted): void {
    const later = this.panels
      .slice(this.panels.indexOf(panel) + 1)
      .filter((other) => other.place === panel.place);
    const next = later.map((other) => this.mounted.get(other)).find((other) => other !== undefined);
    this.places[panel.place].insertBefore(mounted.section, next?.section ?? null);
    if (mounted.link) this.places.nav.insertBefore(mounted.link, next?.link ?? null);
  }

  private jump(panel: Panel): void {
    const section = this.mounted.get(panel)?.section;
    if (!section || section.hidden) return this.host.announce(`${panel.title}: not in this run`);
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    section.scrollIntoView({ behavior: isStill ? 'auto' : 'smooth', block: 'start' });
    section.focus({ preventScroll: true });
  }
}
