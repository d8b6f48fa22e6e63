#!/usr/bin/env bash
# Many starts through the command line: they find what one search misses, say when two sets of
# values are as good, are the same bytes on 1 and 3 ranks, and save dryers of PETSc; a surrogate
# helps on the way down exactly as far as it may be believed.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

infer() { "$TAKT" physics infer drying "$@"; }
study=$examples/dryer_sensors.yaml
# unknown NAME COLUMN: a number of the table of unknowns. number KEY: of a JSON document.
unknown() { awk -v name="$1" -v column="$2" '$1 == name && NF == 8 { print $column }' .out; }
number() { sed -n "s/^ *\"$1\": \([-0-9.e+]*\),*$/\1/p" .out | tail -n 1; }
# below A B WHAT
below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && b != "" && a + 0 < b + 0) }' ||
    fail "$3: found $1, expected less than $2"; }

# Pyrometers and binder in the second half of the dryer only, and a belief about heat transfer that
# is twice too high: one search ends in a dryer that is none, eight find the true one.
mkdir -p late
awk -F, '/^film/ && $2 < 33 || /^solvent/ || /^binder/ && $2 < 40 { next } { print }' \
    "$examples/dryer_sensors.csv" >late/readings.csv
cat >late/study.yaml <<'YAML'
study: late
seed: 1
process: {model: battery}
battery: {cathode: {web_speed_m_min: 50, air_early_degC: 85, air_late_degC: 130}}
infer:
  data: readings.csv
  unknowns:
    - {name: diffusivity, mean: 8e-10}
    - {name: heat_transfer, windows: 2, mean: 2}
