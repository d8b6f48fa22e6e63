// Patterns beside colours, so that states can be told apart without seeing colours. Used as
// fill="url(#pattern-down)".

import { svg } from './dom.js';

const LINES: Record<string, [string, string, number]> = {
  // name: ground, path of the lines on an 8 x 8 tile, width
  down: ['var(--state-down)', 'M0 8L8 0M-2 2L2 -2M6 10L10 6', 1.6],
  stopped: ['var(--state-stopped)', 'M0 2H8M0 6H8', 1.2],
  off_shift: ['var(--state-off_shift)', 'M2 0V8M6 0V8', 1.2],
  unstaffed: ['var(--state-unstaffed)', 'M2 0V8M6 0V8M0 2H8M0 6H8', 1],
  setup: ['var(--state-setup)', 'M0 8L8 0', 1.2],
  starved: ['var(--state-starved)', 'M2 2h.01M6 6h.01', 2],
  blocked: ['var(--state-blocked)', 'M0 0L8 8M-2 6L2 10M6 -2L10 2', 1.6],
  scrap: ['var(--scrap)', 'M0 0L8 8M0 8L8 0', 1],
  worse: ['var(--state-down)', 'M0 8L8 0M-2 2L2 -2M6 10L10 6', 1.6],
};

export function patternDefs(): SVGSVGElement {
  const patterns = Object.entries(LINES).map(([name, [ground, path, width]]) =>
    svg(
      'pattern',
      { id: `pattern-${name}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
      svg('rect', { width: 8, height: 8, fill: ground }),
      svg('path', {
        d: path,
        stroke: 'var(--pattern-ink)',
        'stroke-width': width,
        'stroke-linecap': 'round',
        fill: 'none',
      }),
    ),
  );
  return svg(
    'svg.patterns',
    { width: 0, height: 0, 'aria-hidden': 'true', focusable: 'false' },
    svg('defs', {}, ...patterns),
  );
}
