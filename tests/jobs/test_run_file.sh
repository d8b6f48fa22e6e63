#!/usr/bin/env bash
# run.nc holds what the tables say and what a viewer needs beside it: the cost ledger, intervals of
# bottleneck shares and of the best cost, what was tried at either side of each set-point, and the
# dried binder of the answer; what is not known yet is left out.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
command -v ncdump >/dev/null || exit 77
command -v python3 >/dev/null || exit 77

cat >read.py <<'END'
# read(FILE): the variables of a run.nc, through ncdump.
import json, re, subprocess, sys
def read(path):
    text = subprocess.run(["ncdump", "-p", "9,17", path], check=True, capture_output=True,
                          text=True).stdout
    values = {}
    for name, body in re.findall(r"\n (\w+) =\s(.*?) ;\n", text.split("\ndata:\n", 1)[1], re.S):
        if '"' in body:
            values[name] = re.findall(r'"((?:[^"\\]|\\.)*)"', body)
        else:
            values[name] = [float(word) for word in body.split(",")]
    return values
def ordered(run, kind): # shares of time and their intervals
    lo, share, hi = (run[kind + "bottleneck_share" + end] for end in ("_lo", "", "_hi"))
    assert all(0 <= a <= b <= c <= 1 for a, b, c in zip(lo, share, hi))
    assert any(a < b < c for a, b, c in zip(lo, share, hi))
    return share
END
# checks FILE...: a program about them, on stdin.
checks() {
    cat read.py - >program.py
    python3 program.py "$@" >.out 2>&1 || fail "$(tail -n 3 .out)"
}

# --- simulate
run 0 "$TAKT" simulate "$examples/mini_factory.yaml" --quiet --set horizon.measured=8h \
    --set replications=5 --set factory.prices.energy_per_kWh=0 --json --out s
cp .out s.json
checks s/run.nc s.json <<'END'
run = read(sys.argv[1])
rows = {row["name"]: row for row in json.load(open(sys.argv[2]))["rows"]}
ledger = ["cost_material", "cost_stops", "cost_energy", "cost_carbon", "cost_fixed", "cost_upkeep",
          "cost_stock"]
first = ["cost_per_good_housing", "good_housing_per_h", "energy_per_good_housing"]
assert run["kpi_name"][:3] == first and run["kpi_name"][-7:] == ledger, run["kpi_name"]
assert run["kpi_unit"][-7:] == ["EUR/housing"] * 7
mean = dict(zip(run["kpi_name"], run["kpi_mean"]))
total = sum(mean[name] for name in ledger)
assert abs(total / mean[first[0]] - 1) < 1e-12, total
assert mean["cost_carbon"] == 0 and "cost_carbon" not in rows # the study knows of no carbon
for name in set(ledger) - {"cost_carbon"}: # the others are in JSON, the free one too
    assert abs(rows[name]["mean"] - mean[name]) <= 1e-12 * mean[name], name
assert rows["cost_energy"]["mean"] == 0
ordered(run, "")
END
run 0 "$TAKT" simulate --resume s --quiet
grep -q '^  cost_fixed ' .out || fail 'the table has no ledger'
! grep -q '^  cost_energy ' .out || fail 'a line that costs nothing is in the table'

# --- optimize
budget=(--set horizon.warm_up=4d --set horizon.measured=2d --set optimize.population=8
    --set optimize.generations=3 --set optimize.finalists=3 --set optimize.final_replications=4
    --set optimize.step=0.05 --set optimize.slope_replications=4 --quiet)
run 0 "$TAKT" optimize "$examples/battery_line.yaml" "${budget[@]}" --json --out o
cp .out o.json
checks o/run.nc o.json <<'END'
run = read(sys.argv[1])
report = json.load(open(sys.argv[2]))
for i, row in enumerate(report["best"]):
    assert row["name"] == run["set_point_name"][i] and row["verdict"] == run["set_point_verdict"][i]
    for key, name in (("value", "best"), ("cost_minus", "cost_minus"), ("cost_plus", "cost_plus")):
        found = run["set_point_" + name][i]
        assert abs(found - row[key]) <= 1e-12 * abs(row[key]), (key, row)
cost = run["best_kpi_mean"][0]
for side, sign in (("minus", -1), ("plus", 1)):
    tried, feasible, costs, lo, hi = (run["set_point_" + name % side] for name in
                                      ("%s", "%s_feasible", "cost_%s", "%s_lo", "%s_hi"))
    assert 0 in feasible and 1 in feasible
    for i, value in enumerate(run["set_point_best"]):
        assert run["set_point_min"][i] <= tried[i] <= run["set_point_max"][i]
        assert sign * (tried[i] - value) >= 0
        if feasible[i]:
            assert lo[i] - 1e-9 <= costs[i] - cost <= hi[i] + 1e-9, (i, side)
        else:
            assert costs[i] == lo[i] == hi[i] == 0
for lo, best, hi in zip(run["best_cost_lo"], run["best_cost"], run["best_cost_hi"]):
    assert lo < best < hi
for kind in ("", "baseline_"):
    share = ordered(run, kind)
    assert len(run[kind + "station_state_time"]) == len(share) * len(run["state_name"])
    name = run["station_name"][share.index(max(share))]
    assert report["bottleneck"]["before" if kind else "after"] == name
for kind in ("baseline", "best"):
    mean = run[kind + "_kpi_mean"]
    assert abs(sum(mean[-7:]) / mean[0] - 1) < 1e-12
# Binder over its mean: the kernel is held to 0.5 %, as in takt validate.
assert run["coat_name"] == ["anode", "cathode"]
assert len(run["binder_kernel"]) == len(run["binder_petsc"]) == 2 * len(run["xi"])
for kernel, petsc in zip(run["binder_kernel"], run["binder_petsc"]):
    assert abs(kernel - petsc) < 0.005 * petsc, (kernel, petsc)
END

# The profile is that of the answer, as physics finds it, and not of the baseline.
run 0 "$TAKT" physics solve drying o/best.yaml --quiet --out best
run 0 "$TAKT" physics solve drying "$examples/battery_line.yaml" --quiet --out baseline
checks o/run.nc best/run.nc baseline/run.nc <<'END'
answer, best, baseline = (read(path) for path in sys.argv[1:])
for name in ("coat_name", "xi", "binder_kernel", "binder_petsc"):
    assert answer[name] == best[name], name
assert answer["binder_petsc"] != baseline["binder_petsc"]
END

# All of it is the same where everything is done already, and after a stop on two ranks.
cp o/run.nc whole.nc
run 0 "$TAKT" optimize --resume o --quiet
same whole.nc o/run.nc
"$TAKT" optimize "$examples/battery_line.yaml" "${budget[@]}" --out cut >.out 2>.err &
wait_for cut/checkpoint.bin $!
kill -USR1 $! 2>/dev/null || true
wait $! || true
checks cut/run.nc <<'END'
run = read(sys.argv[1])
for name in ("baseline_kpi_mean", "baseline_station_state_time", "baseline_bottleneck_share_lo"):
    assert name in run, name
if "best_kpi_mean" not in run: # it was stopped before it found the answer
    for name in ("station_state_time", "bottleneck_share", "set_point_verdict", "set_point_minus"):
        assert name not in run, name
END
run 0 "$MPIEXEC" -q -n 2 "$TAKT" optimize --resume cut --quiet
same whole.nc cut/run.nc
finish
