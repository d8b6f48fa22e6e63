// The floor: the plan of the plant with one replication running through it.

import { el, list, setAttributes, setText, show, svg } from '../dom.js';
import { paintFloor, type Moment } from '../draw/floor_paint.js';
import { sceneOf, type Node, type Scene } from '../draw/scene.js';
import {
  fitCanvas,
  statePaints,
  STATES,
  themeOf,
  type StatePaint,
  type Theme,
} from '../draw/theme.js';
import { Travel } from '../draw/tween.js';
import { clampView, fit, zoomAt, type View } from '../draw/view.js';
import { chartTools, type TableData } from '../export.js';
import { clock, count, fixed, number, words } from '../format.js';
import type { Changes, FactoryDocument, Model } from '../model.js';
import type { Host, Panel, PanelView } from '../panel.js';
import { createCard } from './card.js';
import { createPlayer } from './player.js';

const TRAVEL_MS = 350;
const STEP_PX = 60; // of panning by keyboard
const LABEL_MS = 500;
const READABLE = 0.7; // zoom at which names have room
const LARGEST = 1.6; // zoom of a small plan that is shown whole
const TOO_SMALL = 0.5; // and where most have none

export function stateKey(state: string): HTMLElement {
  return el('span.swatch.state-swatch', {
    'data-state': STATES.includes(state) ? state : 'stopped',
    'aria-hidden': 'true',
  });
}

// The station that is the bottleneck of the design that is shown; -1: not known.
export function bottleneckOf(model: Model): number {
  const baseline =
    model.document('showcase')?.design === 'baseline' && model.has('baseline_bottleneck_share');
  const share = model.numbers(baseline ? 'baseline_bottleneck_share' : 'bottleneck_share');
  let most = -1;
  share.forEach((s, i) => {
    if (s > 0 && (most < 0 || s > share[most]!)) most = i;
  });
  return most;
}

// What a machine or a queue is doing in words: "3 working, 1 down; wear 40 %".
export function wordsOf(node: Node, plan: FactoryDocument, m: Moment): string {
  if (node.kind === 'buffer') {
    const level = m.levels[node.index] ?? NaN,
      capacity = m.capacity[node.index];
    return `${number(level)}${capacity == null ? '' : ` of ${number(capacity)}`} waiting`;
  }
  const station = plan.stations[node.index]!;
  const counts = new Array<number>(plan.states.length).fill(0);
  let wear = 0;
  for (let k = 0; k < station.n_machines; ++k) {
    const at = 4 * (station.first_machine + k);
    const state = m.machines[at] ?? -1;
    if (state in counts) counts[state]! += 1;
    wear = Math.max(wear, m.machines[at + 3] ?? 0);
  }
  const doing = counts
    .map((n, i) =>
      n === 0 ? '' : station.n_machines === 1 ? plan.states[i]! : `${n} ${plan.states[i]}`,
    )
    .filter(Boolean);
  return (
    (doing.join(', ') || 'not known') +
    (wear > 0 ? `; wear ${fixed(100 * wear, 0)} %` : '') +
    (node.index === m.bottleneck ? '; the bottleneck' : '')
  );
}

class Floor implements PanelView {
  readonly element: HTMLElement;
  readonly tools: HTMLElement[];
  private plan: FactoryDocument | undefined;
  private scene: Scene = sceneOf({ stations: [], buffers: [] });
  private shown: Node[] = []; // the boxes that are buttons
  private travel = new Travel(this.scene, 0);
  private view: View = { k: 1, x: 0, y: 0 };
  private isViewOwn = false; // zoomed or moved by hand: no fitting any more
  private theme: Theme | undefined;
  private states: StatePaint[] = [];
  private lastTime = NaN;
  private life = ''; // replication and design that are shown
  private drawing = 0;
  private isSeen = true;
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
  private readonly canvas = el('canvas.floor-canvas', { role: 'img' });
  private readonly nodes = el('div.floor-nodes', {
    role: 'group',
    'aria-label': 'Stations and buffers: arrow keys go from one to the next, Enter opens the card',
  });
  private readonly stage: HTMLElement;
  private readonly banner = el('p.floor-banner');
  private readonly facts = el('p.floor-facts');
  private readonly hint = el(
    'p.floor-hint',
    { hidden: true },
    'Whole plan: + enlarges, drag to move',
  );
  private readonly legend = el('ul.keys');
  private readonly setNodes: (nodes: readonly Node[]) => void;
  private readonly setStates: (states: readonly string[]) => void;
  private readonly player;
  private readonly card;
  private readonly chart;
  private labelling = 0;

