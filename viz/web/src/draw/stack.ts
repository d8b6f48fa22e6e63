// Several charts as one picture, below each other, each under its title.

import { fitCanvas, themeOf } from './theme.js';

const TITLE = 22;

export function stackCharts(
  parts: readonly { title: string; canvas: HTMLCanvasElement | null }[],
): HTMLCanvasElement | null {
  const shown = parts.flatMap((p) => {
    const box = p.canvas?.getBoundingClientRect();
    return p.canvas && box
      ? [{ title: p.title, canvas: p.canvas, w: box.width, h: box.height }]
      : [];
  });
  if (shown.length === 0) return null;
  const picture = document.createElement('canvas');
  const height = shown.reduce((sum, p) => sum + p.h + TITLE, 0);
  fitCanvas(picture, Math.max(...shown.map((p) => p.w)), height);
  const context = picture.getContext('2d')!;
  const theme = themeOf();
  context.font = `600 12px ${theme.font}`;
  context.fillStyle = theme.ink;
  let y = 0;
  for (const p of shown) {
    context.fillText(p.title, 0, y + 14);
    context.drawImage(p.canvas, 0, y + TITLE, p.w, p.h);
    y += p.h + TITLE;
  }
  return picture;
}
