// Colours of drawings, read from the style sheet so that light and dark need no second table, and
// a pattern for each machine state, so that nobody has to tell colours apart.

export interface Theme {
  ink: string;
  soft: string;
  line: string;
  ground: string;
  raised: string;
  belt: string;
  accent: string;
  baseline: string;
  best: string;
  reference: string;
  item: string;
  bad: string;
  font: string;
}

const names: Record<keyof Theme, string> = {
  ink: '--ink',
  soft: '--muted',
  line: '--line-strong',
  ground: '--surface',
  raised: '--raised',
  belt: '--line',
  accent: '--accent',
  baseline: '--series-5',
  best: '--series-1',
  reference: '--series-2',
  item: '--ink',
  bad: '--bad',
  font: '--font',
};

// The theme of the page, or where `element` stands.
export function themeOf(element: Element = document.documentElement): Theme {
  const style = getComputedStyle(element);
  const theme = {} as Theme;
  for (const key of Object.keys(names) as (keyof Theme)[])
    theme[key] = style.getPropertyValue(names[key]).trim() || '#888';
  return theme;
}

// Words of the states in the order of run files; another order comes with the document.
export const STATES = [
  'working',
  'starved',
  'blocked',
  'down',
  'stopped',
  'off_shift',
  'unstaffed',
  'setup',
];

export interface StatePaint {
  fill: string;
  pattern: CanvasPattern | null;
}

// Fill and pattern of each state by its name; unknown names look stopped. The patterns are those of
// the page's <defs> (patterns.ts), so that canvas and SVG show the same.
export function statePaints(
  context: CanvasRenderingContext2D,
  states: readonly string[],
): StatePaint[] {
  const style = getComputedStyle(document.documentElement);
  return states.map((name) => {
    const known = STATES.includes(name) ? name : 'stopped';
    return {
      fill: style.getPropertyValue(`--state-${known}`).trim() || '#888',
      pattern: patternOf(context, known),
    };
  });
}

function patternOf(context: CanvasRenderingContext2D, name: string): CanvasPattern | null {
  const source = document.getElementById(`pattern-${name}`);
  const ground = source?.querySelector('rect');
  const size = Number(source?.getAttribute('width'));
  if (!source || !ground || !(size > 0)) return null;
  const ratio = 2; // sharp on dense screens too
  const tile = document.createElement('canvas');
  tile.width = tile.height = size * ratio;
  const c = tile.getContext('2d')!;
  c.scale(ratio, ratio);
  c.fillStyle = getComputedStyle(ground).fill;
  c.fillRect(0, 0, size, size);
  for (const path of source.querySelectorAll('path')) {
    const style = getComputedStyle(path);
    c.strokeStyle = style.stroke;
    c.lineWidth = parseFloat(style.strokeWidth) || 1;
    c.lineCap = 'round';
    c.stroke(new Path2D(path.getAttribute('d') ?? ''));
  }
  const made = context.createPattern(tile, 'repeat');
  made?.setTransform(new DOMMatrix().scale(1 / ratio));
  return made;
}

// Sizes a canvas for its place on the page; true when it had another size. The context is scaled
// to CSS pixels.
export function fitCanvas(canvas: HTMLCanvasElement, w: number, h: number): boolean {
  const ratio = globalThis.devicePixelRatio || 1;
  const pw = Math.max(1, Math.round(w * ratio)),
    ph = Math.max(1, Math.round(h * ratio));
  const other = canvas.width !== pw || canvas.height !== ph;
  if (other) {
    canvas.width = pw;
    canvas.height = ph;
    canvas.style.width = w + 'px';
    canvas.style.height = h + 'px';
  }
  canvas.getContext('2d')?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return other;
}