  constructor(
    private readonly model: Model,
    private readonly host: Host,
  ) {
    this.stage = el('div.floor-stage', {}, this.canvas, this.nodes, this.hint, this.zoomTools());
    this.player = createPlayer(model, host);
    this.card = createCard(model, host);
    this.chart = chartTools(
      { name: 'floor', table: () => this.table(), picture: () => this.canvas },
      host,
    );
    this.tools = this.chart.tools;
    this.setNodes = list<Node, HTMLButtonElement>(
      this.nodes,
      (n) => n.kind + n.index,
      (n) =>
        el('button.floor-node', {
          type: 'button',
          tabindex: -1,
          onclick: () => this.model.select(n.name),
        }),
      () => {},
    );
    this.setStates = list<string, HTMLElement>(
      this.legend,
      (s) => s,
      (s) => el('li', {}, stateKey(s), s),
      () => {},
    );
    this.element = el(
      'div.floor',
      {},
      this.banner,
      this.stage,
      el('div.floor-under', {}, this.legend, this.facts),
      this.player.element,
      this.chart.table,
    );
    this.listen();
  }

  private listen(): void {
    this.nodes.addEventListener('focusin', (event) => this.moveFocus(event.target as HTMLElement));
    this.stage.addEventListener('keydown', (event) => this.onKey(event));
    this.stage.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    this.stage.addEventListener('pointerdown', (event) => this.onDrag(event));
    new ResizeObserver(() => this.resize()).observe(this.stage);
    new IntersectionObserver((entries) => {
      this.isSeen = entries.some((e) => e.isIntersecting);
      this.draw();
    }).observe(this.stage);
    this.host.key('space', 'Play or pause the showcase', () => this.player.toggle());
    this.host.key('ArrowLeft', 'Showcase: one hundredth back', () => this.player.seekBy(-0.01));
    this.host.key('ArrowRight', 'Showcase: one hundredth on', () => this.player.seekBy(0.01));
    this.host.key('.', 'Showcase: one event on', () => this.host.showcase('step'));
  }

