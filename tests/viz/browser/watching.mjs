// A run that goes on, one that is over, a line that breaks, a tab that does not keep up.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  api, check, close_page, connected, examples, finished, is_alive, new_page, open_page, pause, says, stop, text_of,
  until, watch, work,
} from './common.mjs';

const study = join(examples, 'mini_factory.yaml');

async function live() {
  const folder = join(work, `live-${process.pid}`);
  const budget = ['generations=12', 'population=8', 'final_replications=16', 'slope_replications=16'];
  const sets = budget.flatMap((text) => ['--set', `optimize.${text}`]);
  const server = await watch(['optimize', study, '--view', '--out', folder, ...sets]);
  const page = await open_page(server);
  await says(page, /mini_factory/);
  const progress = async () => (await api(server, 'api/v1/documents/progress')).value?.done ?? -1;
  const first = await progress();
  await until(async () => (await progress()) > first, 'progress', 15000);
  const states = new Set();
  let n_changes = 0;
  let before = '';
  const end = Date.now() + 120000;
  while (is_alive(server) && Date.now() < end) {
    const text = await text_of(page);
    n_changes += text !== before;
    before = text;
    for (const word of ['running', 'finished']) if (new RegExp(word, 'i').test(text)) states.add(word);
    await pause(200);
  }
  check(server.code === 0, `takt optimize ended with code ${server.code}: ${server.said.slice(-300)}`);
  check(n_changes >= 5, `the page changed ${n_changes} times while the run went on`);
  check(states.has('running'), 'the page said that it runs');
  await says(page, /finished|ended/i);
  check(!existsSync(join(folder, 'view.json')), 'view.json is gone');
  await close_page(page, { expected: /WebSocket|ERR_/ }); // the server has gone
}

async function replay() {
  const server = await watch(['view', await finished('optimize')]);
  const page = await open_page(server);
  await says(page, /mini_factory/);
  await says(page, /finished/i);
  for (const title of [/bottleneck/i, /what next/i, /floor/i, /over time/i]) await says(page, title);

  const clock = page.locator('output.clock').first();
  const before = await clock.innerText();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await until(async () => (await clock.innerText()) !== before, 'the clock of the showcase moves');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await until(async () => (await api(server, 'api/v1/documents/showcase')).value.playing === false, 'a pause');
  await pause(500); // what was on its way has been drawn
  const now = await clock.innerText();
  await pause(500);
  check((await clock.innerText()) === now, 'the clock stands still while paused');

  await page.getByRole('slider', { name: 'Simulated time' }).focus();
  const t0 = (await api(server, 'api/v1/documents/showcase')).value.time_s;
  const begun = Date.now();
  for (let i = 0; i < 3; ++i) await page.keyboard.press('ArrowRight');
  await until(async () => (await api(server, 'api/v1/documents/showcase')).value.time_s !== t0, 'a seek');
  console.log(`  seek seen after ${Date.now() - begun} ms`);
  await close_page(page);
  await stop(server);
}

async function restart() {
  const folder = await finished('simulate');
  let server = await watch(['view', folder]);
  const port = String(server.port);
  const page = await open_page(server);
  await stop(server, 'SIGKILL');
  await says(page, /again|reconnect|lost|retry/i);
  const text = await text_of(page);
  check(/mini_factory/.test(text), 'what was known stays on the page');

  server = await watch(['view', folder, '--port', port]); // another process: another token
  await says(page, /token/i, 20000);
  await page.goto(server.address);
  await connected(page);
  await until(async () => !/token was refused|again in/i.test(await text_of(page)), 'the new address helps');
  await until(() => !page.url().includes(server.token), 'the new token leaves the address');
  await close_page(page, { expected: /WebSocket|ERR_CONNECTION|401/ });
  await stop(server);
}

async function broken_line() {
  const server = await watch(['view', await finished('simulate')]);
  const page = await new_page(server);
  const lines = [];
  await page.routeWebSocket(/\/ws$/, (socket) => {
    socket.connectToServer();
    lines.push(socket);
  });
  await page.goto(server.address);
  await connected(page);
  await lines[0].close({ code: 1001 });
  await until(() => lines.length > 1, 'another connection', 15000);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await until(async () => (await api(server, 'api/v1/documents/showcase')).value.playing, 'the new line carries', 8000);
  await close_page(page, { expected: /WebSocket/ });
  await stop(server);
}

/** A tab whose thread is busy takes nothing, costs nothing, and is up to date at once afterwards. */
async function stalled() {
  const server = await watch(['view', await finished('simulate')]);
  const slow = await open_page(server);
  const other = await open_page(server);
  await other.getByRole('button', { name: 'Play', exact: true }).click();
  const clock = other.locator('output.clock').first();
  const busy = slow.evaluate(() => {
    const end = performance.now() + 3000;
    while (performance.now() < end);
  });
  const seen = new Set();
  for (let i = 0; i < 12; ++i) {
    seen.add(await clock.innerText());
    await pause(200);
  }
  check(seen.size >= 6, `the other tab went on: found ${seen.size} times of its clock`);
  await busy;
  await other.getByRole('button', { name: /^(Pause|At the end)$/ }).click({ timeout: 2000 }).catch(() => undefined);
  await until(async () => (await slow.locator('output.clock').first().innerText()) === (await clock.innerText()),
    'both tabs show the same time', 5000);
  check(is_alive(server), 'the server lives');
  await close_page(slow);
  await close_page(other);
  await stop(server);
}

export const scenarios = { live, replay, restart, broken_line, stalled };
