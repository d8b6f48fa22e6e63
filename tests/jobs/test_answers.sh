#!/usr/bin/env bash
# The numbers that the program prints: exact answers are found, and a wrong one is noticed; every
# example is sound; `takt new` gives a study that works.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

run 0 "$TAKT" validate --quiet
prints '29 of 29 pass'
run 1 "$TAKT" validate mm1 --quiet --set mm1_items=9.5
prints FAIL
says '1 of 3 answers are wrong'
run 1 "$TAKT" validate drying --quiet --set drying_petsc_Pe_1_foil=2.493
says '1 of 20 answers are wrong'

for study in "$examples"/*.yaml; do
    run 0 "$TAKT" check "$study"
    prints 'is sound'
    head -n 1 "$study" | grep -q '^# yaml-language-server: \$schema=' ||
        fail "$study names no schema in its first line"
    name=$(basename "$study" .yaml)
    run 0 "$TAKT" new "my-$name.yaml" --from "$name"
    run 0 "$TAKT" check "my-$name.yaml"
    prints "my-$name is sound"
done
run 0 "$TAKT" simulate my-mm1.yaml --set horizon.measured=1h --quiet
[ -d runs/my-mm1-1 ] || fail 'the run is not called after the study'

# What every station could do alone: 3 mills of 160 s, less failures (40 min each 8 h of work) and
# stops (6 min each 120 pieces, 5 min each 8 h).
run 0 "$TAKT" check "$examples/mini_factory.yaml" --json
expected=$(awk 'BEGIN { printf "%.6f", 3 * 3600 / 160 / (1 + 40/480 + 6*60/(120*160) + 5/480) }')
found=$(awk -F'[:,]' '
    /"name": "mill"/ { on = 1 }
    on && /pieces_per_h/ { printf "%.6f", $2; exit }' .out)
[ "$found" = "$expected" ] || fail "mills: found $found pieces/h, expected $expected"
finish