YAML
run 0 infer late/study.yaml --quiet --out one
below 1.3 "$(unknown heat_transfer_1 5)" 'the interval of a single start (truth 1.15)'
! grep -q '^Starts' .out || fail 'one start speaks of starts'
for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" physics infer drying late/study.yaml --quiet --out late$n \
        --set infer.starts=8
    for name_and_truth in diffusivity:4.0e-10 heat_transfer_1:1.15 heat_transfer_2:0.85; do
        name=${name_and_truth%:*} truth=${name_and_truth#*:}
        below "$(unknown "$name" 5)" "$truth" "$name from"
        below "$truth" "$(unknown "$name" 6)" "$name to"
    done
    grep -v '^Run folder' .out >late$n.txt
done
same late1/run.nc late3/run.nc
same late1.txt late3.txt
prints 'Starts (diffusivity, heat_transfer_1, heat_transfer_2), brought down by the batched kernel'
[ "$(grep -c '"text": "start [1-8] at diffusivity ' late3/log.jsonl)" -eq 8 ] ||
    fail 'the log does not say what became of each start'
grep -q 'start 1 at diffusivity 8e-10, heat_transfer_1 2, heat_transfer_2 2: ' late3/log.jsonl ||
    fail 'the first start is not that of the study'
grep -q '; with PETSc after ' late3/log.jsonl || fail 'the log does not say what PETSc found'

# Two readings of two unknown halves: two dryers explain them, and it is said.
mkdir -p two
cat >two/study.yaml <<'YAML'
study: two
process: {model: battery}
battery: {cathode: {web_speed_m_min: 50, air_early_degC: 85, air_late_degC: 130}}
infer: {data: two.csv, starts: 8, unknowns: [{name: heat_transfer, windows: 2}]}
YAML
printf '%s\n' sensor,time_s,value,standard_deviation binder_at_surface,38,1.1942,0.012 \
    binder_at_surface,40,1.3060,0.013 >two/two.csv
run 0 infer two/study.yaml --quiet
prints 'Two sets of values explain the sensors equally well: heat_transfer_1 '
prints 'on the way down). Sensors of another kind or place, or a prior (mean, sd), tell them apart'
prints 'a larger infer.finalists looks at more of them with PETSc'
run 0 infer two/study.yaml --quiet --json --set infer.finalists=2
prints 'Two sets of values explain the sensors equally well: heat_transfer_1 '
! grep -q 'on the way down' .out || fail 'both were polished'
[ "$(grep -c '"polish_solves": [0-9]' .out)" -eq 2 ] || fail 'expected two finalists'
[ "$(grep -c '"is_best": true' .out)" -eq 1 ] || fail 'expected one best start'
[ "$(grep -c '"began": ' .out)" -eq 16 ] || fail 'expected the values of all starts'
is_described 'physics infer'
# A prior decides.
run 0 infer two/study.yaml --quiet --set infer.unknowns[0].mean=1 --set infer.unknowns[0].sd=0.1
! grep -q 'equally well' .out || fail 'a prior of 10 % leaves one set of values'

# A network of time may begin in many places too.
if [ -z "${TAKT_SANITIZED:-}" ]; then
    run 0 infer "$study" --quiet --set infer.starts=3 --set infer.unknowns[1].neurons=2 \
        --set infer.unknowns[1].windows=8 --set infer.unknowns[1].sd=2
    prints 'Starts (diffusivity, heat_transfer at both ends)'
    below "$(unknown diffusivity 5)" 4.0e-10 'diffusivity from'
    below 4.0e-10 "$(unknown diffusivity 6)" 'diffusivity to'
    # The first is drawn around the plant's own curve, the others begin as constants.
    # began START: where its curve begins and ends.
    began() { sed -n "s/^ *$1  *[0-9.e-]*, \([0-9.]*\) to \([0-9.]*\) .*/\1 \2/p" .out; }
    began 1 | awk '{ exit !($1 != $2 && $1 * $2 > 0.99 && $1 * $2 < 1.01) }' ||
        fail "start 1: found $(began 1), expected a curve through 1"
    for start in 2 3; do
        began $start | awk '{ exit !(NF == 2 && $1 == $2) }' ||
            fail "start $start: found $(began $start), expected a constant"
    done
fi

# A surrogate over what this coat may ask, after a short training.
dryers fit 'width: 16' 'target: 0.5' 'iterations: 60' 'adam: 30' 'points: 256' >fit.yaml
run 0 "$TAKT" physics fit fit.yaml --quiet --out fit
weights=(--set infer.weights=fit/fit.safetensors)
far=(--set infer.unknowns[0].mean=1.3e-8 --set infer.unknowns[0].sd=0) # thirty times too large
run 0 infer "$study" --quiet --json "${far[@]}" --set infer.starts=1
cold=$(number solves) cold_sweeps=$(number iterations)
for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" physics infer drying "$study" --quiet --out warm$n \
        "${far[@]}" "${weights[@]}" --set infer.starts=4
    prints 'Binder on the way down: the surrogate answered'
    below "$(unknown diffusivity 5)" 4.0e-10 'diffusivity from'
    below 4.0e-10 "$(unknown diffusivity 6)" 'diffusivity to'
    grep -v '^Run folder' .out >warm$n.txt
done
same warm1/run.nc warm3/run.nc
same warm1.txt warm3.txt
run 0 infer "$study" --quiet --json "${far[@]}" "${weights[@]}" --set infer.starts=1
prints 'the surrogate answered'
below "$(number polish_solves)" "$cold" 'dryers of PETSc'
below "$(number polish_iterations)" "$cold_sweeps" 'steps of PETSc'
below 0 "$(number answered)" 'answers of the surrogate'
below 0 "$(number outside)" 'questions outside its box'

# Weights that are not certified are not believed: the answers are the batched kernel's.
run 1 "$TAKT" physics fit fit.yaml --quiet --set physics.target=0.01 --out rough
results() { sed '/"notes"/,$d; /"\(seconds\|run\|asked\|outside\|unsure\)":/d' .out; }
run 0 infer "$study" --quiet --json --set infer.starts=2
results >kernel.txt
run 0 infer "$study" --quiet --json --set infer.starts=2 --set infer.weights=rough/fit.safetensors
prints 'The weights are not certified and are not believed: the batched kernel answered in their'
below 0 "$(number unsure)" 'questions that were not believed'
[ "$(number answered)" = 0 ] || fail 'weights that are not certified were believed'
results >rough.txt
same kernel.txt rough.txt

# What is wrong is said in one line.
refuses infer.starts 'found 0, allowed: 1 to 256' -- infer "$study" --set infer.starts=0
refuses infer.starts 'found 257' -- infer "$study" --set infer.starts=257
refuses infer.finalists 'found 4, allowed: 1 to 3' -- infer "$study" --set infer.finalists=4
refuses infer.finalists 'found 3, allowed: 1 to 2' -- infer "$study" --set infer.finalists=3 \
    --set infer.starts=2
refuses infer.weights 'none.safetensors' 'No such file' -- infer "$study" \
    --set infer.weights=none.safetensors
refuses infer.weights "found ''" -- infer "$study" --set "infer.weights=''"
refuses infer.weights -- infer "$study" --set infer.weights="$study"
run 0 "$TAKT" physics fit decay --quiet --out decay
refuses infer.weights 'found a surrogate of decay, allowed: drying' -- infer "$study" \
    --set infer.weights=decay/decay.safetensors
LC_ALL=C sed 's/\("pde_version": *"\)[0-9]/\19/' fit/fit.safetensors >version.safetensors
refuses infer.weights "pde_version: found '9', allowed: " -- infer "$study" \
    --set infer.weights=version.safetensors
cp fit/fit.safetensors flipped.safetensors
size=$(stat -c %s flipped.safetensors)
byte=$(od -An -tu1 -j $((size - 100)) -N 1 flipped.safetensors)
# shellcheck disable=SC2059
printf "\\$(printf %03o $((byte ^ 1)))" |
    dd of=flipped.safetensors bs=1 seek=$((size - 100)) conv=notrunc status=none
refuses infer.weights 'flipped.safetensors' -- infer "$study" \
    --set infer.weights=flipped.safetensors
finish
