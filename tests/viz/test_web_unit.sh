#!/usr/bin/env bash
# The page's own parts: decoder, model, what is derived, formatting (tests/viz/web/*.test.ts), run
# by Node. Exit code 77 without Node or the page's packages.
set -euo pipefail

modules=${TAKT_NODE_MODULES:-$TAKT_SOURCE_DIR/build/web/node_modules}
if ! command -v node >/dev/null || [ ! -d "$modules/esbuild" ]; then
    echo "skipped: needs node and $modules/esbuild"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TAKT_SOURCE_DIR
node --input-type=module - "$TAKT_SOURCE_DIR/tests/viz/web" "$work" "$modules" <<'END'
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
const [folder, outdir, modules] = process.argv.slice(2);
const { buildSync } = createRequire(join(modules, 'x'))('esbuild');
const names = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
buildSync({
  entryPoints: names.map((name) => join(folder, name)),
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node18',
  format: 'esm',
  nodePaths: [modules],
  outExtension: { '.js': '.mjs' },
  sourcemap: 'inline',
  logLevel: 'error',
});
END
node --enable-source-maps --test "$work"
