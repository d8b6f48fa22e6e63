#!/usr/bin/env bash
# The reference page of the study's keys is what this program writes: nobody edits it by hand, and
# nobody forgets it.
set -euo pipefail
page=$TAKT_SOURCE_DIR/docs/study.md
fresh=$TAKT_BINARY_DIR/study.md
"$TAKT_BINARY_DIR/takt" schema --reference >"$fresh"
if ! diff -u "$page" "$fresh"; then
    echo "docs/study.md is not what the program says (above); run ./dev docs"
    exit 1
fi
