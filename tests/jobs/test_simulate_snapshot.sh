#!/usr/bin/env bash
# The state of a factory in a file: stopping and going on gives the bytes of going on at once; all
# replications begin with it, on any number of ranks the same; what does not fit is refused.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
study=$examples/mini_factory.yaml
short=(--set horizon.warm_up=6h --set horizon.measured=8h --set replications=12 --quiet)
one=(--set horizon.warm_up=6h --set replications=1 --future common --quiet)

run 0 "$TAKT" simulate "$study" "${short[@]}" --until 30h --snapshot whole
prints '30 h'
run 0 "$TAKT" simulate "$study" "${short[@]}" --until 4h --snapshot first
run 0 "$TAKT" simulate "$study" "${one[@]}" --from-snapshot first --until 17h --snapshot second
run 0 "$TAKT" simulate "$study" "${one[@]}" --from-snapshot second --until 30h --snapshot third
same whole third
run 0 "$TAKT" simulate "$study" "${short[@]}" --until 30h --trace 1 --snapshot other --out record
! cmp -s whole other || fail 'two replications are in the same state'
[ -s record/trace.csv ] || fail 'no record until then'

for n in 1 2 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate "$study" "${short[@]}" \
        --from-snapshot whole --out f$n
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate "$study" "${one[@]}" --from-snapshot whole \
        --set horizon.measured=8h --out c$n
done
same f1/run.nc f2/run.nc f3/run.nc
same c1/run.nc c2/run.nc c3/run.nc
prints "the original's future"

# The original goes on as the common future does: the same record from 30 h on.
run 0 "$TAKT" simulate "$study" "${one[@]}" --from-snapshot whole --set horizon.measured=8h \
    --trace --out common
run 0 "$TAKT" simulate "$study" "${short[@]}" --until 38h --trace --out original
records() { awk -F, '$1 == "item" && $2 > 108000' "$1/trace.csv"; }
records common >common.rows
records original >original.rows
[ -s common.rows ] || fail 'nothing was recorded'
same common.rows original.rows

# What if: other values, compared with the study on the same fresh futures.
run 0 "$TAKT" simulate "$study" "${short[@]}" --from-snapshot whole --out wide --json \
    --set 'scenarios=[{name: wide, set: ["set_points[blanks].value=30"]}]'
prints '"scenario": "wide"'

# Resuming asks for the same state.
run 2 "$TAKT" simulate --resume f1 --quiet
run 0 "$TAKT" simulate --resume f1 --from-snapshot whole --quiet

head -c 5000 whole >cut
{ head -c 3000 whole; printf x; tail -c +3002 whole; } >flipped
printf taktsnap >head
: >empty
for file in cut flipped head; do
    refuses 'damaged' "'$file'" -- "$TAKT" simulate "$study" --from-snapshot $file
done
refuses 'no snapshot' -- "$TAKT" simulate "$study" --from-snapshot empty
refuses 'no snapshot' -- "$TAKT" simulate "$study" --from-snapshot "$study"
refuses 'cannot be read' -- "$TAKT" simulate "$study" --from-snapshot missing
refuses 'another factory' -- "$TAKT" simulate "$examples/battery_line.yaml" --from-snapshot whole
refuses 'another factory' -- "$TAKT" simulate "$study" --from-snapshot whole \
    --set 'set_points[mills].value=4'
refuses 'cannot go on from' -- "$TAKT" simulate "$study" --from-snapshot whole \
    --set 'set_points[blanks].value=2'
refuses 'replications' -- "$TAKT" simulate "$study" --from-snapshot whole --future common
refuses 'seed 2' -- "$TAKT" simulate "$study" --from-snapshot whole --future common --seed 2
refuses "--future: found 'x'" -- "$TAKT" simulate "$study" --from-snapshot whole --future x
refuses 'without --from-snapshot' -- "$TAKT" simulate "$study" --future fresh
refuses 'without --until' -- "$TAKT" simulate "$study" --snapshot a
refuses 'from 30 h on' -- "$TAKT" simulate "$study" --from-snapshot whole --until 29h
refuses "--until: found '3 years'" -- "$TAKT" simulate "$study" --until '3 years'
refuses '--resume' -- "$TAKT" simulate "$study" --until 3h --resume
refuses '--out' -- "$TAKT" simulate "$study" --until 3h --out folder
run 1 "$TAKT" simulate "$study" --until 3h --snapshot missing/folder/file --quiet
finish
