#!/usr/bin/env bash
# Help and usage: every verb says what it does and which flags it has; what is typed wrong is
# answered with the nearest right word; the version is that of the project.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

run 0 "$TAKT" help
expected='new check simulate optimize physics validate bench view runs schema doctor help'
verbs=$(sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' .out)
[ "$(echo $verbs)" = "$expected" ] ||
    fail "found verbs: $verbs"
cp .out overview
run 0 "$TAKT"
same overview .out
run 0 "$TAKT" --help
same overview .out
for verb in $verbs; do
    run 0 "$TAKT" "$verb" --help
    prints "usage: takt $verb"
    prints "--help"
    cp .out by_flag
    run 0 "$TAKT" help "$verb"
    same by_flag .out
done
run 0 "$TAKT" --version
version=$(sed -n 's/^project(takt VERSION \([0-9.]*\).*/\1/p' "$TAKT_SOURCE_DIR/CMakeLists.txt")
[ "$(cat .out)" = "takt $version" ] || fail "found version '$(cat .out)'"

refuses "'simulat'" "did you mean 'simulate'?" -- "$TAKT" simulat x.yaml
refuses "'zzzzzz'" "allowed: new, check" -- "$TAKT" zzzzzz
refuses "'--jsn'" "did you mean '--json'?" -- "$TAKT" simulate x.yaml --jsn
refuses "'--replications'" "allowed: --set" -- "$TAKT" simulate x.yaml --replications 3
refuses "--json" "allowed: none" -- "$TAKT" simulate x.yaml --json=yes
refuses "--out" "found nothing" -- "$TAKT" simulate x.yaml --out
refuses "--out" "found nothing" -- "$TAKT" simulate x.yaml --out --json
refuses "--seed" "'-3'" "0 to 9223372036854775807" -- "$TAKT" simulate x.yaml --seed -3
refuses "seed" "in digits, at most 9223372036854775807" \
    -- "$TAKT" simulate "$examples/mm1.yaml" --seed 9223372036854775808
refuses "--device" "'gpu'" "auto, cpu, cuda" -- "$TAKT" simulate x.yaml --device gpu
refuses "found no study" -- "$TAKT" simulate
refuses "found 0 arguments" "takt check STUDY" -- "$TAKT" check
refuses "one argument too many" "'b'" -- "$TAKT" check a b
refuses "physics" "'fitt'" "did you mean 'fit'?" -- "$TAKT" physics fitt drying
refuses "physics fit" "'dryer'" "allowed: decay, heat" "or a study" -- "$TAKT" physics fit dryer
refuses "physics solve" "'heat'" "allowed: drying" -- "$TAKT" physics solve heat
refuses "physics solve: found --resume" -- "$TAKT" physics solve drying --resume
refuses "found 1 argument" "fit PROCESS [STUDY]" -- "$TAKT" physics fit
refuses "validate" "'mm2'" "did you mean 'mm1'?" -- "$TAKT" validate mm2
refuses "--set" "'mm1_item'" "did you mean 'mm1_items'?" -- "$TAKT" validate --set mm1_item=9
refuses "mm1_items" "found no number" -- "$TAKT" validate mm1 --set mm1_items=nine
refuses "mm1_items" "found no number" -- "$TAKT" validate mm1 --set mm1_items=nan
refuses "runs" "allowed: takt runs" -- "$TAKT" runs x
refuses "'zzzzzzzz'" \
    'allowed: mm1, line_20, battery_line, state, hold, drying_batch, drying_petsc, farm, start' \
    -- "$TAKT" bench zzzzzzzz
refuses "bench" "'fram'" "did you mean 'farm'?" -- "$TAKT" bench fram
finish
