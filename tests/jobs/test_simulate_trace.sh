#!/usr/bin/env bash
# The record of a replication: stretches of each machine follow each other without a gap from the
# beginning to the end, each item comes before it goes, the same bytes on any number of ranks, and a
# replication that fails leaves its record. Files are whole or not there.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
study=$examples/mini_factory.yaml
short=(--set horizon.warm_up=2h --set horizon.measured=8h --set replications=2 --quiet)

for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate "$study" "${short[@]}" --trace 1 --out t$n
done
same t1/trace.csv t3/trace.csv
same t1/trace.html t3/trace.html
run 0 "$TAKT" simulate --trace "$study" "${short[@]}" --out t0 # replication 0, and not the study
! cmp -s t0/trace.csv t1/trace.csv || fail 'two replications gave the same record'
run 0 "$TAKT" simulate "$study" "${short[@]}" --out none
[ ! -e none/trace.csv ] || fail 'a record that nobody asked for'
same none/run.nc t0/run.nc

[ "$(head -n 1 t1/trace.csv)" = kind,time_s,end_s,place,machine,what,item,part,quantity,note ] ||
    fail "found the columns $(head -n 1 t1/trace.csv)"
awk -F, '
    NR > 1 && NF != 10 { print "line " NR ": " NF " cells"; bad = 1 }
    $1 == "state" {
        machine = $4 " " $5
        if ($2 != last[machine] + 0) { print machine ": a gap at " $2; bad = 1 }
        if ($3 <= $2) { print machine ": no time at " $2; bad = 1 }
        last[machine] = $3
        stop[machine] += $6 == "stopped" && $10 == "tool"
    }
    $1 == "item" {
        if ($2 < before) { print "line " NR ": back in time"; bad = 1 }
        before = $2
        if ($6 == "starts") seen[$7] = 1
        if (!seen[$7]) { print "item " $7 " " $6 " before it is there"; bad = 1 }
        if (gone[$7]) { print "item " $7 " " $6 " after it has left"; bad = 1 }
        if ($6 == "leaves" || $6 == "scrapped") gone[$7] = 1
    }
    END {
        for (machine in last) {
            n += 1
            if (last[machine] != 36000) { print machine " ends at " last[machine]; bad = 1 }
        }
        if (n != 7 || !stop["mill 1"]) { print n " machines, " stop["mill 1"] " tools"; bad = 1 }
        exit bad
    }' t1/trace.csv >.bad || fail "trace.csv: $(head -n 3 .bad)"
grep -q '"stretches": \?\[\[' t1/trace.html || fail 'the page holds no stretches'
! grep -q '@DATA@' t1/trace.html || fail 'the page was not filled'
! grep -Eq 'https?://|src=' t1/trace.html || fail 'the page asks a network'
[ -z "$(find . -name '*.part')" ] || fail 'a part was left behind'

# More comes in at once than there may be: the record ends where the replication does.
cat >flood.yaml <<'YAML'
study: flood
replications: 1
horizon: {warm_up: 0, measured: 10 d}
factory:
  max_items: 50
  sources: [{name: rain, to: pond, interarrival: {mean: 1000}, batch: {mean: 60}}]
  buffers: [{name: pond}]
  stations: [{name: drain, service: {mean: 5}, inputs: [{from: pond}], routes: [{to: out}]}]
YAML
run 1 "$TAKT" simulate flood.yaml --trace --quiet --out flood
grep -q '^item,[0-9.]*,,rain,,arrives,' flood/trace.csv || fail 'no record of what failed'
says 'factory.max_items'

refuses "--trace: found 'x'" -- "$TAKT" simulate "$study" --trace=x
refuses "--trace: found '12345678901'" -- "$TAKT" simulate "$study" --trace 12345678901
finish
