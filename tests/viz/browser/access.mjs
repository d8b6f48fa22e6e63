// Nobody sees anything without the token, and nobody is talked to but this server.

import { request } from 'node:http';
import {
  api, check, close_page, connected, finished, is_alive, open_page, says, stop, text_of, until, watch,
} from './common.mjs';

/** A request as only a foreign page or tool would send it: with any Host and Origin. */
function raw(server, { path = '/api/v1/status', method = 'GET', headers = {} }) {
  return new Promise((done, failed) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (bytes) => (text += bytes));
      answer.on('end', () => done({ status: answer.statusCode, text, headers: answer.headers }));
    });
    sent.on('error', failed);
    sent.end();
  });
}

async function refused(server, token, sentence) {
  const address = `${server.origin}/${token === null ? '' : `#token=${token}`}`;
  const page = await open_page(server, { address, wait: false });
  const shown = await says(page, /token/i);
  const text = await text_of(page);
  check(shown && !/mini_factory|saw|mill/.test(text), `${sentence}: nothing of the run may be on the page`);
  await close_page(page, { expected: /WebSocket|401|Failed to load/ });
}

async function token() {
  const server = await watch(['view', await finished('simulate')]);
  await refused(server, null, 'no token');
  await refused(server, '0'.repeat(server.token.length), 'wrong token');

  const page = await open_page(server);
  check(!page.url().includes(server.token), 'the token leaves the address');
  await page.reload();
  await connected(page);
  const kept = await page.evaluate(() => [document.cookie, JSON.stringify(localStorage)].join(' '));
  check(!kept.includes(server.token), 'the token is in sessionStorage alone, without cookies');
  await close_page(page);

  check((await api(server, 'api/v1/status')).status === 200, 'the token opens REST');
  for (const path of ['api/v1/status', 'api/v1/runs', 'metrics', 'api/v1/study', 'api/v1/openapi.json'])
    for (const wrong of ['', 'x', '0'.repeat(32)]) {
      const { status, text } = await api(server, path, { token: wrong });
      check(status === 401, `${path} without the token: found ${status}`);
      check(!/mini_factory/.test(text), `${path} without the token says nothing of the run`);
    }
  await stop(server);
}

async function foreign() {
  const server = await watch(['view', await finished('simulate')]);
  const bearer = { Authorization: `Bearer ${server.token}` };
  const host = `127.0.0.1:${server.port}`;
  const status = async (headers, path) => (await raw(server, { path, headers: { ...bearer, ...headers } })).status;
  check((await status({ Host: host })) === 200, 'its own Host');
  check((await status({ Host: `evil.example:${server.port}` })) === 403, 'a Host that is not ours');
  check((await status({ Host: host, Origin: 'http://evil.example' })) === 403, 'a foreign Origin');
  check((await status({ Host: host, Origin: `http://127.0.0.1:${server.port + 1}` })) === 403, 'another port');
  check((await status({ Host: host, Origin: `http://${host}` })) === 200, 'its own Origin');
  for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/app.js/../../x']) {
    const answer = await raw(server, { path, headers: { Host: host } });
    check(!/root:/.test(answer.text) && answer.status !== 500, `${path}: found ${answer.status}`);
  }
  const { headers } = await raw(server, { path: '/', headers: { Host: host } });
  const policy = headers['content-security-policy'] ?? '';
  check(/connect-src 'self'/.test(policy), `connect-src of the policy: ${policy}`);
  check(!/unsafe-inline|unsafe-eval|\*/.test(policy), `nothing unsafe in the policy: ${policy}`);
  check(/require-trusted-types-for 'script'/.test(policy), `Trusted Types in the policy: ${policy}`);
  check(!headers['set-cookie'], 'no cookies');
  check(is_alive(server), 'the server lives');
  await stop(server);
}

async function read_only() {
  const server = await watch(['view', await finished('simulate')]);
  const calls = ['start', 'optimise', 'stop', 'checkpoint', 'reset'];
  for (const call of calls) {
    const { status } = await api(server, `api/v1/${call}`, { method: 'POST', body: { verb: 'simulate' } });
    check([403, 409].includes(status), `${call} without --control: found ${status}`);
  }
  const page = await open_page(server);
  await until(async () => (await text_of(page)).includes('mini_factory'), 'the name of the study');
  check((await page.getByRole('button', { name: /^(start|simulate|optimi[sz]e|stop)$/i }).count()) === 0,
    'no buttons that start or stop');
  await close_page(page);
  await stop(server);
}

export const scenarios = { token, foreign, read_only };
