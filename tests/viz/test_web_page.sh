#!/usr/bin/env bash
# The page as it is built: its first load is at most 60 KB compressed, the same bytes come out
# twice, nothing in it talks to another host or turns text into markup. Exit code 77 without Node.
set -euo pipefail

modules=${TAKT_NODE_MODULES:-$TAKT_SOURCE_DIR/build/web/node_modules}
if ! command -v node >/dev/null || [ ! -d "$modules/esbuild" ]; then
    echo "skipped: needs node and $modules/esbuild"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
mistake() {
    echo "FAILED: $*"
    failed=1
}

web=$TAKT_SOURCE_DIR/viz/web
node "$web/build.mjs" "$work/a" --modules "$modules"
node "$web/build.mjs" "$work/b" --modules "$modules"
diff -r "$work/a" "$work/b" || mistake "two builds differ"

# What the first screen needs: the page, its style, its script and what that imports at once.
cd "$work/a"
first=(index.html app.css app.js)
while read -r part; do first+=("$part"); done < <(
    grep -oE '(from|import)"\./part-[A-Z0-9]+\.js"' app.js |
        grep -oE 'part-[A-Z0-9]+\.js' | sort -u)
bytes=0
for file in "${first[@]}"; do
    bytes=$((bytes + $(gzip -9nc "$file" | wc -c)))
done
echo "first load: $bytes bytes compressed (${first[*]})"
[ "$bytes" -le 60000 ] || mistake "first load: $bytes bytes, allowed: 60000"

address='https?://[^"`'"'"' )]*'
if grep -oE "$address" ./*.js ./*.css ./*.html | grep -v 'http://www.w3.org/2000/svg'; then
    mistake "an address of another host (above)"
fi
markup='\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment)\b'
if grep -nE "$markup" ./*.js | cut -c1-200; then
    mistake "text can become markup (above)"
fi
if grep -nE 'style="|<style|<script[^>]*>[^<]|\son[a-z]+="' ./*.html; then
    mistake "inline style or script, which the policy forbids (above)"
fi
grep -q '"resolved"' "$web/package-lock.json" && mistake "package-lock.json holds addresses"
exit $failed
