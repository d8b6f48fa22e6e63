// The player of the showcase: play, step, speed, seek, replication and design. It acts on the
// showcase alone; a run never notices.

import { el, explain, setAttributes, setText, show, svg } from '../dom.js';
import { sliderOf, speedOf } from '../draw/histogram.js';
import { clock, duration } from '../format.js';
import type { Model, ShowcaseDocument } from '../model.js';
import type { Host } from '../panel.js';

const PRESETS = [1, 60, 600, 3600, 21600, 86400, 604800];

function icon(path: string): SVGSVGElement {
  return svg('svg.icon', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: path }));
}

const PLAY = 'M4 2.5v11l9.5-5.5z';
const PAUSE = 'M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z';

function button(label: string, path: string, run: () => void): HTMLButtonElement {
  return el('button.tool.round', { type: 'button', 'aria-label': label, onclick: run }, icon(path));
}

const speedText = (speed: number): string =>
  `${speed < 1 ? speed.toPrecision(2) + ' s' : duration(speed)} per second`;

interface Sent {
  seek(value: number): void;
}

// Sends at most every 80 ms while a slider is dragged, and the last value in any case.
function throttled(send: (value: number) => void): Sent {
  let timer = 0;
  let waiting: number | null = null;
  const flush = (): void => {
    timer = 0;
    if (waiting === null) return;
    send(waiting);
    waiting = null;
    timer = window.setTimeout(flush, 80);
  };
  return {
    seek(value) {
      waiting = value;
      if (timer === 0) flush();
    },
  };
}

export function createPlayer(
  model: Model,
  host: Host,
): { element: HTMLElement; update(): void; seekBy(share: number): void; toggle(): void } {
  const doc = (): ShowcaseDocument | undefined => model.document('showcase');
  const toggle = (): void => host.showcase(doc()?.playing ? 'pause' : 'play');
  const play = button('Play', PLAY, toggle);
  const reset = explain(
    button('Back to the start', 'M3 2.5h2v4.6l8-4.6v11l-8-4.6v4.6H3z', () =>
      host.showcase('reset'),
    ),
    'Back to simulated time 0.',
  );
  const step = explain(
    button('One event on', 'M3 2.5v11l7-5.5zM11 2.5h2v11h-2z', () => host.showcase('step')),
    'One event on: the next thing that happens anywhere in the plant.',
  );
  const seek = el('input', {
    type: 'range',
    min: 0,
    max: 1000,
    value: 0,
    'aria-label': 'Simulated time',
  });
  const warm = el('div.seek-warm', { 'aria-hidden': 'true' });
  const time = el('output.clock');
  const sender = throttled((value) => host.showcase('seek', value));
  let isDragged = false;
  seek.addEventListener('input', () => {
    isDragged = true;
    const seconds = (Number(seek.value) / 1000) * (doc()?.end_s ?? 0);
    setText(time, clock(seconds));
    sender.seek(seconds);
  });
  seek.addEventListener('change', () => (isDragged = false));
  seek.addEventListener('pointerup', () => (isDragged = false));

  const speed = el('input', { type: 'range', min: 0, max: 1000, 'aria-label': 'Speed' });
  const other = el('option', { value: '', hidden: true });
  const preset = el(
    'select',
    { 'aria-label': 'Speed to choose from' },
    ...PRESETS.map((s) => el('option', { value: s }, speedText(s))),
    other,
  );
  const speedSender = throttled((value) => host.showcase('speed', value));
  let speedDragged = false;
  speed.addEventListener('input', () => {
    speedDragged = true;
    const value = Number(speedOf(Number(speed.value)).toPrecision(2));
    setText(other, speedText(value));
    preset.value = '';
    speedSender.seek(value);
  });
  speed.addEventListener('change', () => (speedDragged = false));
  preset.addEventListener(
    'change',
    () => preset.value && host.showcase('speed', Number(preset.value)),
  );

  const replication = el('input.number', { type: 'number', min: 0, step: 1, value: 0 });
  replication.addEventListener('change', () => {
    const value = Math.round(Number(replication.value));
    const most = Math.max(0, (doc()?.n_replications ?? 1) - 1);
    host.showcase('replication', Math.min(most, Math.max(0, Number.isFinite(value) ? value : 0)));
  });
  const design = el(
    'select',
    {},
    el('option', { value: 0 }, 'today'),
    el('option', { value: 1 }, 'best'),
  );
  design.addEventListener('change', () => host.showcase('design', Number(design.value)));
  const designLabel = el('label.labelled', {}, 'Design', design);

  const element = el(
    'div.player',
    { role: 'group', 'aria-label': 'Player of the showcase' },
    el(
      'div.player-row',
      {},
      el('div.player-buttons', {}, reset, play, step),
      el('div.seek', {}, warm, seek),
      time,
    ),
    el(
      'div.player-row.player-more',
      {},
      el('label.labelled.speed', {}, 'Speed', speed),
      preset,
      el(
        'label.labelled',
        {},
        explain(
          el('span', {}, 'Replication'),
          'Which of the simulated lives is shown; 0 is the first.',
        ),
        replication,
      ),
      designLabel,
    ),
  );

  const update = (): void => {
    const d = doc();
    show(element, d !== undefined && host.can('showcase'));
    if (!d) return;
    const label = d.at_end ? 'At the end' : d.playing ? 'Pause' : 'Play';
    setAttributes(play, { 'aria-label': label, 'aria-pressed': String(d.playing) });
    setAttributes(play.firstElementChild!.firstElementChild!, { d: d.playing ? PAUSE : PLAY });
    play.disabled = d.at_end && !d.playing;
    if (!isDragged) {
      seek.value = String(d.end_s > 0 ? Math.round((1000 * d.time_s) / d.end_s) : 0);
      setText(time, `${clock(d.time_s)} of ${duration(d.end_s)}`);
    }
    setAttributes(seek, {
      'aria-valuetext': clock(d.time_s) + (d.time_s < d.warm_up_s ? ', warming up' : ''),
    });
    warm.style.width = `${d.end_s > 0 ? Math.min(100, (100 * d.warm_up_s) / d.end_s) : 0}%`;
    if (!speedDragged) {
      speed.value = String(sliderOf(d.speed));
      setText(other, speedText(d.speed));
    }
    setAttributes(speed, { 'aria-valuetext': speedText(d.speed) });
    if (document.activeElement !== preset)
      preset.value = PRESETS.includes(d.speed) ? String(d.speed) : '';
    setAttributes(replication, { max: Math.max(0, d.n_replications - 1) });
    if (document.activeElement !== replication) replication.value = String(d.replication);
    if (document.activeElement !== design) design.value = d.design === 'best' ? '1' : '0';
    show(designLabel, d.has_best);
  };
  const seekBy = (share: number): void => {
    const d = doc();
    if (d) host.showcase('seek', Math.min(d.end_s, Math.max(0, d.time_s + share * d.end_s)));
  };
  return { element, update, seekBy, toggle };
}
