#!/usr/bin/env bash
# The pages that come from tables are what this program writes: nobody edits them by hand, and
# nobody forgets them.
set -euo pipefail
takt=$TAKT_BINARY_DIR/takt
failed=0

# in_step FILE COMMAND...: the file is what the command prints.
in_step() {
    local file=$1
    shift
    if ! "$@" | diff -u "$TAKT_SOURCE_DIR/$file" -; then
        echo "$file is not what the program says (above); run ./dev docs"
        failed=1
    fi
}
in_step docs/study.md "$takt" schema --reference
in_step examples/takt.schema.json "$takt" schema
exit $failed
