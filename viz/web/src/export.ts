// What every chart offers beside itself: a table of its numbers, a picture, a CSV.

import { announce, colour, el } from './dom.js';
import { fixed } from './format.js';
import { paintSvg } from './paint.js';
import type { Host } from './panel.js';

export interface TableData {
  caption: string; // also the text summary of the chart
  columns: string[];
  rows: (string | number)[][];
}

export interface ChartSource {
  name: string; // of the files: "losses"
  table: () => TableData;
  picture: () => SVGSVGElement | HTMLCanvasElement | null;
  channel?: string; // saved whole as CSV through a ticket; otherwise the table is saved
}

/** A cell as CSV: quoted where needed, and never a formula. */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) || text !== value ? `"${text.replace(/"/g, '""')}"` : text;
}

export function csvText(table: TableData): string {
  return (
    [table.columns, ...table.rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n'
  );
}

function save(blob: Blob, name: string): void {
  const link = el('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const PICTURE_SCALE = 2; // pixels of the picture for one of the page
const MARGIN = 16;
const LINE = 20;

function wrap(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines[lines.length - 1]!} ${word}`.trim();
    if (context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.filter((line) => line !== '');
}

/** What is shown, under the sentence that says what it shows. */
function drawn(source: SVGSVGElement | HTMLCanvasElement, caption: string): HTMLCanvasElement {
  // A canvas that was made for this is not on the page; its style says how large it is.
  const box =
    source instanceof HTMLCanvasElement && !source.isConnected
      ? { width: parseFloat(source.style.width), height: parseFloat(source.style.height) }
      : source.getBoundingClientRect();
  const canvas = el('canvas');
  const context = canvas.getContext('2d')!;
  const font = `600 14px ${getComputedStyle(document.body).fontFamily}`;
  context.font = font;
  const lines = wrap(context, caption, box.width);
  const top = MARGIN + lines.length * LINE + (lines.length > 0 ? 8 : 0);
  canvas.width = Math.ceil((box.width + 2 * MARGIN) * PICTURE_SCALE);
  canvas.height = Math.ceil((top + box.height + MARGIN) * PICTURE_SCALE);
  context.fillStyle = colour('--surface') || '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(PICTURE_SCALE, PICTURE_SCALE);
  context.font = font;
  context.fillStyle = colour('--ink') || '#000';
  lines.forEach((line, i) => context.fillText(line, MARGIN, MARGIN + 14 + i * LINE));
  if (source instanceof HTMLCanvasElement)
    context.drawImage(source, MARGIN, top, box.width, box.height);
  else paintSvg(context, source, { scale: PICTURE_SCALE, left: MARGIN, top });
  return canvas;
}

/** Numbers of a table for people: the same decimals all down a column. */
function cellTexts(rows: readonly (string | number)[][]): string[][] {
  const decimals: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      const digits =
        typeof cell === 'number' ? (/\.(\d+)$/.exec(String(cell))?.[1]?.length ?? 0) : 0;
      decimals[i] = Math.min(6, Math.max(decimals[i] ?? 0, digits));
    });
  return rows.map((row) =>
    row.map((cell, i) => (typeof cell === 'number' ? fixed(cell, decimals[i]!) : cell)),
  );
}

async function savePicture(chart: ChartSource): Promise<void> {
  const source = chart.picture();
  if (!source) return;
  const canvas = drawn(source, chart.table().caption);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) save(blob, `${chart.name}.png`);
}

function tableOf(data: TableData): HTMLTableElement {
  const head = data.columns.map((name) => el('th', { scope: 'col' }, name));
  const rows = cellTexts(data.rows).map(([first, ...rest]) =>
    el('tr', {}, el('th', { scope: 'row' }, first), ...rest.map((cell) => el('td', {}, cell))),
  );
  const caption = el('caption', {}, data.caption);
  return el('table', {}, caption, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows));
}

function saveTable(chart: ChartSource, host: Host): void {
  if (chart.channel !== undefined && host.can('download')) {
    void host.download('csv', chart.channel);
    return;
  }
  const text = csvText(chart.table());
  save(new Blob([text], { type: 'text/csv;charset=utf-8' }), `${chart.name}.csv`);
}

/** The buttons "Table", "CSV" and "PNG" for the title's line, and the table that the first opens;
 *  the panel puts `table` behind its chart and calls `refresh` when the numbers change. */
export function chartTools(
  chart: ChartSource,
  host: Host,
): { tools: HTMLElement[]; table: HTMLElement; refresh(): void } {
  const table = el('div.chart-table', {
    hidden: true,
    tabindex: 0,
    role: 'region',
    'aria-label': `Table: ${chart.name}`,
  });
  const refresh = (): void => {
    if (!table.hidden) table.replaceChildren(tableOf(chart.table()));
  };
  const button = (name: string, onclick: () => void): HTMLElement =>
    el('button.tool', { type: 'button', onclick }, name);
  const toggle = button('Table', () => {
    table.hidden = !table.hidden;
    toggle.setAttribute('aria-expanded', String(!table.hidden));
    refresh();
  });
  toggle.setAttribute('aria-expanded', 'false');
  const csv = button('CSV', () => saveTable(chart, host));
  const png = button('PNG', () => {
    savePicture(chart).catch((problem: Error) => announce(`PNG: ${problem.message}`));
  });
  return { tools: [toggle, csv, png], table, refresh };
}