  private zoomTools(): HTMLElement {
    const tool = (label: string, path: string, run: () => void): HTMLElement =>
      el(
        'button.tool.round',
        { type: 'button', 'aria-label': label, onclick: run },
        svg('svg.icon', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: path })),
      );
    return el(
      'div.floor-zoom',
      {},
      tool('Larger', 'M7 3h2v4h4v2H9v4H7V9H3V7h4z', () => this.enlarge()),
      tool('Smaller', 'M3 7h10v2H3z', () => this.zoom(1 / 1.3)),
      tool('Show all', 'M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z', () =>
        this.fitAll(),
      ),
    );
  }

  update(changes: Changes): void {
    const plan = this.model.document('factory');
    if (plan && plan !== this.plan) this.take(plan);
    if (changes.has('theme')) this.theme = undefined;
    this.player.update();
    this.card.update(changes);
    const d = this.model.document('showcase');
    setText(this.banner, d?.banner ?? 'One replication of the study, simulated again to be seen.');
    if (d) {
      const warming =
        d.time_s < d.warm_up_s
          ? 'warming up, not counted yet'
          : `${number(d.good)} good ${d.good_unit} since the warm-up`;
      setText(
        this.facts,
        `${d.items === 1 ? '1 item' : `${count(d.items)} items`} in the plant, ${warming}`,
      );
    }
    this.takeMoment();
    this.draw();
    this.labelSoon();
    this.chart.refresh();
  }

  private take(plan: FactoryDocument): void {
    this.plan = plan;
    this.scene = sceneOf(plan);
    this.travel = new Travel(this.scene, 0);
    this.theme = undefined;
    this.lastTime = NaN;
    this.shown = this.scene.nodes.filter((n) => n.kind === 'station' || n.kind === 'buffer');
    this.setNodes(this.shown);
    this.setStates(plan.states);
    this.nodes.querySelector('button')?.setAttribute('tabindex', '0');
    this.isViewOwn = false;
    this.resize();
    this.label();
  }

  // Items glide from frame to frame; after a seek, a reset or a change of design they jump.
  private takeMoment(): void {
    const channel = this.model.channel('item_now');
    const d = this.model.document('showcase');
    if (!channel || !this.plan) return;
    const life = `${d?.replication} ${d?.design}`;
    const time = channel.time_s;
    const jump = life !== this.life || !(time >= this.lastTime);
    if (!jump && time === this.lastTime) return;
    this.travel.length_ms = this.calm.matches ? 0 : TRAVEL_MS;
    const stations = this.plan.stations;
    this.travel.update(
      channel.numbers,
      (s) => stations[s]?.first_machine ?? 0,
      performance.now(),
      jump,
    );
    this.life = life;
    this.lastTime = time;
  }

  private moment(): Moment {
    const plan = this.plan!;
    return {
      machines: this.model.numbers('machine_now'),
      levels: this.model.numbers('buffer_now'),
      firstMachine: plan.stations.map((s) => s.first_machine),
      capacity: plan.buffers.map((b) => b.capacity ?? null),
      byQuantity: plan.buffers.map((b) => b.by_quantity),
      bottleneck: bottleneckOf(this.model),
    };
  }

  // One frame now, and further ones as long as something is on its way.
  private draw(): void {
    if (this.drawing !== 0 || !this.isSeen || !this.plan) return;
    this.drawing = requestAnimationFrame((now) => {
      this.drawing = 0;
      this.paint(now);
      if (this.travel.busy(now)) this.draw();
    });
  }

  private paint(now: number): void {
    const context = this.canvas.getContext('2d');
    const { clientWidth: w, clientHeight: h } = this.stage;
    if (!context || w === 0 || !this.plan) return;
    fitCanvas(this.canvas, w, h);
    this.theme ??= ((this.states = statePaints(context, this.plan.states)), themeOf(this.stage));
    const { scene, view, theme, states, travel } = this;
    paintFloor({ context, scene, view, theme, states, travel, moment: this.moment(), now }, w, h);
  }

  // What screen readers hear follows twice a second, and the last moment in any case.
  private labelSoon(): void {
    if (this.labelling !== 0) return;
    this.labelling = window.setTimeout(() => {
      this.labelling = 0;
      this.label();
    }, LABEL_MS);
  }

  private label(): void {
    if (!this.plan) return;
    const moment = this.moment();
    this.shown.forEach((n, i) =>
      setAttributes(this.nodes.children[i]!, {
        'aria-label': `${words(n.name)}: ${wordsOf(n, this.plan!, moment)}`,
      }),
    );
    setAttributes(this.canvas, { 'aria-label': this.table().caption });
  }

  private table(): TableData {
    const moment = this.plan ? this.moment() : undefined;
    const rows = this.shown.map((n) => [n.name, n.kind, wordsOf(n, this.plan!, moment!)]);
    const time = this.model.document('showcase')?.time_s ?? NaN;
    const name =
      moment && moment.bottleneck >= 0 ? this.plan?.stations[moment.bottleneck]?.name : undefined;
    return {
      caption: `The floor at ${clock(time)} of simulated time: ${this.plan?.stations.length ?? 0} stations, ${this.plan?.buffers.length ?? 0} buffers${name ? `; bottleneck: ${words(name)}` : ''}.`,
      columns: ['name', 'kind', 'now'],
      rows,
    };
  }

  // --- Where the eye is -------------------------------------------------------------------------

  private resize(): void {
    const w = this.stage.clientWidth;
    if (w === 0 || this.scene.width === 0) return;
    const { width, height } = this.scene;
    const needed = Math.min((w * height) / width, LARGEST * height) + 30;
    const wanted = Math.round(Math.min(560, Math.max(w < 600 ? 200 : 260, needed)));
    if (this.stage.style.height !== `${wanted}px`) this.stage.style.height = `${wanted}px`;
    if (!this.isViewOwn) this.fitAll();
    else this.place(this.view);
  }

  private fitAll(): void {
    const { clientWidth: w, clientHeight: h } = this.stage;
    this.isViewOwn = false;
    this.place(fit(this.scene.width, this.scene.height, w, h, LARGEST));
  }

  private place(view: View): void {
    this.view = clampView(
      view,
      this.scene.width,
      this.scene.height,
      this.stage.clientWidth,
      this.stage.clientHeight,
    );
    const { k, x, y } = this.view;
    show(this.hint, k < TOO_SMALL);
    this.shown.forEach((n, i) => {
      const style = (this.nodes.children[i] as HTMLElement).style;
      style.transform = `translate(${(n.x - n.w / 2) * k + x - 4}px, ${(n.y - n.h / 2) * k + y - 18}px)`;
      style.width = `${n.w * k + 8}px`;
      style.height = `${n.h * k + 36}px`;
    });
    this.draw();
  }

  // From a plan too small for its names at once to one that can be read, around the bottleneck.
  private enlarge(): void {
    if (this.view.k >= TOO_SMALL) return this.zoom(1.3);
    const held = this.scene.nodes[this.scene.stationNode[bottleneckOf(this.model)] ?? -1];
    const { k, x, y } = this.view;
    if (held) this.zoom(READABLE / k, held.x * k + x, held.y * k + y);
    else this.zoom(READABLE / k);
    this.pan(held ? this.stage.clientWidth / 2 - (held.x * this.view.k + this.view.x) : 0, 0);
  }

  private zoom(
    factor: number,
    x = this.stage.clientWidth / 2,
    y = this.stage.clientHeight / 2,
  ): void {
    this.isViewOwn = true;
    this.place(zoomAt(this.view, factor, x, y));
  }

  private pan(dx: number, dy: number): void {
    this.isViewOwn = true;
    this.place({ k: this.view.k, x: this.view.x + dx, y: this.view.y + dy });
  }

  // The wheel zooms when the floor has the focus or with Ctrl; otherwise the page scrolls.
  private onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !this.stage.contains(document.activeElement)) return;
    event.preventDefault();
    const box = this.stage.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
  }

  private onDrag(down: PointerEvent): void {
    if (down.button !== 0 || (down.target as Element).closest('.floor-zoom')) return;
    let last = down,
      isMoved = false;
    const move = (event: PointerEvent): void => {
      if (!isMoved && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < 5)
        return;
      if (!isMoved) this.stage.setPointerCapture(down.pointerId); // the click then goes to no station
      isMoved = true;
      this.pan(event.clientX - last.clientX, event.clientY - last.clientY);
      last = event;
    };
    const up = (): void => {
      this.stage.removeEventListener('pointermove', move);
    };
    this.stage.addEventListener('pointermove', move);
    this.stage.addEventListener('pointerup', up, { once: true });
    this.stage.addEventListener('pointercancel', up, { once: true });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const arrow = arrows[event.key];
    if (event.key === '+' || event.key === '=') this.enlarge();
    else if (event.key === '-') this.zoom(1 / 1.3);
    else if (event.key === '0') this.fitAll();
    else if (arrow && event.shiftKey) this.pan(-arrow[0] * STEP_PX, -arrow[1] * STEP_PX);
    else if (arrow) this.neighbour(event.target as HTMLElement, arrow);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private neighbour(from: HTMLElement, [dx, dy]: [number, number]): void {
    const here = this.shown[[...this.nodes.children].indexOf(from)];
    if (!here) return;
    let best = -1,
      least = Infinity;
    this.shown.forEach((n, i) => {
      const along = (n.x - here.x) * dx + (n.y - here.y) * dy;
      const aside = Math.abs((n.x - here.x) * dy) + Math.abs((n.y - here.y) * dx);
      if (n !== here && along > 1 && along + 2 * aside < least) {
        best = i;
        least = along + 2 * aside;
      }
    });
    (this.nodes.children[best] as HTMLElement | undefined)?.focus();
  }

  // One button takes part in the tab order; what has the focus is brought into sight.
  private moveFocus(button: HTMLElement): void {
    for (const other of this.nodes.children)
      setAttributes(other, { tabindex: other === button ? 0 : -1 });
    this.stage.scrollLeft = this.stage.scrollTop = 0;
    const a = button.getBoundingClientRect(),
      b = this.stage.getBoundingClientRect();
    const dx =
      a.left < b.left ? b.left - a.left + 10 : a.right > b.right ? b.right - a.right - 10 : 0;
    const dy =
      a.top < b.top ? b.top - a.top + 10 : a.bottom > b.bottom ? b.bottom - a.bottom - 10 : 0;
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }
}

export const panel: Panel = {
  id: 'floor',
  title: 'Floor',
  key: 'f',
  about:
    'The plan of the plant with one simulated life running through it. Colour and pattern are what a machine is doing, the height in a buffer is its queue. Choose a station for its card.',
  needs: ['factory'],
  uses: [
    'showcase',
    'machine_now',
    'buffer_now',
    'item_now',
    'bottleneck_share',
    'baseline_bottleneck_share',
    'station_state_time',
    'selection',
    'theme',
  ],
  span: 12,
  place: 'more',
  create: (model, host) => new Floor(model, host),
};
