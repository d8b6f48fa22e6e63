#!/usr/bin/env bash
# A plant whose dryers are answered by a surrogate: weights that may and may not be used, the same
# bytes on any number of ranks, fall-backs that are said, and a plant that hardly notices.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# A short training over what today's plant asks for; nothing but the dryers shall be tested.
dryers dryers 'target: 0.3' 'iterations: 200' 'adam: 100' 'points: 600' >dryers.yaml
run 0 "$MPIEXEC" -q -n 2 "$TAKT" physics fit dryers.yaml --quiet --out fit
weights=fit/dryers.safetensors
tier=(--set process.tier=surrogate --set process.weights="$weights")
plant=$examples/battery_line.yaml

# The plant: all dryers are answered, on any number of ranks alike, near the batched kernel.
for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate "$plant" "${tier[@]}" --quiet --out run$n \
        --set replications=6
    prints 'Dryers: the surrogate answered 16 of 16; the batched kernel solved 0 outside its box'
    grep -q 'the surrogate answered 16 of 16' run$n/log.jsonl || fail 'the log says nothing'
done
same run1/run.nc run3/run.nc
same run1/study.yaml run3/study.yaml
grep -q "weights: .*$weights" run1/study.yaml || fail 'the effective study forgot the weights'
run 0 "$TAKT" simulate run1/study.yaml --quiet --out again # found from where takt was called
same run1/run.nc again/run.nc
run 0 "$TAKT" check "$plant" "${tier[@]}" --json
prints 'Dryers: the surrogate answered 16 of 16'
adhesion() { sed -n 's/^ *adhesion_anode *1 *\([0-9.]*\).*/\1/p' "$work/.out"; }
run 0 "$TAKT" check "$plant"
! grep -q Dryers .out || fail 'the tier batch speaks of a surrogate'
batch=$(adhesion)
run 0 "$TAKT" check "$plant" "${tier[@]}"
awk -v a="$batch" -v b="$(adhesion)" 'BEGIN { exit !(a > 0 && b != a && (a - b) ^ 2 < 0.1 ^ 2) }' ||
    fail "adhesion: found $(adhesion), expected about $batch"

# Weights beside the study are found from anywhere; the study's own folder comes first.
mkdir -p plant elsewhere
sed 's/^process: .*/process: {model: battery, tier: surrogate, weights: w.safetensors}/' \
    "$plant" >plant/line.yaml
cp "$weights" plant/w.safetensors
echo 'no weights' >elsewhere/w.safetensors
run 0 env -C elsewhere "$TAKT" check ../plant/line.yaml
prints 'Dryers: the surrogate answered 16 of 16'

# Outside the box the batched kernel answers, bit for bit, and it is said.
prints_of() { sed -n '/^Results/,/^Run folder/p' "$work/.out" | grep -v 'Run folder'; }
slow=(--set battery.parameters.binder_diffusivity_m2_s=1e-10 --set replications=2)
run 0 "$TAKT" simulate "$plant" "${tier[@]}" "${slow[@]}" --quiet --out slow
prints 'the surrogate answered 0 of 16; the batched kernel solved 16 outside its box'
prints_of >slow.txt
run 0 "$TAKT" simulate "$plant" "${slow[@]}" --quiet --out slow_batch
prints_of >slow_batch.txt
[ -s slow.txt ] || fail 'no results to compare'
same slow.txt slow_batch.txt

# A search runs on it and logs what its own ranks saw.
small=(--set optimize.generations=2 --set optimize.population=6 --set optimize.replications=1
    --set optimize.replications_end=1 --set optimize.finalists=1
    --set optimize.final_replications=2 --set optimize.slope_replications=2
    --set optimize.pde_cells=16 --set horizon.measured=3d --set horizon.warm_up=1d)
for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" optimize "$plant" "${tier[@]}" "${small[@]}" --quiet \
        --out best$n
    grep -q 'the surrogate answered' best$n/log.jsonl || fail 'the log of a search says nothing'
done
same best1/run.nc best3/run.nc
same best1/best.yaml best3/best.yaml

# What is wrong is said in one line.
refuses process.tier 'found surrogate without weights' -- "$TAKT" check "$plant" \
    --set process.tier=surrogate
refuses process.weights 'allowed: none with tier batch' -- "$TAKT" check "$plant" \
    --set process.weights="$weights"
refuses process.weights 'none.safetensors' 'No such file' -- "$TAKT" check "$plant" \
    --set process.tier=surrogate --set process.weights=none.safetensors
refuses process.weights 'elsewhere/w.safetensors' -- "$TAKT" check "$plant" \
    --set process.tier=surrogate --set process.weights=elsewhere/w.safetensors
refuses process.tier 'process.model names no model' -- "$TAKT" check "$examples/mm1.yaml" \
    "${tier[@]}"
run 0 "$TAKT" physics fit decay --quiet --out decay
refuses process.weights 'found a surrogate of decay, allowed: drying' -- "$TAKT" check "$plant" \
    --set process.tier=surrogate --set process.weights=decay/decay.safetensors
run 1 "$TAKT" physics fit dryers.yaml --quiet --out short --set physics.target=1e-3 \
    --set physics.iterations=20 --set physics.adam=10
refuses process.weights 'not certified' -- "$MPIEXEC" -q -n 2 "$TAKT" simulate "$plant" --quiet \
    --set process.tier=surrogate --set process.weights=short/dryers.safetensors
finish
