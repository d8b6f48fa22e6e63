// Bundles the page and writes it as a C source that viz/assets.h describes: every asset
// compressed, the same bytes on every machine.
//
//   node build.mjs OUTDIR [--modules DIR] [--plain]
//
// --plain leaves out assets.c: for looking at the page with dev/serve.mjs.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const at = args.indexOf('--modules');
const modules = resolve(at >= 0 ? args.splice(at, 2)[1] : join(here, '../../build/web/node_modules'));
const isPlain = args.includes('--plain');
const out = resolve(args.find((arg) => !arg.startsWith('--')) ?? join(here, '../../build/web/page'));
const esbuild = createRequire(join(modules, 'x'))('esbuild');

// path in the address, file under OUTDIR, content type
const assets = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/app.js', 'app.js', 'text/javascript; charset=utf-8'],
  ['/app.css', 'app.css', 'text/css; charset=utf-8'],
  ['/docs', 'docs.html', 'text/html; charset=utf-8'],
  ['/docs.js', 'docs.js', 'text/javascript; charset=utf-8'],
];

async function bundle() {
  await esbuild.build({
    entryPoints: { app: join(here, 'src/app.ts'), ...(existsSync(join(here, 'src/docs.ts')) ? { docs: join(here, 'src/docs.ts') } : {}) },
    outdir: out,
    bundle: true,
    minify: true,
    target: 'es2020',
    format: 'iife',
    charset: 'utf8',
    legalComments: 'none',
    nodePaths: [modules],
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'docs.html'])
    writeFileSync(join(out, name), readFileSync(join(here, name)));
}

// gzipSync writes no time and no name; the tenth byte names the operating system.
function compress(bytes) {
  const packed = gzipSync(bytes, { level: 9 });
  packed[9] = 255;
  return packed;
}

function hex(bytes) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += 16)
    lines.push([...bytes.subarray(i, i + 16)].map((byte) => String(byte)).join(','));
  return lines.join(',\n');
}

function writeAssets() {
  const arrays = [];
  const rows = [];
  for (const [path, file, type] of assets) {
    const packed = compress(readFileSync(join(out, file)));
    const etag = createHash('sha256').update(packed).digest('hex').slice(0, 16);
    arrays.push(`static const unsigned char asset_${rows.length}[] = {\n${hex(packed)}};\n`);
    rows.push(`    {"${path}", "${type}", "\\"${etag}\\"", asset_${rows.length}, sizeof asset_${rows.length}, true},\n`);
  }
  writeFileSync(join(out, 'assets.c'), [
    '// Made by viz/web/build.mjs.\n#include "viz/assets.h"\n\n',
    ...arrays,
    `const takt_asset takt_assets[] = {\n${rows.join('')}    {0}};\n`,
    `const int takt_n_assets = ${rows.length};\n`,
  ].join(''));
}

mkdirSync(out, { recursive: true });
await bundle();
if (!isPlain) writeAssets();
