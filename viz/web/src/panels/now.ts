// What runs and how far it is.

import { el, explain, setText, show, svg } from '../dom.js';
import { count, decimalsOfInterval, duration, fixed, number, plusMinus, quantity, sentenceCase, unitText, words } from '../format.js';
import type { Model, ProgressDocument } from '../model.js';
import type { Panel } from '../panel.js';

const VERBS: Record<string, string> = {
  simulate: 'Simulating the plant as it is set',
  optimize: 'Searching for the best set-points',
};

const STATES: Record<string, string> = {
  waiting: 'Waiting for the first numbers',
  finished: 'Finished',
  stopped: 'Stopped before its end; what stands here holds for what was done',
  failed: 'Failed',
  damaged: 'The run file is damaged; what could be read is shown',
};

function sentence(model: Model): string {
  const run = model.document('run');
  if (!run) return 'Waiting for takt';
  if (run.kind === 'idle' && run.state === 'waiting') return 'Nothing has run yet';
  if (run.state === 'running') return VERBS[run.verb ?? ''] ?? 'Running';
  const took = run.state === 'finished' && run.seconds ? ` in ${duration(run.seconds)}` : '';
  return (STATES[run.state] ?? run.state) + took;
}

function fact(label: string, about: string): { element: HTMLElement; name: HTMLElement; value: HTMLElement } {
  const name = el('dt', {}, label);
  const value = explain(el('dd'), about);
  return { element: el('div', {}, name, value), name, value };
}

/** The best cost of each generation with its interval, so that one sees whether it still falls. */
function sparkline(): { element: SVGSVGElement; draw(model: Model): void } {
  const band = svg('path', { fill: 'var(--accent)', opacity: 0.18 });
  const line = svg('path', { fill: 'none', stroke: 'var(--accent)', 'stroke-width': 2, 'stroke-linejoin': 'round' });
  const element = svg('svg.spark', { role: 'img', preserveAspectRatio: 'none', viewBox: '0 0 100 40' }, band, line);
  line.setAttribute('vector-effect', 'non-scaling-stroke');
  return {
    element,
    draw(model) {
      const cost = Array.from(model.numbers('best_cost')).filter(Number.isFinite);
      show(element, cost.length > 1);
      if (cost.length < 2) return;
      const lo = model.numbers('best_cost_lo');
      const hi = model.numbers('best_cost_hi');
      const last = cost.length - 1;
      // First generations far above what follows are cut off, so that the end can be seen.
      const lowest = Math.min(cost[last]!, lo[last] ?? Infinity);
      const early = Math.max(cost[Math.floor(cost.length / 20)]!, hi[last] ?? -Infinity);
      const highest = Math.min(Math.max(...cost, ...hi), lowest + 2 * (early - lowest));
      const y = (value: number): number => 38 - 36 * Math.min(1.05, Math.max(-0.05, (value - lowest) / (highest - lowest || 1)));
      const x = (i: number): number => (100 * i) / last;
      const points = (values: ArrayLike<number>): string[] => cost.map((_, i) => `${x(i).toFixed(2)} ${y(values[i]!).toFixed(2)}`);
      line.setAttribute('d', `M${points(cost).join('L')}`);
      const hasBand = lo.length > last && hi.length > last;
      band.setAttribute('d', hasBand ? `M${points(hi).join('L')}L${points(lo).reverse().join('L')}Z` : '');
      element.setAttribute('aria-label', `Best cost over ${cost.length} generations: from ${number(cost[0]!, 4)} to ${number(cost[last]!, 4)}`);
    },
  };
}

/** A phase that says more than the headline does. */
function phaseText(phase: string): string {
  return /^(searching|simulating|running)$/i.test(phase) ? '' : sentenceCase(words(phase));
}

function bestText(model: Model, progress: ProgressDocument): string {
  if (progress.best === null) return '–';
  const lo = model.numbers('best_cost_lo').at(-1) ?? NaN;
  const hi = model.numbers('best_cost_hi').at(-1) ?? NaN;
  if (!(hi > lo)) return quantity(progress.best, progress.best_unit ?? '1', 4);
  const decimals = decimalsOfInterval(progress.best, lo, hi);
  return `${fixed(progress.best, decimals)} ${plusMinus((hi - lo) / 2, decimals)} ${unitText(progress.best_unit ?? '')}`;
}

export const panel: Panel = {
  id: 'now',
  title: 'Now',
  key: 'n',
  about: 'What takt is doing at the moment, how far it is, and how long it will still take.',
  needs: ['run'],
  uses: ['progress', 'best_cost', 'best_cost_lo', 'best_cost_hi'],
  span: 3,
  place: 'first',
  create(model) {
    const headline = el('p.now-headline');
    const text = el('p.muted');
    const done = fact('Done', 'How much of the work is done, and how much there is.');
    const rate = fact('Rate', 'How much work was finished per second, lately.');
    const left = fact('Time left', 'How long the rest takes at this rate.');
    const best = fact('Best so far', 'The lowest cost found so far; ± is its 95 % interval over the replications that chose it.');
    const facts = el('dl.facts', {}, done.element, rate.element, left.element, best.element);
    const spark = sparkline();
    const element = el('div.now', {}, headline, text, facts, spark.element);
    return {
      element,
      update() {
        const run = model.document('run');
        const progress = model.document('progress');
        const isRunning = run?.state === 'running';
        setText(headline, sentence(model));
        setText(text, run?.state === 'failed' || run?.state === 'damaged' ? run.text ?? '' : isRunning ? phaseText(progress?.phase ?? '') : '');
        show(text, text.textContent !== '');
        show(facts, progress !== undefined && (progress.done > 0 || isRunning));
        if (progress) {
          const share = progress.total > 0 ? ` of ${count(progress.total)}` : '';
          setText(done.value, `${count(progress.done)}${share} ${progress.unit}`);
          setText(rate.value, progress.rate > 0 ? `${number(progress.rate)} a second` : '–');
          setText(left.value, progress.seconds_left >= 0 ? duration(progress.seconds_left) : 'not known yet');
          setText(best.name, isRunning ? 'Best so far' : 'Best');
          setText(best.value, bestText(model, progress));
          show(left.element, isRunning);
          show(rate.element, isRunning || progress.rate > 0);
          show(best.element, progress.best !== null);
        }
        spark.draw(model);
      },
    };
  },
};
