#!/usr/bin/env bash
# A disk that fills up in the middle: exit code 1, one line, and the previous file as it was.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
study=$examples/mini_factory.yaml

# limited KILOBYTES COMMAND...: no file of the command may grow beyond that.
limited() {
    (
        ulimit -f "$1"
        shift
        exec "$@"
    )
}
run 0 "$TAKT" simulate "$study" --set replications=2000 --set horizon.measured=1h --quiet \
    --out whole
size=$(($(stat -c %s whole/run.nc) / 1024))
[ "$size" -gt 200 ] || fail "run.nc is too small for this test: $size kB"

# The study and the first results fit, the last ones do not.
run 1 limited $((size / 2)) "$TAKT" simulate "$study" --set replications=2000 \
    --set horizon.measured=1h --quiet --out full
[ "$(grep -c '^takt: ' .err)" -eq 1 ] || fail "expected one error line, found: $(cat .err)"
says 'full/'
[ -z "$(find full -name '*.part*')" ] || fail "left behind: $(find full -name '*.part*')"
readable full
run 0 "$TAKT" simulate --resume full --quiet
same whole/run.nc full/run.nc

# Not even the first file fits: no empty folder is left, and it is the disk's fault (1), not the
# user's (2).
run 1 limited 0 "$TAKT" simulate "$study" --quiet --out nothing
[ ! -e nothing ] || fail 'left an empty folder'
run 1 limited 0 "$TAKT" new a.yaml
[ -z "$(find . -name 'a.yaml*')" ] || fail "left behind: $(find . -name 'a.yaml*')"

finish
