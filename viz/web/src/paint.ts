// Draws an SVG of the page onto a canvas, as the style sheet shows it. A browser could do that
// through an image, but then pictures from elsewhere would have to be allowed on the page.

const SHAPES = 'rect, line, circle, path, polyline, polygon, text';

function shapeOf(node: SVGGraphicsElement): Path2D {
  const of = (name: string): number => Number(node.getAttribute(name) ?? 0);
  const path = new Path2D();
  if (node.tagName === 'rect') path.rect(of('x'), of('y'), of('width'), of('height'));
  else if (node.tagName === 'circle') path.arc(of('cx'), of('cy'), of('r'), 0, 2 * Math.PI);
  else if (node.tagName === 'line') {
    path.moveTo(of('x1'), of('y1'));
    path.lineTo(of('x2'), of('y2'));
  } else if (node.tagName === 'path') return new Path2D(node.getAttribute('d') ?? '');
  else {
    const points = (node.getAttribute('points') ?? '')
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    for (let i = 0; i + 1 < points.length; i += 2) path.lineTo(points[i]!, points[i + 1]!);
    if (node.tagName === 'polygon') path.closePath();
  }
  return path;
}

/** A colour, or a pattern of the same document ("url(#hatch)"). */
function paintOf(
  context: CanvasRenderingContext2D,
  source: SVGSVGElement,
  value: string,
  scale: number,
): string | CanvasPattern {
  const id = /^url\(["']?#([^"')]+)/.exec(value)?.[1];
  const pattern = id === undefined ? null : source.ownerDocument.getElementById(id);
  if (!pattern) return value;
  const size = Number(pattern.getAttribute('width'));
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.max(1, Math.round(size * scale));
  const small = tile.getContext('2d')!;
  small.scale(tile.width / size, tile.height / size);
  for (const node of pattern.querySelectorAll<SVGGraphicsElement>(SHAPES))
    paintShape(small, source, node, scale);
  const made = context.createPattern(tile, 'repeat')!;
  made.setTransform(new DOMMatrix().scale(size / tile.width));
  return made;
}

function paintText(
  context: CanvasRenderingContext2D,
  node: SVGGraphicsElement,
  style: CSSStyleDeclaration,
): void {
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const anchor = style.getPropertyValue('text-anchor');
  context.textAlign = anchor === 'middle' ? 'center' : anchor === 'end' ? 'right' : 'left';
  const base = style.getPropertyValue('dominant-baseline');
  context.textBaseline =
    base === 'middle' || base === 'central'
      ? 'middle'
      : base === 'hanging'
        ? 'hanging'
        : 'alphabetic';
  context.fillText(
    node.textContent ?? '',
    Number(node.getAttribute('x') ?? 0),
    Number(node.getAttribute('y') ?? 0),
  );
}

function paintShape(
  context: CanvasRenderingContext2D,
  source: SVGSVGElement,
  node: SVGGraphicsElement,
  scale: number,
): void {
  const style = getComputedStyle(node);
  context.globalAlpha = Number(style.opacity);
  if (style.fill !== 'none') {
    context.fillStyle = paintOf(context, source, style.fill, scale);
    if (node.tagName === 'text') return paintText(context, node, style);
    if (node.tagName !== 'line') context.fill(shapeOf(node));
  }
  if (style.stroke !== 'none') {
    context.strokeStyle = paintOf(context, source, style.stroke, scale);
    context.lineWidth = parseFloat(style.strokeWidth) || 1;
    const dashes = style.strokeDasharray;
    context.setLineDash(dashes === 'none' ? [] : dashes.split(/[\s,]+/).map(parseFloat));
    context.stroke(shapeOf(node));
  }
}

/** Paints what `source` shows. `scale`: pixels of the canvas for one of the page; `left` and `top`:
 *  where the picture begins, in pixels of the page. */
export function paintSvg(
  context: CanvasRenderingContext2D,
  source: SVGSVGElement,
  at: { scale: number; left: number; top: number },
): void {
  const origin = source.getBoundingClientRect();
  const { scale } = at;
  for (const node of source.querySelectorAll<SVGGraphicsElement>(SHAPES)) {
    if (node.closest('defs, [hidden]')) continue;
    const to = node.getScreenCTM();
    if (!to) continue;
    context.setTransform(
      scale * to.a,
      scale * to.b,
      scale * to.c,
      scale * to.d,
      scale * (to.e - origin.left + at.left),
      scale * (to.f - origin.top + at.top),
    );
    paintShape(context, source, node, scale);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
}
