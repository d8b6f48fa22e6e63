// Shared by the browser tests: the program under test, a real Chromium, and checks.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name}: found nothing, allowed: a path`);
  return value;
};
export const takt = need('TAKT');
export const work = need('TAKT_WORK');
export const examples = join(need('TAKT_SOURCE_DIR'), 'examples');
export const pictures = join(need('TAKT_BINARY_DIR'), 'screenshots');
export const require = createRequire(join(need('TAKT_NODE_MODULES'), '..', 'x.js'));
const { chromium } = require('playwright-core');

export const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

// --- Checks -------------------------------------------------------------------------------------

let n_failed = 0;
let scenario = '';

export function begin(name) {
  scenario = name;
}

export function failures() {
  return n_failed;
}

export function check(truth, sentence) {
  if (truth) return true;
  ++n_failed;
  console.log(`FAILED: ${scenario}: ${sentence}`);
  return false;
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until `probe` gives something true and returns it; says what was waited for otherwise. */
export async function until(probe, sentence, limit_ms = 10000) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${limit_ms / 1000} s for: ${sentence}`);
    await pause(50);
  }
}

// --- The program --------------------------------------------------------------------------------

const running = new Set();

/** Starts takt and waits for the address it prints. */
export async function watch(args, { limit_ms = 20000 } = {}) {
  const child = spawn(takt, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
  const server = { child, said: '', code: null, signal: null };
  running.add(server);
  const hear = (bytes) => (server.said += bytes);
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  server.ended = new Promise((done) =>
    child.on('close', (code, signal) => {
      server.code = code;
      server.signal = signal;
      running.delete(server);
      done();
    }),
  );
  const find = () => server.said.match(/(https?:\/\/[^\s/]+)\/#token=([0-9a-f]+)/);
  const end = Date.now() + limit_ms;
  while (!find()) {
    if (server.code !== null || Date.now() > end)
      throw new Error(`takt ${args.join(" ")}: no address, code ${server.code}, signal ${server.signal}; it said: ${server.said}`);
    await pause(20);
  }
  [server.address, server.origin, server.token] = find();
  server.port = Number(new URL(server.origin).port);
  return server;
}

export async function stop(server, signal = 'SIGINT') {
  if (server.code === null && server.signal === null) server.child.kill(signal);
  const ended = await Promise.race([server.ended.then(() => true), pause(8000).then(() => false)]);
  if (!ended) {
    check(false, `takt did not end within 8 s of ${signal}`);
    server.child.kill('SIGKILL');
    await server.ended;
  }
}

export function is_alive(server) {
  return server.code === null && server.signal === null;
}

/** Runs takt to its end; stdout. */
export async function run(args) {
  const child = spawn(takt, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.on('data', (bytes) => (err += bytes));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(`takt ${args.join(' ')}: code ${code}: ${err}`);
  return out;
}

/** REST with the token of the server. */
export async function api(server, path, { method = 'GET', body, token = server.token } = {}) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(`${server.origin}/${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error) => {
    const state = `code ${server.code}, signal ${server.signal}, said: ${server.said.slice(-300)}`;
    throw new Error(`${method} ${path}: ${error.cause?.code ?? error.message}; the server: ${state}`);
  });
  const text = await answer.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  return { status: answer.status, text, value };
}

/** A finished search and a finished simulation, made once: what replay looks at. */
export async function finished(verb) {
  const folder = join(work, verb === 'optimize' ? 'searched' : 'simulated');
  if (existsSync(join(folder, 'run.nc'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  const small = ['generations=6', 'population=8', 'final_replications=16', 'slope_replications=16'];
  const budget = verb === 'optimize' ? small.flatMap((x) => ['--set', `optimize.${x}`]) : [];
  await run([verb, join(examples, 'mini_factory.yaml'), ...budget, '--out', folder, '--quiet']);
  return folder;
}

export function log_of(folder) {
  return readFileSync(join(folder, 'log.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

// --- The browser --------------------------------------------------------------------------------

let browser = null;

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function open_browser() {
  browser = await chromium.launch({ executablePath: need('CHROMIUM'), args: flags });
}

export async function close_all() {
  await browser?.close();
  for (const server of [...running]) {
    server.child.kill('SIGKILL');
    await server.ended;
  }
}

/** A page of its own (own storage). What it says on the console and where it goes is kept. */
export async function new_page(server, { size = 'wide', theme = 'light', motion = 'reduce' } = {}) {
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: theme,
    reducedMotion: motion === 'reduce' ? 'reduce' : 'no-preference',
    isMobile: false,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.takt = { errors: [], strangers: [], requests: 0, sockets: 0 };
  page.on('pageerror', (error) => page.takt.errors.push(`${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') page.takt.errors.push(message.text());
  });
  const look = (address) => {
    ++page.takt.requests;
    const url = new URL(address);
    if (['data:', 'blob:', 'about:'].includes(url.protocol)) return;
    if (url.host !== new URL(server.origin).host) page.takt.strangers.push(address);
  };
  page.on('request', (request) => look(request.url()));
  page.on('websocket', (socket) => {
    ++page.takt.sockets;
    look(socket.url());
  });
  return page;
}

/** Opens the address that takt printed and waits for the run. */
export async function open_page(server, options = {}) {
  const page = await new_page(server, options);
  await page.goto(options.address ?? server.address);
  if (options.wait !== false) await connected(page);
  return page;
}

/** Nothing of the page's left this machine, and it broke nowhere. `expected`: errors that belong
 *  to the scenario. */
export async function close_page(page, { expected = null } = {}) {
  const { errors, strangers } = page.takt;
  const odd = expected ? errors.filter((text) => !expected.test(text)) : errors;
  check(odd.length === 0, `errors in the page: ${odd.slice(0, 3).join(' | ')}`);
  check(strangers.length === 0, `requests to elsewhere: ${strangers.slice(0, 3).join(' ')}`);
  await page.context().close();
}

/** All the text a person can read. */
export function text_of(page) {
  return page.evaluate(() => document.body.innerText);
}

export async function says(page, pattern, limit_ms = 10000) {
  let seen = '';
  try {
    await until(async () => pattern.test((seen = await text_of(page))), `${pattern}`, limit_ms);
    return true;
  } catch {
    return check(false, `expected ${pattern} on the page; found: ${seen.slice(0, 600).replace(/\s+/g, ' ')}`);
  }
}

export async function connected(page) {
  await until(() => page.evaluate(() => document.querySelectorAll('main section').length > 1), 'panels', 15000);
}

export async function picture(page, name) {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: false });
}
