#!/usr/bin/env bash
# Output analysis from the command line: scenario tables by pairs, sequential stopping, antithetic
# pairs, batches and the warm-up; the same bytes on 1, 2 and 3 ranks and after a kill; bad keys.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
cat >queue.yaml <<'END'
study: queue
replications: 20
horizon: {warm_up: 1 d, measured: 10 d}
factory:
  sources: [{name: orders, to: queue, interarrival: {is: exponential, mean: 20 min}}]
  buffers: [{name: queue}]
  stations:
    - name: press
      machines: 2
      service: {is: exponential, mean: 30 min}
      inputs: [{from: queue}]
      routes: [{to: out}]
END
cp queue.yaml table.yaml
cat >>table.yaml <<'END'
precision: {kpi: flow_time, relative: 0.05, max_replications: 400}
scenarios:
  - {name: same, set: ["factory.stations[press].machines=2"]}
  - {name: third_press, set: ["factory.stations[press].machines=3"]}
  - {name: faster, set: ["factory.stations[press].service.mean=29 min"]}
END

# --- scenarios and precision, on any number of ranks
for n in 1 2 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate table.yaml --quiet --out t$n
    sed '/^Run folder/d; /^Next/d' .out >t$n.table
done
same t1/run.nc t2/run.nc t3/run.nc
same t1.table t2.table t3.table
grep -q '^Precision reached: flow_time' t1.table || fail 'the precision was not reached'
readable t1
run 0 "$TAKT" simulate t1/study.yaml --quiet --out again # the effective study says it all
same t1/run.nc again/run.nc

cat >facts.py <<'END'
import json, math, sys
def load(name): return json.load(open(name))
def row(document, scenario, name):
    return next(r for r in document["scenarios"] if r["scenario"] == scenario and r["name"] == name)
table, third, plain = load("table.json"), load("third.json"), load("plain.json")
for r in table["scenarios"]:
    if r["scenario"] == "same": # nothing differs, to the last bit
        assert r["difference"] == r["difference_lo"] == r["difference_hi"] == 0, r
        assert r["pairing"] is None and not r["is_clear"], r
    if r["scenario"] == "baseline":
        assert r["difference"] is None, r
faster = row(table, "faster", "flow_time")
assert faster["difference_hi"] < 0 and faster["is_clear"], faster
assert faster["pairing"] > 2, faster # pairs are worth more than what they are made of
base = row(table, "baseline", "flow_time")
apart = math.hypot(faster["hi"] - faster["mean"], base["hi"] - base["mean"])
assert faster["difference_hi"] - faster["difference"] < apart, (faster, base)
assert abs(faster["mean"] - base["mean"] - faster["difference"]) < 1e-12
# one scenario alone is the row of the table, and what --set gives
for name in "flow_time", "good_unit_per_h":
    alone = next(r for r in third["rows"] if r["name"] == name)
    assert alone["mean"] == row(table, "third_press", name)["mean"], name
    assert alone["lo"] == row(table, "third_press", name)["lo"], name
    first = next(r for r in table["rows"] if r["name"] == name)
    assert first["mean"] == row(table, "baseline", name)["mean"], name
p = table["precision"]
assert p["is_reached"] and p["found"] <= p["relative"] == 0.05, p
assert p["replications"] % 10 == 0 and 20 < p["replications"] < 400, p
assert table["rows"][0]["n"] == p["replications"] or table["rows"][0]["n"] == 0
assert plain["precision"]["is_reached"] is False and plain["precision"]["replications"] == 30
assert any("NOT reached" in note for note in plain["notes"]), plain["notes"]
assert any("Bonferroni" in note for note in table["notes"]), table["notes"]
END
run 0 "$TAKT" simulate table.yaml --quiet --json --out j
cp .out table.json
n=$(sed -n '/"precision"/,/}/s/.*"replications": \([0-9]*\).*/\1/p' table.json)
run 0 "$TAKT" simulate table.yaml --scenario third_press --set replications="$n" \
    --set "precision={kpi: flow_time, relative: 1}" --quiet --json --out third
cp .out third.json
run 0 "$TAKT" simulate queue.yaml --set 'factory.stations[press].machines=3' \
    --set replications="$n" --quiet --out by_set
run 0 "$TAKT" simulate third/study.yaml --quiet --out third_again
same third/run.nc third_again/run.nc
run 0 "$TAKT" simulate queue.yaml --quiet --json \
    --set 'precision={kpi: flow_time, relative: 1e-5, max_replications: 30}'
cp .out plain.json
if command -v python3 >/dev/null; then
    python3 facts.py || fail 'the table of scenarios does not say what it should'
fi
# One round fewer would not have been enough: stopping happens at the first look that suffices.
run 0 "$TAKT" simulate table.yaml --quiet --json --set precision.max_replications=$((n - 10))
prints '"is_reached": false'

# --- killed and continued, in the middle of rounds
wanted=0.015
[ -z "${TAKT_SANITIZED:-}" ] || wanted=0.04 # what would take minutes there
slow=(--set precision.relative=$wanted --set precision.max_replications=3000 --quiet)
run 0 "$TAKT" simulate table.yaml "${slow[@]}" --out whole
"$TAKT" simulate table.yaml "${slow[@]}" --out killed >.out 2>.err &
wait_for killed/checkpoint.bin $!
kill -KILL $! 2>/dev/null || true
wait $! 2>/dev/null || true
run 0 "$MPIEXEC" -q -n 2 "$TAKT" simulate --resume killed --quiet
same whole/run.nc killed/run.nc

