/// Colours of drawings, read from the style sheet so that light and dark need no second table, and
/// a pattern for each machine state, so that nobody has to tell colours apart.

export interface Theme {
  ink: string; soft: string; line: string; ground: string; raised: string; belt: string; accent: string
  baseline: string; best: string; reference: string; item: string; bad: string
}

const names: Record<keyof Theme, string> = {
  ink: "--draw-ink", soft: "--draw-soft", line: "--draw-line", ground: "--draw-ground",
  raised: "--draw-raised", belt: "--draw-belt", accent: "--draw-accent", baseline: "--draw-baseline",
  best: "--draw-best", reference: "--draw-reference", item: "--draw-item", bad: "--draw-bad",
}

/// The theme where `element` stands.
export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element)
  const theme = {} as Theme
  for (const key of Object.keys(names) as (keyof Theme)[]) theme[key] = style.getPropertyValue(names[key]).trim() || "#888"
  return theme
}

/// Words of the states in the order of run files; another order comes with the document.
export const STATES = ["working", "starved", "blocked", "down", "stopped"]

export interface StatePaint { fill: string; mark: string; pattern: CanvasPattern | null }

/// Fill and pattern of a state by its name; unknown names look stopped.
export function statePaints(element: Element, context: CanvasRenderingContext2D, states: readonly string[]): StatePaint[] {
  const style = getComputedStyle(element)
  return states.map((name) => {
    const known = STATES.includes(name) ? name : "stopped"
    const fill = style.getPropertyValue("--state-" + known).trim() || "#888"
    const mark = style.getPropertyValue("--state-mark").trim() || "#fff"
    return { fill, mark, pattern: pattern(context, known, fill, mark) }
  })
}

const SIZE = 8

/// working: plain; starved: dots; blocked: slanting lines; down: crosses; stopped: level lines.
function pattern(context: CanvasRenderingContext2D, name: string, fill: string, mark: string): CanvasPattern | null {
  const ratio = Math.max(1, Math.round(globalThis.devicePixelRatio || 1))
  const tile = document.createElement("canvas")
  tile.width = tile.height = SIZE * ratio
  const c = tile.getContext("2d")
  if (!c) return null
  c.scale(ratio, ratio)
  c.fillStyle = fill
  c.fillRect(0, 0, SIZE, SIZE)
  c.strokeStyle = c.fillStyle = mark
  c.lineWidth = 1.6
  c.beginPath()
  if (name === "starved") {
    c.arc(2, 2, 1.2, 0, 7); c.fill()
    c.beginPath(); c.arc(6, 6, 1.2, 0, 7); c.fill()
  } else if (name === "blocked") {
    for (const d of [-8, 0, 8]) { c.moveTo(d - 2, SIZE + 2); c.lineTo(d + SIZE + 2, -2) }
    c.stroke()
  } else if (name === "down") {
    for (const d of [-8, 0, 8]) {
      c.moveTo(d - 2, SIZE + 2); c.lineTo(d + SIZE + 2, -2)
      c.moveTo(d - 2, -2); c.lineTo(d + SIZE + 2, SIZE + 2)
    }
    c.stroke()
  } else if (name === "stopped") {
    c.moveTo(0, 2); c.lineTo(SIZE, 2); c.moveTo(0, 6); c.lineTo(SIZE, 6)
    c.stroke()
  }
  const made = context.createPattern(tile, "repeat")
  made?.setTransform?.(new DOMMatrix().scale(1 / ratio))
  return made
}

/// Sizes a canvas for its place on the page; true when it had another size. The context is scaled
/// to CSS pixels.
export function fitCanvas(canvas: HTMLCanvasElement, w: number, h: number): boolean {
  const ratio = globalThis.devicePixelRatio || 1
  const pw = Math.max(1, Math.round(w * ratio)), ph = Math.max(1, Math.round(h * ratio))
  const other = canvas.width !== pw || canvas.height !== ph
  if (other) {
    canvas.width = pw
    canvas.height = ph
    canvas.style.width = w + "px"
    canvas.style.height = h + "px"
  }
  canvas.getContext("2d")?.setTransform(ratio, 0, 0, ratio, 0, 0)
  return other
}
