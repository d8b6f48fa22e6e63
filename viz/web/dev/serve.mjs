// Serves the page with the sample run, for those who work on it:
//
//   node viz/web/dev/serve.mjs [PORT]     then open the address that it prints
//
// ?done=0.4 in the address shows a search that is under way; ?only=simulate a simulation.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelTable, sampleDocuments, sampleValues } from './sample.mjs';

const port = Number(process.argv[2] ?? 8770);
const out = join(tmpdir(), `takt-page-${process.getuid?.() ?? 0}`);
const build = fileURLToPath(new URL('../build.mjs', import.meta.url));
const table = channelTable();
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";
const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

export function frameOf(channel, sizes, values, { firstRow = 0, whole = true, sequence = 1 } = {}) {
  const type = { double: 0, integer: 1, text: 2 }[channel.type];
  const payload =
    type === 2
      ? Buffer.from(values.map((text) => `${text}\0`).join(''), 'utf8')
      : Buffer.from(
          type === 0
            ? Float64Array.from(values).buffer
            : BigInt64Array.from(values, (v) => BigInt(Math.round(v))).buffer,
        );
  const head = Buffer.alloc(64);
  head.writeUInt32LE(0x31544b54, 0);
  head.writeUInt16LE(channel.id, 4);
  head.writeUInt8(type, 6);
  head.writeUInt8(whole ? 1 : 0, 7);
  head.writeUInt8(sizes.length, 8);
  head.writeUInt32LE(payload.length, 12);
  head.writeBigUInt64LE(BigInt(sequence), 16);
  head.writeDoubleLE(NaN, 24);
  for (let d = 0; d < 3; ++d) head.writeUInt32LE(sizes[d] ?? 1, 32 + 4 * d);
  head.writeUInt32LE(firstRow, 44);
  head.writeUInt32LE(firstRow + sizes[0], 48);
  head.writeUInt32LE(1, 52);
  return Buffer.concat([head, payload]);
}

function message(bytes, opcode) {
  const n = bytes.length;
  const head = Buffer.alloc(n < 126 ? 2 : n < 65536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (n < 126) head[1] = n;
  else if (n < 65536) (head.writeUInt16BE(n, 2), (head[1] = 126));
  else (head.writeBigUInt64BE(BigInt(n), 2), (head[1] = 127));
  return Buffer.concat([head, bytes]);
}

// The page of a query is remembered for the socket that follows: this server has one reader.
let query = new URLSearchParams();

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const name =
    url.pathname === '/'
      ? 'index.html'
      : url.pathname === '/docs'
        ? 'docs.html'
        : url.pathname.slice(1);
  if (url.pathname === '/') {
    query = url.searchParams;
    spawnSync(process.execPath, [build, out, '--plain'], { stdio: 'inherit' });
  }
  try {
    if (!/^[a-zA-Z0-9.-]+$/.test(name)) throw new Error(name);
    const bytes = readFileSync(join(out, name));
    response.writeHead(200, {
      'Content-Type': TYPES[name.split('.').pop()],
      'Content-Security-Policy': POLICY,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
});

function content() {
  const done = Number(query.get('done') ?? 1);
  const values = sampleValues(done, { isProven: !query.has('nothing') });
  const documents = sampleDocuments(done);
  if (query.get('only') === 'simulate') {
    documents.run.verb = 'simulate';
    for (const part of ['mean', 'lo', 'hi']) values[`kpi_${part}`] = values[`best_kpi_${part}`];
    for (const name of Object.keys(values))
      if (/^(best|baseline|set_point)/.test(name)) delete values[name];
  }
  return { values, documents };
}

server.on('upgrade', (request, socket) => {
  const key = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: takt.v1\r\n\r\n`,
  );
  const text = (value) => socket.write(message(Buffer.from(JSON.stringify(value)), 1));
  socket.on('error', () => {});
  const { values, documents } = content();
  text({
    type: 'info',
    protocol: 'takt.v1',
    version: '0.1.0',
    session: 'sample',
    role: 'control',
    run: '',
    capabilities: ['open', 'control', 'rows', 'showcase', 'download'],
  });
  text({ type: 'channels', list: table });
  for (const [name, value] of Object.entries(documents)) text({ type: 'document', name, value });
  text({
    type: 'log',
    first: 0,
    lines: [
      {
        time: '2026-11-21T16:06:55Z',
        level: 'info',
        topic: 'start',
        text: 'optimize battery_line on 2 ranks',
      },
    ],
  });
  for (const [name, { sizes, values: list }] of Object.entries(values))
    socket.write(
      message(
        frameOf(
          table.find((row) => row.name === name),
          sizes,
          list,
        ),
        2,
      ),
    );
});

server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/#token=sample`));
