// Bundles the page and writes it as a C source that viz/assets.h describes: every asset
// compressed, the same bytes on every machine.
//
//   node build.mjs OUTDIR [--modules DIR] [--plain]
//
// --plain leaves out assets.c: for looking at the page with dev/serve.mjs.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const at = args.indexOf('--modules');
const modules = resolve(
  at >= 0 ? args.splice(at, 2)[1] : join(here, '../../build/web/node_modules'),
);
const isPlain = args.includes('--plain');
const out = resolve(
  args.find((arg) => !arg.startsWith('--')) ?? join(here, '../../build/web/page'),
);
const esbuild = createRequire(join(modules, 'x'))('esbuild');

const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const pages = { 'index.html': 'app.js', 'docs.html': 'docs.js' };
const addressOf = { 'index.html': '/', 'docs.html': '/docs' };

/** Copies a page, with a hint for each part that its script imports at once: so the browser fetches
 *  them together and not one after the other. */
function writePage(name, script, outputs) {
  const [, bundled] = outputs.find(([path]) => basename(path) === script);
  const parts = bundled.imports.filter((part) => part.kind === 'import-statement');
  const hints = parts.map((part) => `<link rel="modulepreload" href="${basename(part.path)}">\n`);
  const page = readFileSync(join(here, name), 'utf8');
  writeFileSync(join(out, name), page.replace('<script', `${hints.sort().join('')}<script`));
}

/** Bundles into OUTDIR; returns the names of the files, always in the same order. */
async function bundle() {
  const result = await esbuild.build({
    entryPoints: { app: join(here, 'src/app.ts'), docs: join(here, 'src/docs.ts') },
    outdir: out,
    bundle: true,
    splitting: true,
    chunkNames: 'part-[hash]',
    format: 'esm',
    minify: true,
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    nodePaths: [modules],
    metafile: true,
    absWorkingDir: here,
    logLevel: 'warning',
  });
  const outputs = Object.entries(result.metafile.outputs);
  for (const [page, script] of Object.entries(pages)) writePage(page, script, outputs);
  copyFileSync(join(here, 'icon.svg'), join(out, 'icon.svg'));
  const made = outputs.map(([path]) => basename(path));
  return [...Object.keys(pages), 'icon.svg', ...made].sort();
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

function writeAssets(files) {
  const arrays = [];
  const rows = [];
  for (const file of files) {
    const path = addressOf[file] ?? `/${file}`;
    const type = TYPES[file.split('.').pop()];
    const packed = compress(readFileSync(join(out, file)));
    const etag = createHash('sha256').update(packed).digest('hex').slice(0, 16);
    arrays.push(`static const unsigned char asset_${rows.length}[] = {\n${hex(packed)}};\n`);
    rows.push(
      `    {"${path}", "${type}", "\\"${etag}\\"", asset_${rows.length}, sizeof asset_${rows.length}, true},\n`,
    );
  }
  writeFileSync(
    join(out, 'assets.c'),
    [
      '// Made by viz/web/build.mjs.\n#include "viz/assets.h"\n\n',
      ...arrays,
      `const takt_asset takt_assets[] = {\n${rows.join('')}    {0}};\n`,
      `const int takt_n_assets = ${rows.length};\n`,
    ].join(''),
  );
}

mkdirSync(out, { recursive: true });
const files = await bundle();
if (!isPlain) writeAssets(files);
