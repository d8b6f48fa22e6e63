// A run file that is cut or has turned bits: the page says so, or shows what is true; the server
// answers in every case.

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, check, close_page, finished, is_alive, open_page, says, stop, until, watch, work } from './common.mjs';

/** xorshift: the same cases everywhere. */
function numbers(seed) {
  let x = seed >>> 0;
  return (n) => {
    x ^= x << 13;
    x >>>= 0;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x % n;
  };
}

function damaged(whole, k) {
  const draw = numbers(2654435761 * (k + 1));
  draw(2);
  if (k % 5 === 0) return whole.subarray(0, draw(whole.length)); // cut
  const bytes = Buffer.from(whole);
  const n = 1 + draw(k % 2 ? 4 : 64);
  for (let i = 0; i < n; ++i) bytes[draw(bytes.length)] ^= 1 << draw(8);
  // Metadata of HDF5 lies in front: half of the cases aim there.
  if (k % 2) for (let i = 0; i < n; ++i) bytes[draw(Math.min(8192, bytes.length))] ^= 1 << draw(8);
  return bytes;
}

/** What a file's numbers are beside those of the whole file: "whole", "part" (some are missing, none
 *  is another), or "other". */
function compare(answer, whole) {
  if (answer.text === whole.text) return 'whole';
  const numbers = ({ mean, lo, hi, n }) => JSON.stringify([mean, lo, hi, n]);
  const right = new Set(whole.value.rows.map(numbers));
  return answer.value.rows.every((row) => right.has(numbers(row))) ? 'part' : 'other';
}

/** Values have checksums, names have none: a damaged file may lack something, but what it shows is
 *  true. */
async function look(k, whole, folder) {
  writeFileSync(join(folder, 'run.nc'), damaged(whole.bytes, k));
  const server = await watch(['view', folder]);
  const end = Date.now() + 2000;
  const state = await until(async () => {
    const { status, value } = await api(server, 'api/v1/status');
    check(status === 200, `case ${k}: status answers ${status}`);
    if (value?.run?.state === 'damaged') return 'damaged';
    const found = compare(await api(server, 'api/v1/kpis'), whole.kpis);
    return (found === 'whole' || Date.now() > end) && found;
  }, `case ${k}: an answer about the run`);
  check(state !== 'other', `case ${k}: other numbers than the whole file has`);
  const channels = await api(server, 'api/v1/channels');
  check(channels.status === 200, `case ${k}: channels answers ${channels.status}`);
  check(is_alive(server), `case ${k}: the server lives`);
  await stop(server);
  return state;
}

async function look_at_cases(from, to) {
  const good = await finished('simulate');
  const server = await watch(['view', good]);
  await until(async () => (await api(server, 'api/v1/kpis')).text.includes('mean'), 'the whole file');
  const whole = { bytes: readFileSync(join(good, 'run.nc')), kpis: await api(server, 'api/v1/kpis') };
  await stop(server);
  const found = {};
  let next = from;
  // Most of a case is waiting, so four go on at a time.
  const lane = async (folder) => {
    rmSync(folder, { recursive: true, force: true });
    cpSync(good, folder, { recursive: true });
    while (next < to) {
      const state = await look(next++, whole, folder);
      found[state] = (found[state] ?? 0) + 1;
    }
  };
  await Promise.all([0, 1, 2, 3].map((k) => lane(join(work, `damaged${k}`))));
  console.log(`  damaged files: ${JSON.stringify(found)}`);
}

async function damage() {
  await look_at_cases(0, 50);
}

async function damage_page() {
  const good = await finished('simulate');
  const folder = join(work, 'cut');
  rmSync(folder, { recursive: true, force: true });
  cpSync(good, folder, { recursive: true });
  const whole = readFileSync(join(good, 'run.nc'));
  writeFileSync(join(folder, 'run.nc'), whole.subarray(0, whole.length >> 1));
  const server = await watch(['view', folder]);
  const page = await open_page(server, { wait: false });
  await says(page, /damaged/i);
  await close_page(page);
  check(is_alive(server), 'the server lives');
  await stop(server);
}

async function damage_long() {
  await look_at_cases(50, 1050);
}

export const scenarios = { damage_page, damage };
export const long_scenarios = { damage_long };
