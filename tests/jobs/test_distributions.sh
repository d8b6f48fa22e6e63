#!/usr/bin/env bash
# Distributions from the command line: every family runs, with the same bytes on 1, 2 and 3 ranks;
# takt check says how well fits fit; files and parameters that do not serve are refused.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# --- the example brings its data along
mkdir plant
run 0 "$TAKT" new plant/press.yaml --from repair_times
run 0 "$TAKT" check plant/press.yaml
prints 'Fits'
prints 'Weibull       yes'
run 0 "$TAKT" check plant/press.yaml --json
prints '"kolmogorov_smirnov_p"'
run 0 "$TAKT" check plant/press.yaml \
    --set 'factory.stations[0].failures[0].repair.family=exponential'
prints 'the times do not look exponential'

# --- every family, on any number of ranks
cat >line.yaml <<'END'
study: line
replications: 4
horizon: {warm_up: 1 h, measured: 20 h}
factory:
  sources: [{name: orders, to: q0, interarrival: {is: erlang, mean: 100 s, phases: 3}}]
  buffers: [{name: q0}, {name: q1}, {name: q2}, {name: q3}, {name: q4}, {name: q5}, {name: q6}]
  stations:
END
n=0
for law in '{is: triangular, min: 20 s, mode: 50 s, max: 90 s}' '{is: gamma, mean: 60 s, cv: 0.4}' \
    '{is: geometric, mean: 60 s, cycle: 5 s}' '{is: weibull, shape: 1.5, scale: 60 s}' \
    '{is: normal, mean: 60 s, sd: 20 s}' \
    '{is: empirical, file: plant/repair_times.csv, column: repair_min}' \
    '{is: fitted, file: plant/repair_times.csv, column: repair_min, family: gamma}'; do
    to=q$((n + 1))
    [ "$n" -lt 6 ] || to=out
    echo "    - {name: s$n, service: $law, inputs: [{from: q$n}], routes: [{to: $to}]}" >>line.yaml
    n=$((n + 1))
done
for n_ranks in 1 2 3; do
    run 0 "$MPIEXEC" -q -n "$n_ranks" "$TAKT" simulate line.yaml --json
    grep -v '"run"\|"ranks"\|"seconds"' .out >"results$n_ranks"
done
cmp results1 results2 || fail "other bytes on 2 ranks"
cmp results1 results3 || fail "other bytes on 3 ranks"
run 0 "$TAKT" simulate line.yaml
prints 'yield                 %         100.00'

# --- refusals
sed -i 's/cv: 0.4/cv: 0.4, sd: 3 s/' line.yaml
refuses 'line.yaml:9:' 'service.sd: found 3 for a gamma, allowed: mean with' -- \
    "$TAKT" check line.yaml
echo 'x,1' >>plant/repair_times.csv
refuses 'plant/press.yaml:25:' 'repair_times.csv:64:1: ' "found 'x', allowed: a number" -- \
    "$TAKT" simulate plant/press.yaml
finish
