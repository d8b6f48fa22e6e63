#!/usr/bin/env bash
# The numbers that the program prints: every example is sound; `takt new` gives a study that works.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

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
"$TAKT" schema >schema
same takt.schema.json schema
run 0 "$TAKT" simulate my-mm1.yaml --set horizon.measured=1h --quiet
[ -d runs/my-mm1-1 ] || fail 'the run is not called after the study'

# A slow machine behind a fast one is the bottleneck once it has work, in the trial of check
# as in simulate; a plant that makes nothing good is told so, and why the search found nothing.
cat >slow.yaml <<'END'
study: slow
horizon: {measured: 1 d}
factory:
  prices: {fixed_per_year: 1000}
  buffers: [{name: between, capacity: 3}]
  stations:
  - {name: fast, service: {mean: 10}, routes: [{to: between}]}
  - {name: slow, service: {mean: 60}, inputs: [{from: between}], routes: [{to: out}]}
set_points:
  - {name: places, value: 3, min: 1, max: 9, integer: true,
     targets: ["factory.buffers[between].capacity"]}
optimize: {population: 4, generations: 2, final_replications: 2, slope_replications: 2}
END
run 0 "$TAKT" check slow.yaml
grep -A 2 '^Expected bottleneck' .out | grep -q '^  slow *0.999$' || fail "$(cat .out)"
run 0 "$TAKT" simulate slow.yaml --quiet
grep -A 2 '^Bottleneck' .out | grep -q '^  slow *0.999 *0.999 *0.999$' || fail "$(cat .out)"
sed -i 's/to: out/to: scrap/' slow.yaml
run 0 "$TAKT" check slow.yaml
prints 'Nothing good came out'
run 1 "$TAKT" optimize slow.yaml --quiet
says 'makes nothing good'
run 1 "$TAKT" optimize "$examples/battery_line.yaml" --quiet --set horizon.measured=1d \
    --set optimize.generations=2 --set battery.parameters.adhesion_min=0.8
says 'the nearest breaks adhesion_'

# What every station could do alone: 3 mills of 160 s, less failures (40 min each 8 h of work) and
# stops (6 min each 120 pieces, 5 min each 8 h).
run 0 "$TAKT" check "$examples/mini_factory.yaml" --json
expected=$(awk 'BEGIN { printf "%.6f", 3 * 3600 / 160 / (1 + 40/480 + 6*60/(120*160) + 5/480) }')
found=$(awk -F'[:,]' '
    /"name": "mill"/ { on = 1 }
    on && /pieces_per_h/ { printf "%.6f", $2; exit }' .out)
[ "$found" = "$expected" ] || fail "mills: found $found pieces/h, expected $expected"
finish
