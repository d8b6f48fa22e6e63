// Numbers as text: the same in every browser and language, with as many digits as they deserve.

const MINUS = '\u2212';
const THIN = '\u202f'; // narrow no-break space between groups of three digits

function group(digits: string): string {
  const [whole = '', rest] = digits.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** A number with that many decimals: "1 234.5", "−0.40". A value that rounds to 0 has no sign. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = group(Math.abs(value).toFixed(Math.min(Math.max(decimals, 0), 12)));
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** Decimals that show `digits` significant ones. */
export function decimalsOf(value: number, digits = 3): number {
  const size = Math.abs(value);
  if (!(size > 0) || !Number.isFinite(size)) return 0;
  const power = Math.floor(Math.log10(Number(size.toPrecision(digits))));
  return Math.max(0, digits - 1 - power);
}

/** A number with `digits` significant digits; very small and very large ones by powers of ten. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size > 0 && (size < 1e-4 || size >= 1e9)) {
    const [mantissa = '', power = '0'] = size.toExponential(digits - 1).split('e');
    return `${value < 0 ? MINUS : ''}${mantissa}e${power.replace('+', '').replace('-', MINUS)}`;
  }
  return fixed(value, decimalsOf(value, digits));
}

/** Whole numbers in groups of three: counts. */
export function count(value: number): string {
  return fixed(value, 0);
}

/** With "+" in front where it is not negative: changes. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : `+${text}`;
}

/** Decimals that suit an interval: its half width keeps one digit, two where it begins with 1; the
 *  mean never has more than four. */
export function decimalsOfInterval(mean: number, lo: number, hi: number): number {
  const half = (hi - lo) / 2;
  if (!(half > 0) || !Number.isFinite(half)) return decimalsOf(mean, 4);
  const digits = half / 10 ** Math.floor(Math.log10(half)) < 1.95 ? 2 : 1;
  return Math.min(decimalsOf(half, digits), decimalsOf(mean, 4));
}

/** "± 0.03", or "± < 0.01" where that many decimals cannot show it. */
export function plusMinus(half: number, decimals: number): string {
  const text = fixed(half, decimals);
  return /[1-9]/.test(text) ? `± ${text}` : `± < ${fixed(10 ** -decimals, decimals)}`;
}

/** Units as people write them: "degC" is "°C", "um" is "µm", "1" is nothing. */
export function unitText(unit: string): string {
  if (unit === '1' || unit === '') return '';
  return unit
    .replace(/\bdeg(C|F)\b/g, '°$1')
    .replace(/\bum\b/g, 'µm')
    .replace(/\bm2\b/g, 'm²')
    .replace(/\bm3\b/g, 'm³');
}

export interface Shown {
  scale: number; // multiply a value with it
  unit: string; // "" for none
}

/** How values of a unit are shown: shares (unit "1") in percent. */
export function shownAs(unit: string): Shown {
  return unit === '1' ? { scale: 100, unit: '%' } : { scale: 1, unit: unitText(unit) };
}

/** A value with its unit: "75.08 EUR/kWh", "94.5 %". */
export function quantity(value: number, unit: string, digits = 3): string {
  const shown = shownAs(unit);
  const text = number(value * shown.scale, digits);
  return shown.unit === '' ? text : `${text}\u00a0${shown.unit}`;
}

/** Seconds as people say them: "850 ms", "12 s", "3 min 20 s", "2 h 5 min", "4 d 3 h". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds > 0 && seconds < 0.9995) return `${fixed(seconds * 1000, 0)} ms`;
  const total = Math.round(seconds);
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${count(big)} ${bigUnit}` : `${count(big)} ${bigUnit} ${small} ${smallUnit}`;
  if (total < 60) return `${total} s`;
  if (total < 3600) return pair(Math.floor(total / 60), 'min', total % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(seconds / 3600);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** Simulated time as a clock: "3 d 04:30:00". */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const total = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(Math.floor(total / 3600) % 24)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
  return `${Math.floor(total / 86400)} d ${time}`;
}

/** A UTC time of the protocol ("2026-11-21T16:06:55Z") without seconds: "21 Nov 2026 16:06 UTC". */
export function date(utc: string): string {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(utc);
  if (!found) return utc;
  const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
  return `${Number(found[3])} ${months[Number(found[2]) - 1]} ${found[1]} ${found[4]} UTC`;
}

/** Names of the engine as words: "residual_solvent" is "residual solvent". */
export function words(name: string): string {
  return name.replace(/_/g, ' ');
}

/** The same with a capital in front. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Rounds so that the rounded parts sum exactly to the rounded total (largest remainder). The
 *  parts have to sum to `total` up to rounding. Integers, in units of the last decimal. */
export function roundToSum(parts: readonly number[], total: number, decimals: number): number[] {
  const scale = 10 ** decimals;
  const floors = parts.map((part) => Math.floor(part * scale));
  let left = Math.round(total * scale) - floors.reduce((sum, n) => sum + n, 0);
  const order = parts
    .map((part, index) => ({ index, rest: part * scale - (floors[index] ?? 0) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (let i = 0; left > 0 && order.length > 0; i = (i + 1) % order.length, --left)
    floors[order[i]!.index]! += 1;
  for (let i = order.length - 1; left < 0 && order.length > 0; ++left) {
    floors[order[i]!.index]! -= 1;
    i = i > 0 ? i - 1 : order.length - 1;
  }
  return floors;
}
