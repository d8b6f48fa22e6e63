// Names and texts from a run are text on the page, whatever they hold.

import { join } from 'node:path';
import {
  check, close_page, connected, examples, finished, new_page, run, says, stop, text_of, until, watch, work,
} from './common.mjs';
import { read_frame, rewrite, write_frame } from './rewrite.mjs';

const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

// Words of the protocol and references between documents stay.
const kept = new Set(['type', 'kind', 'state', 'design', 'exit', 'counts', 'states', 'session', 'role',
  'capabilities', 'protocol', 'level', 'phase', 'started', 'updated', 'time', 'verb', 'code']);

function spoil(value, key = '') {
  if (kept.has(key)) return value;
  if (typeof value === 'string') return value + markup;
  if (Array.isArray(value)) return value.map((item) => spoil(item, key));
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, spoil(v, k)]));
  return value;
}

function spoil_message(message) {
  if (message.type === 'document') return { ...message, value: spoil(message.value) };
  if (message.type === 'log') return { ...message, lines: spoil(message.lines) };
  if (message.type === 'info') return { ...message, run: message.run + markup, version: message.version + markup };
  return message;
}

function spoil_frame(bytes, names) {
  const frame = read_frame(bytes);
  // state_name and kpi_name are looked up by the page; all other texts are shown as they are.
  if (frame.type !== 2 || frame.channel === names.state_name || frame.channel === names.kpi_name) return bytes;
  const texts = frame.payload.toString('utf8').split('\0').slice(0, -1);
  const payload = Buffer.from(texts.map((text) => `${text}${markup}\0`).join(''));
  return write_frame(frame.head, { ...frame, payload, sequence: frame.head.readBigUInt64LE(16) });
}

async function unharmed(page, sentence) {
  const state = await page.evaluate(() => ({
    hacked: 'hacked' in window,
    images: document.querySelectorAll('img[src="x"], main script, [onerror]').length,
  }));
  check(!state.hacked, `${sentence}: markup was run`);
  check(state.images === 0, `${sentence}: markup became elements`);
}

async function hostile_texts() {
  const server = await watch(['view', await finished('optimize')]);
  const page = await new_page(server);
  await rewrite(page, { text: spoil_message, frame: spoil_frame });
  await page.goto(server.address);
  await connected(page);
  await until(async () => (await text_of(page)).includes('<img src=x'), 'the markup as text');
  // Tooltips and cards are made when somebody looks.
  for (let i = 0; i < 60; ++i) await page.keyboard.press('Tab');
  for (const node of (await page.locator('.explained:visible').all()).slice(0, 40))
    await node.hover({ timeout: 300, force: true }).catch(() => undefined);
  await unharmed(page, 'spoiled messages');
  await close_page(page);
  await stop(server);
}

async function hostile_study() {
  const folder = join(work, 'hostile');
  const currency = '<img src=x onerror=window.hacked=1>';
  await run(['simulate', join(examples, 'mini_factory.yaml'), '--set', `factory.prices.currency=${currency}`,
    '--set', 'replications=4', '--out', folder, '--quiet']).catch((error) => {
    // Refused is as good.
    check(/currency/.test(error.message), error.message);
    return null;
  });
  const server = await watch(['view', folder]).catch(() => null);
  if (!server) return;
  const page = await new_page(server);
  await page.goto(server.address);
  await connected(page);
  await says(page, /<img src=x/);
  await unharmed(page, 'currency of a study');
  await close_page(page);
  await stop(server);
}

export const scenarios = { hostile_texts, hostile_study };
