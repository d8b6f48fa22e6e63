#!/usr/bin/env bash
# The box that a plant needs, through the command line: found from its set-points, the same on any
# number of ranks, a part of the effective study, changed by physics.box, and checked again.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# Nothing but the box shall be tested: training is short, and air stays as it is today.
plant=$examples/battery_line.yaml
sed '/name: .*_air_/,+1d' "$plant" >calm.yaml
short=(--set physics.method=network --set physics.target=0.09 --set physics.iterations=250
    --set physics.adam=100 --set physics.points=600)

# box_of STUDY: name, min and max of each parameter, as the effective study says them.
box_of() {
    sed -n '/^  box:/,/^  [a-z]*:/p' "$1" | awk '/name:|min:|max:/ {print $NF}' | paste -sd' '
}

rate=', [0-9.e+]+/s(, [0-9.]+ (s|min|h) left)?' error='relative L2 error [0-9.e-]+'
for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" physics fit drying calm.yaml "${short[@]}" --out fit$n
    # The first look begins the clock: its line is whole without a rate.
    ! grep '^training' .err | grep -Evx "training: [0-9]+/350 iterations($rate)?, best $error" ||
        fail "progress: $(cat .err)"
    says 'The box of battery_line: found by 1057 designs, of 5 set-points that matter; 100 % of'
    prints 'Box that battery_line needs'
    prints 'set-points, with a margin of 5 %'
    prints 'one value will do'
    grep -q 'The box of battery_line' fit$n/log.jsonl || fail 'the log says nothing of the box'
done
same fit1/study.yaml fit3/study.yaml
same fit1/battery_line.safetensors fit3/battery_line.safetensors
same fit1/run.nc fit3/run.nc
case $(box_of fit1/study.yaml) in
'peclet 0.'*' solids_fraction 0.2'*' ratio_late 0.'*' switch 0 1') ;;
*) fail "no box in the effective study: $(box_of fit1/study.yaml)" ;;
esac

# A run of other set-points is another run.
refuses 'found a run of another study' -- "$TAKT" physics fit drying calm.yaml "${short[@]}" \
    --set 'set_points[anode_solids].max=0.6' --quiet --out fit1 --resume

# Whether weights fit a plant: these do; one that may change its air, too, needs more. Without the
# log of the training there are no rivals to wait for.
mkdir -p moved
cp fit1/battery_line.safetensors moved/w.safetensors
run 0 "$TAKT" physics check moved/w.safetensors fit1/study.yaml --quiet
prints 'The box of these weights covers battery_line: 100 % of 16384 dryers'
! grep -q ' no$' .out || fail 'a parameter is not covered'
run 0 "$TAKT" physics check moved/w.safetensors "$plant" --quiet
prints 'The box of these weights does not cover battery_line'
grep -q 'ratio_early .* no$' .out || fail 'what is missing is not said'
run 0 "$TAKT" physics check moved/w.safetensors calm.yaml --quiet --json
is_described 'physics check'
run 0 "$TAKT" check calm.yaml --set process.tier=surrogate --set process.weights=moved/w.safetensors
prints 'the surrogate answered 16 of 16'

# A range of the user stands; a plant beyond the equation is cut, and that is said.
run 1 "$TAKT" physics fit drying "$plant" --json --quiet --out wide --set physics.method=network \
    --set physics.iterations=5 --set physics.adam=5 --set physics.points=300 \
    --set physics.target=0.05 --set battery.parameters.binder_diffusivity_m2_s=1e-11 \
    --set 'physics.box=[{name: solids_fraction, min: 0.2, max: 0.45}]'
prints '"found_min"'
is_described 'physics fit'
prints '"why": "physics.box"'
prints '"why": "set-points, cut to the limits of drying"'
prints 'ratio_late: battery_line needs'
prints 'what lies beyond is left to the reference and counted'
case $(box_of wide/study.yaml) in
*' solids_fraction 0.2 0.45 '*' 10 switch '*) ;;
*) fail "found another box: $(box_of wide/study.yaml)" ;;
esac

# An equation that no process of the plant asks for keeps its own box.
run 0 "$TAKT" physics fit slab "$plant" --quiet --out slab --set physics.target=1e-3
! grep -q 'The box of' .out || fail 'a slab in a battery plant'
prints 'No process of battery_line asks for slab'

# A plant without dryers: that the box is not its own is said, on the screen and in the log.
run 0 "$TAKT" physics fit drying "$examples/mm1.yaml" --out mm1 --set physics.method=network \
    --set physics.iterations=5 --set physics.adam=5 --set physics.points=300 \
    --set physics.target=0.9
for file in .out .err mm1/log.jsonl; do
    grep -q 'No process of mm1 asks for drying: it is learnt over its own box' $file ||
        fail "$file does not say where the box comes from"
done
run 0 "$TAKT" physics fit slab --quiet --json --out own --set physics.target=1e-3
! grep -q 'No process' .out || fail 'there is no plant'
is_described 'physics fit'
finish
