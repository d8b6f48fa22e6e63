// What next: single steps away from the best set-points that are proven to be cheaper, else those
// that came closest, and what holds the rest. Where nothing was tried: what would find out.

import { describeStep, holders, proven, steps, unproven, type Step } from '../derive.js';
import { el, explain, list, setText, show } from '../dom.js';
import { decimalsOfInterval, plusMinus, quantity, sentenceCase, signed, words } from '../format.js';
import type { Model } from '../model.js';
import type { Panel } from '../panel.js';

const MOST_STEPS = 4;
const MOST_UNPROVEN = 3;
const MOST_LIMITS = 4;

const wasTried = (model: Model): boolean => model.has('set_point_plus_hi');

function read(model: Model): Step[] {
  const values = (name: string): Float64Array => model.numbers(`set_point_${name}`);
  const known = new Map(model.document('study')?.set_points.map((point) => [point.name, point]));
  const units = model.texts('set_point_unit');
  const points = model.texts('set_point_name').map((name, i) => ({
    name,
    unit: units[i] ?? '1',
    integer: known.get(name)?.integer ?? false,
  }));
  return steps({
    points,
    best: values('best'),
    cost: model.kpis('best')[0]?.mean ?? NaN,
    minus: values('minus'),
    plus: values('plus'),
    minusLo: values('minus_lo'),
    minusHi: values('minus_hi'),
    plusLo: values('plus_lo'),
    plusHi: values('plus_hi'),
    minusFeasible: values('minus_feasible'),
    plusFeasible: values('plus_feasible'),
  });
}

function gain(step: Step): { text: string; half: string } {
  const [mean, lo, hi] = [step.change.mean * 100, step.change.lo * 100, step.change.hi * 100];
  const decimals = decimalsOfInterval(mean, lo, hi);
  return { text: `${signed(mean, decimals)} %`, half: plusMinus((hi - lo) / 2, decimals) };
}

function about(step: Step): string {
  const { text, half } = gain(step);
  const from = quantity(step.from, step.unit, 4);
  const to = quantity(step.to, step.unit, 4);
  const verdict =
    step.change.hi < 0
      ? 'the 95 % interval excludes zero'
      : step.change.lo > 0
        ? 'that is proven to be dearer'
        : 'that is not proven, chance alone could have made it';
  return `From ${from} to ${to}, all else as in the best: the cost changes by ${text} ${half}, compared replication by replication; ${verdict}.`;
}

function lead(all: Step[], better: Step[]): string {
  if (better.length > 0) return 'Single steps from the best that are proven to be cheaper:';
  if (all.length === 0) return 'Nothing proven: no single steps were tried.';
  const broken = all.filter((step) => !step.isFeasible).length;
  const breaking = broken > 0 ? ` ${broken} of them would break a limit.` : '';
  return `Nothing proven: none of the ${all.length} single steps tried is cheaper beyond doubt.${breaking}`;
}

function verdict(step: Step): string {
  return step.change.hi < 0 ? '' : step.change.lo > 0 ? 'dearer' : 'not proven';
}

export const panel: Panel = {
  id: 'next',
  title: 'What next',
  key: 'w',
  about:
    'Each set-point was moved by a tenth of its range, alone, under the same chances. A step is proven when its 95 % interval excludes zero and it keeps all limits; where none is, those that came closest are listed.',
  needs: ['set_point_plus_hi|kpi_mean'],
  when: (model) =>
    wasTried(model) ||
    (model.document('run')?.state !== 'running' &&
      model.document('study')?.set_points.length !== 0),
  uses: [
    'run',
    'connection',
    'set_point_name',
    'set_point_best',
    'set_point_minus',
    'set_point_plus',
    'set_point_minus_hi',
    'set_point_minus_feasible',
    'set_point_plus_feasible',
    'set_point_verdict',
    'best_kpi_mean',
    'study',
  ],
  span: 3,
  place: 'first',
  create(model, host) {
    const text = el('p.lead');
    const link = el('a', { href: '#study' }, 'Study and set-points');
    const command = el('code', {}, 'takt optimize STUDY.yaml --view');
    const hint = el('p.muted.open');
    const open = el('p.muted.open', {}, 'Came closest, all else as in the best:');
    const items = el('ol.steps');
    const held = el('div.held', {}, el('h3', {}, 'Held by limits'));
    const limits = el('ul.limits');
    held.append(limits);
    const shown = new Map<Element, Step>();
    const updateSteps = list<Step, HTMLLIElement>(
      items,
      (step) => `${step.name} ${step.to > step.from}`,
      () => {
        const node: HTMLLIElement = el(
          'li',
          {},
          el('span.step-what'),
          el('span.step-gain', {}, el('b'), ' ', el('span.half'), el('span.step-verdict')),
        );
        return explain(node, () => (shown.has(node) ? about(shown.get(node)!) : ''));
      },
      (node, step) => {
        shown.set(node, step);
        const { text: change, half } = gain(step);
        setText(node.querySelector('.step-what')!, sentenceCase(describeStep(step)));
        setText(node.querySelector('b')!, change);
        setText(node.querySelector('.half')!, half);
        setText(node.querySelector('.step-verdict')!, verdict(step));
      },
    );
    const updateLimits = list<{ limit: string; n: number }, HTMLLIElement>(
      limits,
      (limit) => limit.limit,
      (limit) => {
        const node: HTMLLIElement = el('li', {}, el('span'), el('span.muted'));
        return explain(
          node,
          () =>
            `The limit ${words(limit.limit)} keeps these set-points from moving further to where they would be cheaper.`,
        );
      },
      (node, limit) => {
        setText(node.firstElementChild!, sentenceCase(words(limit.limit)));
        setText(node.lastElementChild!, `${limit.n} set-point${limit.n === 1 ? '' : 's'}`);
      },
    );
    return {
      element: el('div.next', {}, text, hint, open, items, held),
      update() {
        const all = wasTried(model) ? read(model) : [];
        const better = proven(all);
        const closest = better.length > 0 ? [] : unproven(all).slice(0, MOST_UNPROVEN);
        const unknown = 'Not known: no other set-points were tried.';
        setText(text, wasTried(model) ? lead(all, better) : unknown);
        show(hint, !wasTried(model));
        const way = host.role === 'control' ? link : command;
        if (!hint.contains(way))
          hint.replaceChildren(
            way === link ? 'To find out, press Optimise: ' : 'To find out, let takt search: ',
            way,
          );
        updateSteps([...better.slice(0, MOST_STEPS), ...closest]);
        show(items, better.length + closest.length > 0);
        show(open, closest.length > 0);
        const found = holders(model.texts('set_point_verdict'));
        updateLimits(found.slice(0, MOST_LIMITS));
        show(held, found.length > 0);
      },
    };
  },
};
