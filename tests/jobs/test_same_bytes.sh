#!/usr/bin/env bash
# The same study and seed give the same bytes of run.nc on 1, 2 and 3 ranks, and another seed gives
# others; more ranks than work idle; only rank 0 prints.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
small=(--set horizon.measured=8h --set replications=20 --quiet)
budget=(--set horizon.measured=8h --set optimize.population=6 --set optimize.generations=4
    --set optimize.final_replications=8 --set optimize.slope_replications=4 --quiet)

for n in 1 2 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate "$examples/mini_factory.yaml" "${small[@]}" --out s$n
    [ "$(grep -c '^Run folder' .out)" -eq 1 ] || fail "$n ranks: printed more than once"
    run 0 "$MPIEXEC" -q -n $n "$TAKT" optimize "$examples/mini_factory.yaml" \
        "${budget[@]}" --out o$n
    [ "$(grep -c '^Run folder' .out)" -eq 1 ] || fail "$n ranks: printed more than once"
    sed '/^Run folder/d; /^Next/d' .out >o$n.table
done
same s1/run.nc s2/run.nc s3/run.nc
same o1/run.nc o2/run.nc o3/run.nc
same o1.table o2.table o3.table
same s1/study.yaml s2/study.yaml s3/study.yaml
grep -q '"ranks": 3' s3/log.jsonl || fail 'the log does not say how many ranks there were'
readable s1
readable o1

run 0 "$TAKT" simulate "$examples/mini_factory.yaml" "${small[@]}" --seed 2 --out other
! cmp -s s1/run.nc other/run.nc || fail 'another seed gave the same bytes'
run 0 "$TAKT" simulate s1/study.yaml --quiet --out again # the effective study says it all
same s1/run.nc again/run.nc

for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate "$examples/mini_factory.yaml" "${small[@]}" \
        --set replications=2 --out two$n
done
same two1/run.nc two3/run.nc
finish
