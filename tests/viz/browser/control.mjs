// With --control the page starts, stops and resets runs and changes set-points within their
// ranges; every action is in log.jsonl.

import { join } from 'node:path';
import {
  api, check, close_page, connected, examples, is_alive, log_of, open_page, says, stop, until, watch, work,
} from './common.mjs';

const study = join(examples, 'mini_factory.yaml');

const document_of = async (server, name) => (await api(server, `api/v1/documents/${name}`)).value ?? {};
const state_of = async (server) => (await document_of(server, 'run')).state;

const button = (page, name) => page.getByRole('button', { name }).filter({ visible: true }).first();

/** Some actions ask once more. */
async function press(page, name) {
  await button(page, name).click();
  const sure = page.locator('dialog[open]').getByRole('button', { name });
  if ((await sure.count()) > 0) await sure.first().click();
}

function folder_of(document) {
  return document.folder.startsWith('/') ? document.folder : join(work, document.folder);
}

function control_lines(folder) {
  return log_of(folder).map((line) => JSON.stringify(line)).filter((line) => /from the page/.test(line));
}

async function control() {
  const server = await watch(['view', study, '--control']);
  const page = await open_page(server);
  await says(page, /mini_factory/);

  // A set-point outside of its range is refused, one inside is taken.
  const mills = page.getByLabel(/mills/).first();
  await mills.fill('99');
  await mills.press('Tab');
  const refused = await mills.evaluate((node) => !node.validity.valid || node.getAttribute('aria-invalid') === 'true' || Number(node.value) <= 6);
  check(refused, 'a set-point outside of its range');
  await mills.fill('4');
  await mills.press('Tab');

  await press(page, /^simulate/i);
  await until(async () => (await state_of(server)) === 'finished', 'the end of a simulation', 30000);
  const simulated = await document_of(server, 'run');
  check(simulated.verb === 'simulate', `found verb ${simulated.verb}`);
  check(control_lines(folder_of(simulated)).some((line) => /simulate/.test(line) && /mills=4/.test(line)),
    'log.jsonl says who started what with which set-point');
  await says(page, /finished/i);

  await press(page, /^optimi[sz]e/i);
  await until(async () => (await state_of(server)) === 'running', 'a search that runs', 15000);
  await press(page, /^stop/i);
  await until(async () => ['stopped', 'finished'].includes(await state_of(server)), 'a stop', 20000);
  const searched = await document_of(server, 'run');
  check(searched.state === 'stopped', `found state ${searched.state}`);
  check(control_lines(folder_of(searched)).some((line) => /stop/.test(line)), 'log.jsonl knows of the stop');
  await says(page, /stopped/i);

  await press(page, /^reset/i);
  await until(async () => (await document_of(server, 'run')).kind === 'idle', 'a reset', 10000);
  check(control_lines(folder_of(searched)).some((line) => /reset/.test(line)), 'log.jsonl knows of the reset');
  const listed = (await api(server, 'api/v1/runs')).value;
  for (const run of [simulated, searched]) {
    const found = listed.find((row) => row.name === run.name)?.state;
    check(found === run.state, `the list of runs after a reset: ${run.name} is ${found}, not ${run.state}`);
  }
  const points = (await document_of(server, 'study')).set_points;
  check(points.find((point) => point.name === 'mills').value === 3, 'the study is as it was opened');
  check(is_alive(server), 'the server lives');
  await close_page(page);
  await stop(server);
}

/** REST alone: what a script does. */
async function control_rest() {
  const server = await watch(['view', study, '--control']);
  const post = (path, body) => api(server, `api/v1/${path}`, { method: 'POST', body });
  const bad = [
    ['start', { verb: 'dance' }],
    ['start', { verb: 'simulate', set_points: { mills: 99 } }],
    ['start', { verb: 'simulate', set_points: { nothing: 1 } }],
    ['start', { verb: 'simulate', set_points: { mills: 'x' } }],
  ];
  for (const [path, body] of bad) {
    const { status, value } = await post(path, body);
    check(status === 400 && value?.error?.text, `${JSON.stringify(body)}: found ${status} ${JSON.stringify(value)}`);
  }
  check((await post('stop', {})).status === 409, 'stop when nothing runs');
  check((await post('start', { verb: 'simulate', set_points: { mills: 5 } })).status === 200, 'start');
  check([200, 409].includes((await post('start', { verb: 'simulate' })).status), 'start while one runs');
  await until(async () => (await state_of(server)) === 'finished', 'the end', 30000);
  check((await post('reset', {})).status === 200, 'reset');
  await stop(server);
}

export const scenarios = { control, control_rest };
