// What every chart offers beside itself: a table of its numbers, a picture, a CSV.

import { announce, colour, el } from './dom.js';
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
  return [table.columns, ...table.rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

function save(blob: Blob, name: string): void {
  const link = el('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function drawn(source: SVGSVGElement | HTMLCanvasElement): HTMLCanvasElement {
  const box = source.getBoundingClientRect();
  const canvas = el('canvas', { width: Math.ceil(box.width * 2), height: Math.ceil(box.height * 2) });
  const context = canvas.getContext('2d')!;
  context.fillStyle = colour('--surface') || '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (source instanceof HTMLCanvasElement) context.drawImage(source, 0, 0, canvas.width, canvas.height);
  else paintSvg(context, source, 2);
  return canvas;
}

async function savePicture(chart: ChartSource): Promise<void> {
  const source = chart.picture();
  if (!source) return;
  const canvas = drawn(source);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) save(blob, `${chart.name}.png`);
}

/** The buttons "Table", "CSV" and "PNG" for the title's line, and the table that the first opens;
 *  the panel puts `table` behind its chart and calls `refresh` when the numbers change. */
export function chartTools(chart: ChartSource, host: Host): { tools: HTMLElement[]; table: HTMLElement; refresh(): void } {
  const holder = el('div.chart-table', { hidden: true });
  const refresh = (): void => {
    if (holder.hidden) return;
    const data = chart.table();
    holder.replaceChildren(
      el('table', {},
        el('caption', {}, data.caption),
        el('thead', {}, el('tr', {}, ...data.columns.map((name) => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, ...data.rows.map((row) => el('tr', {}, ...row.map((cell, i) =>
          i === 0 ? el('th', { scope: 'row' }, cell) : el('td', {}, cell)))))));
  };
  const toggle = el('button.tool', { type: 'button', 'aria-expanded': 'false', onclick: () => {
    holder.hidden = !holder.hidden;
    toggle.setAttribute('aria-expanded', String(!holder.hidden));
    refresh();
  } }, 'Table');
  const csv = el('button.tool', { type: 'button', onclick: () => {
    if (chart.channel !== undefined && host.can('download')) void host.download('csv', chart.channel);
    else save(new Blob([csvText(chart.table())], { type: 'text/csv;charset=utf-8' }), `${chart.name}.csv`);
  } }, 'CSV');
  const png = el('button.tool', { type: 'button', onclick: () => {
    savePicture(chart).catch((problem: Error) => announce(`PNG: ${problem.message}`));
  } }, 'PNG');
  return { tools: [toggle, csv, png], table: holder, refresh };
}
