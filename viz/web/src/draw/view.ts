// Zoom and pan of a drawing: screen = world * k + (x, y). Pure.
export interface View {
  k: number;
  x: number;
  y: number;
}

export const MIN_ZOOM = 0.08;
export const MAX_ZOOM = 6;

// The whole drawing in the middle of the screen, never larger than `largest`.
export function fit(
  width: number,
  height: number,
  screenW: number,
  screenH: number,
  largest: number,
): View {
  if (!(width > 0) || !(height > 0)) return { k: 1, x: 0, y: 0 };
  const k = Math.max(MIN_ZOOM, Math.min(largest, screenW / width, screenH / height));
  return { k, x: (screenW - width * k) / 2, y: (screenH - height * k) / 2 };
}

// Zooms by `factor`; the point (px, py) of the screen stays where it is.
export function zoomAt(view: View, factor: number, px: number, py: number): View {
  const k = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, view.k * factor));
  const f = k / view.k;
  return { k, x: px - (px - view.x) * f, y: py - (py - view.y) * f };
}

// Keeps some of the drawing on the screen.
export function clampView(
  view: View,
  width: number,
  height: number,
  screenW: number,
  screenH: number,
): View {
  const keep = 80;
  return {
    k: view.k,
    x: Math.min(screenW - keep, Math.max(keep - width * view.k, view.x)),
    y: Math.min(screenH - keep, Math.max(keep - height * view.k, view.y)),
  };
}

// A window [from, to] of an axis [low, high], zoomed by `factor` around `centre` and kept inside.
export function zoomWindow(
  w: [number, number],
  factor: number,
  centre: number,
  low: number,
  high: number,
): [number, number] {
  const span = Math.min(high - low, Math.max((high - low) * 1e-5, (w[1] - w[0]) * factor));
  const share = w[1] > w[0] ? (centre - w[0]) / (w[1] - w[0]) : 0.5;
  return panWindow([centre - share * span, centre + (1 - share) * span], 0, low, high);
}

// A window moved by `by`, kept inside [low, high].
export function panWindow(
  w: [number, number],
  by: number,
  low: number,
  high: number,
): [number, number] {
  const span = Math.min(high - low, w[1] - w[0]);
  const from = Math.max(low, Math.min(high - span, w[0] + by));
  return [from, from + span];
}
