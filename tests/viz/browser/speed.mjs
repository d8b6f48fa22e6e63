// How soon something is there, and how smoothly a long chart moves. Printed; the long test holds
// the page to it, because a busy machine is no reason for a red short test.

import { join } from 'node:path';
import { api, check, close_page, connected, finished, new_page, stop, until, watch, work } from './common.mjs';
import { rewrite, write_frame } from './rewrite.mjs';

const N_SAMPLES = 100000;
const N_CURVES = 2; // each with four lines: lower end, upper end, median, the one shown

function doubles(n, value) {
  const out = Buffer.alloc(8 * n);
  for (let i = 0; i < n; ++i) out.writeDoubleLE(value(i), 8 * i);
  return out;
}

/** The curves over time, as long as no factory of ours makes them. */
function long_curves(head, names) {
  const frame = (name, type, sizes, payload) =>
    write_frame(head, { channel: names[name], type, sizes, payload, sequence: 1e9 });
  const wave = (shift) => doubles(N_CURVES * N_SAMPLES, (i) => Math.sin(i / 900) + Math.sin(i * 7.7) / 5 + shift);
  const texts = (word) => Buffer.from(Array.from({ length: N_CURVES }, (_, i) => `${word}${i}\0`).join(''));
  return [
    frame('band_name', 2, [N_CURVES], texts('throughput_')),
    frame('band_unit', 2, [N_CURVES], Buffer.from('1\0'.repeat(N_CURVES))),
    frame('band_time', 0, [N_SAMPLES], doubles(N_SAMPLES, (i) => 60 * i)),
    frame('band_lo', 0, [N_CURVES, N_SAMPLES], wave(-1)),
    frame('band_median', 0, [N_CURVES, N_SAMPLES], wave(0)),
    frame('band_hi', 0, [N_CURVES, N_SAMPLES], wave(1)),
    frame('band_shown', 0, [N_CURVES, N_SAMPLES], wave(0.3)),
  ];
}

async function drag(page, box, from, to, key) {
  const at = (share) => [box.x + box.width * share, box.y + box.height * 0.5];
  if (key) await page.keyboard.down(key);
  await page.mouse.move(...at(from));
  await page.mouse.down();
  for (let i = 1; i <= 12; ++i) {
    await page.mouse.move(...at(from + ((to - from) * i) / 12));
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
  if (key) await page.keyboard.up(key);
}

async function move_long_chart() {
  const server = await watch(['view', await finished('simulate')]);
  const page = await new_page(server);
  let is_sent = false;
  await rewrite(page, {
    frame: (bytes, names) => {
      const id = bytes.readUInt16LE(4);
      const is_band = Object.entries(names).some(([name, number]) => number === id && name.startsWith('band_'));
      if (!is_band) return bytes;
      if (is_sent) return [];
      is_sent = true;
      return long_curves(bytes.subarray(0, 64), names);
    },
  });
  await page.goto(server.address);
  await connected(page);
  const chart = page.locator('#charts canvas, [id*=charts] canvas').first();
  await chart.waitFor({ timeout: 20000 });
  await chart.scrollIntoViewIfNeeded();
  await page.waitForTimeout(700);
  await page.evaluate(() => {
    window.takt_frames = [];
    let last = performance.now();
    const tick = (now) => {
      window.takt_frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const box = await chart.boundingBox();
  const steps = {
    'still': () => page.waitForTimeout(500),
    'zoom in': () => drag(page, box, 0.3, 0.7),
    'pan left': () => drag(page, box, 0.3, 0.8, 'Shift'),
    'pan right': () => drag(page, box, 0.8, 0.4, 'Shift'),
    'zoom further': () => drag(page, box, 0.2, 0.4),
    'all': () => page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2),
  };
  const worst = {};
  let before = (await chart.screenshot()).toString('base64');
  await page.evaluate(() => window.takt_frames.splice(0));
  for (const [name, step] of Object.entries(steps)) {
    await step();
    await page.waitForTimeout(200);
    worst[name] = Math.round(Math.max(...(await page.evaluate(() => window.takt_frames.splice(0)))));
    const after = (await chart.screenshot()).toString('base64');
    check(name === 'still' || after !== before, `${name} changes the chart`);
    before = after;
    await page.evaluate(() => window.takt_frames.splice(0));
  }
  console.log(`  ${4 * N_CURVES} lines of ${N_SAMPLES} points, longest frame in ms: ${JSON.stringify(worst)}`);
  check(is_sent, 'the long curves were sent');
  await close_page(page);
  await stop(server);
  return Math.max(...Object.values(worst));
}

/** From opening the address to the first numbers of the run, on a page never seen before. */
async function first_frame_s(server) {
  const page = await new_page(server);
  const begun = performance.now();
  await page.goto(server.address, { waitUntil: 'commit' });
  await page.waitForFunction(() => document.querySelectorAll('main section').length > 1, null, { polling: 'raf' });
  const seconds = (performance.now() - begun) / 1000;
  await close_page(page);
  return seconds;
}

async function first_frames() {
  const server = await watch(['view', await finished('optimize')]);
  await until(async () => server.address, 'an address');
  const seconds = [];
  for (let i = 0; i < 5; ++i) seconds.push(await first_frame_s(server));
  console.log(`  first panels after ${seconds.map((s) => s.toFixed(2)).join(', ')} s`);
  await stop(server);
  return seconds.sort((a, b) => a - b)[2];
}

/** `large` is made by tests/long/viewer.sh: 1 GB of values. */
async function large_replay() {
  const server = await watch(['view', join(work, 'large')]);
  const seconds = await first_frame_s(server);
  const time = async () => (await api(server, 'api/v1/documents/showcase')).value?.time_s;
  const seeks = [];
  for (const wanted of [300, 60, 500, 10, 400]) {
    const begun = performance.now();
    await api(server, 'api/v1/showcase', { method: 'POST', body: { action: 'seek', value: wanted } });
    while ((await time()) !== wanted && performance.now() - begun < 5000);
    seeks.push(performance.now() - begun);
  }
  seeks.sort((a, b) => a - b);
  console.log(`  1 GB: first panels after ${seconds.toFixed(2)} s, seeks ${seeks.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  check(seconds <= 1, 'first panels of 1 GB within 1 s');
  check(seeks[2] <= 100, 'a seek within 100 ms');
  await stop(server);
}

export const scenarios = {
  first_frame: first_frames,
  long_chart: move_long_chart,
};
export const long_scenarios = {
  large_replay,
  first_frame_limit: async () => check((await first_frames()) <= 1, 'first panels within 1 s'),
  long_chart_limit: async () => check((await move_long_chart()) <= 100, 'no frame over 100 ms'),
};
