#!/usr/bin/env bash
# A surrogate through the command line: the ladder, the certificate, the same bytes on 1, 2 and 3
# ranks and after a stop, refusals, and weights that are not believed.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# The smallest study; its weights are those of any number of ranks.
for n in 1 2 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" physics fit "$examples/decay.yaml" --quiet --out decay$n
    prints 'least squares'
    prints 'Certified: the error is'
    run 0 "$MPIEXEC" -q -n $n "$TAKT" physics fit decay --quiet --out net$n \
        --set physics.method=network --set physics.target=1e-6 --set physics.starts=2
done
same decay1/decay.safetensors decay2/decay.safetensors decay3/decay.safetensors
same decay1/run.nc decay2/run.nc decay3/run.nc
same net1/decay.safetensors net2/decay.safetensors net3/decay.safetensors
same net1/run.nc net2/run.nc net3/run.nc
readable net1
run 0 "$TAKT" physics fit decay1/study.yaml --quiet --out again # the effective study says it all
same decay1/decay.safetensors again/decay.safetensors

# The check finds what the file says.
run 0 "$MPIEXEC" -q -n 2 "$TAKT" physics check decay1/decay.safetensors --json --quiet
prints '"verb": "physics check"'
prints '"name": "error_max"'
is_described 'physics check'
! grep -q 'says otherwise' .out || fail "the certificate is not repeated: $(cat .out)"

# A box of one parameter: a table is the cheapest that is good enough, and says so.
cat >slab.yaml <<'YAML'
study: slab_of_mine
physics: {process: slab, target: 1e-4, box: [{name: biot, min: 0.5, max: 2}]}
YAML
run 0 "$TAKT" physics fit slab slab.yaml --quiet --out slab
prints 'share_of_box'
prints 'Certified: with 95 % confidence'
run 0 "$TAKT" physics check slab/slab_of_mine.safetensors --quiet

# Too little training is no surrogate: exit 1 and the reason, weights that say so themselves.
run 1 "$TAKT" physics fit burgers --quiet --out short --set physics.iterations=40 \
    --set physics.adam=20 --set physics.points=200
says 'burgers: not certified: found an error of'
prints 'Not certified'
[ -e short/burgers.safetensors ] || fail 'no weights to look at'
run 1 "$TAKT" physics check short/burgers.safetensors --quiet
says 'not certified'

# A stop leaves a checkpoint, and any number of ranks goes on to the same bytes.
long=(--set physics.method=network --set physics.iterations=1500 --set physics.adam=200
    --set physics.target=1e-14 --set physics.points=6000)
run 1 "$TAKT" physics fit heat --quiet --out whole "${long[@]}"
"$TAKT" physics fit heat --quiet --out cut "${long[@]}" >/dev/null 2>.err &
child=$!
for _ in $(seq 200); do
    [ ! -s cut/log.jsonl ] || break
    sleep 0.05
done
sleep 0.5
kill -USR1 $child || fail 'it ended before it could be stopped'
code=0
wait $child || code=$?
[ "$code" -eq 75 ] || fail "found code $code after a stop, expected 75: $(cat .err)"
says 'takt physics fit --resume cut'
run 1 "$MPIEXEC" -q -n 2 "$TAKT" physics fit --resume cut --quiet
same whole/heat.safetensors cut/heat.safetensors
same whole/run.nc cut/run.nc

# What is wrong is said in one line.
refuses "'x'" 'physics.box[0].name' 'allowed: biot' -- "$TAKT" physics fit slab \
    --set 'physics.box=[{name: x, min: 1, max: 2}]'
refuses 'physics.box[0].max' 'found 1e+09' -- "$TAKT" physics fit slab \
    --set 'physics.box=[{name: biot, min: 1, max: 1e9}]'
refuses 'physics.method' 'burgers is not linear' -- "$TAKT" physics fit burgers \
    --set physics.method=least_squares
refuses 'physics.process' 'allowed: takt physics fit PROCESS' -- "$TAKT" physics fit heat slab.yaml
refuses 'physics.process' -- "$TAKT" physics fit "$examples/mm1.yaml"
printf '%s\n' 'study: nothing' 'physics: {target: 1e-3}' >nothing.yaml
refuses nothing.yaml:2:10: 'physics.process: found none, allowed: decay, ' \
    'or takt physics fit' -- "$TAKT" physics fit nothing.yaml
run 0 "$TAKT" physics fit decay nothing.yaml --quiet --out decay_of_nothing
printf '%s\n' 'study: width' 'physics: {process: drying, width: -3}' >width.yaml
refuses 'physics.width: found -3' -- "$TAKT" physics fit width.yaml
printf '%s\n' 'study: model' 'process: {model: battery}' 'battery: {}' \
    'physics: {process: drying}' >model.yaml
refuses model.yaml:2:18: 'process.model: found a plant without stations' 'physics alone' -- \
    "$TAKT" physics fit model.yaml
refuses 'process.model: found a plant without stations' -- "$TAKT" physics fit drying model.yaml
refuses 'factory' 'this study is for takt physics fit' -- "$TAKT" simulate slab.yaml
refuses 'an empty or new folder' -- "$TAKT" physics fit decay --out decay1
# Before the certificate is solved for: these say nothing of 200 cases.
weights=slab/slab_of_mine.safetensors
refuses 'mm1.yaml:' 'process.model: found no dryers' -- \
    "$TAKT" physics check $weights "$examples/mm1.yaml"
refuses 'dryer_sensors.yaml' 'factory: found none, allowed: the plant' -- \
    "$TAKT" physics check $weights "$examples/dryer_sensors.yaml"
refuses $weights 'found a surrogate of slab, allowed: drying' -- \
    "$MPIEXEC" -q -n 2 "$TAKT" physics check $weights "$examples/battery_line.yaml"
refuses 'physics check: found --out' -- "$TAKT" physics check $weights --out checked
echo 'no weights' >none.safetensors
refuses 'none.safetensors' -- "$TAKT" physics check none.safetensors
head -c 600 decay1/decay.safetensors >half.safetensors
refuses 'half.safetensors' -- "$TAKT" physics check half.safetensors
finish