# --- antithetic pairs
cp queue.yaml pairs.yaml
echo 'antithetic: true' >>pairs.yaml
for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate pairs.yaml --quiet --out p$n
done
same p1/run.nc p3/run.nc
prints 'intervals are over 10 pairs'
prints 'worth independent ones'
run 0 "$TAKT" simulate queue.yaml --quiet --out q
! cmp -s p1/run.nc q/run.nc || fail 'pairs are no pairs'

# --- one long run
cp queue.yaml long.yaml
sed -i 's/replications: 20/replications: 1/' long.yaml
sed -i 's/measured: 10 d/measured: 400 d, batches: 40/' long.yaml
for n in 1 2; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate long.yaml --quiet --out l$n
done
same l1/run.nc l2/run.nc
prints 'over 40 batches of 240 h'
prints 'overlapping'
run 0 "$TAKT" simulate long.yaml --quiet --set horizon.measured=4d
prints 'depend on each other'

# --- the warm-up: 700 clerks who take five hours each fill within a day
cat >fill.yaml <<'END'
study: fill
replications: 20
horizon: {warm_up: 0, measured: 100 h}
factory:
  sources: [{name: street, to: queue, interarrival: {is: exponential, mean: 60}}]
  buffers: [{name: queue}]
  stations:
    - name: clerk
      machines: 700
      service: {is: exponential, mean: 5 h}
      inputs: [{from: queue}]
      routes: [{to: out}]
END
run 0 "$TAKT" simulate fill.yaml --quiet --out short
prints 'The warm-up of 0 h is too short: MSER-5 finds'
prints 'the mean of 16 replications'
run 0 "$TAKT" check fill.yaml
prints 'The warm-up of 0 h is too short: MSER-5 finds'
for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" simulate fill.yaml --quiet --json \
        --set horizon.warm_up_detect=true --out w$n
done
same w1/run.nc w3/run.nc
prints '"series": "items_in_plant"'
found=$(sed -n 's/.*"found_s": \([0-9]*\).*/\1/p' .out)
used=$(sed -n 's/.*"used_s": \([0-9]*\).*/\1/p' .out)
[ "$found" = "$used" ] && [ "$found" -gt 36000 ] && [ "$found" -lt 180000 ] ||
    fail "found a warm-up of $found s, used $used s"
# What was found, given by hand, gives the same replications, and nobody complains any more.
run 0 "$TAKT" simulate fill.yaml --quiet --out hand --set "horizon.warm_up=$found"
! grep -q 'too short' .out || fail "a warm-up of $found s is called too short"
sed -n '/^Results/,/^Stations/p' .out >hand.table
run 0 "$TAKT" simulate fill.yaml --quiet --out auto --set horizon.warm_up_detect=true
sed -n '/^Results/,/^Stations/p' .out >auto.table
same hand.table auto.table
# A plant that only grows does not settle.
run 0 "$TAKT" simulate fill.yaml --quiet --out grows --set 'factory.stations[clerk].machines=200' \
    --set factory.max_items=100000 --allow-unstable
prints 'do not settle'

# --- bad input
both() { # both TEXT... -- SETS...: simulate and check refuse alike
    local texts=()
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    shift
    refuses "${texts[@]}" -- "$TAKT" simulate "$@"
    refuses "${texts[@]}" -- "$TAKT" check "$@"
}
both precision.kpi "found 'flow_tim'" "did you mean 'flow_time'" \
    -- table.yaml --set precision.kpi=flow_tim
both precision.kpi "found 'profit'" 'allowed: ' flow_time -- table.yaml --set precision.kpi=profit
both precision.max_replications 'found 10' 'at least the 20' \
    -- table.yaml --set precision.max_replications=10
both 'scenarios[1].set' 'pres' -- table.yaml --set \
    'scenarios[1].set=["factory.stations[pres].machines=3"]'
both 'scenarios[1].set' 'nothing' -- table.yaml --set 'scenarios[1].set=[nothing=3]'
both 'scenarios[0].set' found allowed -- table.yaml --set 'scenarios[0].set=[]'
both 'scenarios[2].set' 'other stations' -- table.yaml --set \
    'scenarios[2].set=["factory.unit=box"]'
sed 's/machines=2/machines=0.5/' table.yaml >half.yaml
refuses half.yaml:15: 'scenarios[0].set: factory.stations[press].machines=0.5' 'found 0.5' \
    -- "$TAKT" simulate half.yaml
rm half.yaml
refuses --scenario "'third'" 'third_press' -- "$TAKT" simulate table.yaml --scenario third
refuses --scenario "'third'" 'baseline' -- "$TAKT" simulate queue.yaml --scenario third
both horizon.batches 'replications: 1' -- queue.yaml --set horizon.batches=20
refuses replications 'an even number' -- "$MPIEXEC" -q -n 2 "$TAKT" simulate pairs.yaml \
    --set replications=7
finish
