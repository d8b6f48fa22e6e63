#!/usr/bin/env bash
# Tariffs, power by state, carbon and key figures of stations from the command line.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

shop=$examples/night_tariff.yaml
short=(--set replications=4 --set 'horizon.measured=7 d')

# --- the example: by night the furnace costs less
run 0 "$TAKT" simulate "$shop" "${short[@]}" --quiet --kpis all --out s
prints 'Stations: ISO 22400-2'
prints 'Stations: SEMI E10'
prints 'carbon_kg_per_good_gear'
prints 'Energy'
run 0 "$TAKT" simulate "$shop" "${short[@]}" --quiet --json
cp .out shop.json
python3 - shop.json <<'END' || fail 'the JSON of the shop is wrong'
import json, sys
out = json.load(open(sys.argv[1]))
rows = {row["name"]: row["mean"] for row in out["rows"]}
assert rows["cost_carbon"] > 0 and rows["cost_energy"] > 0
ledger = [name for name in rows if name.startswith("cost_") and not name.startswith("cost_per")]
assert abs(sum(rows[name] for name in ledger) / rows["cost_per_good_gear"] - 1) < 1e-12
assert abs(rows["cost_carbon"] / rows["carbon_kg_per_good_gear"] - 0.075) < 1e-12
assert abs(sum(row["share"] for row in out["energy"]) - 1) < 1e-12
night = {(row["scenario"], row["name"]): row["difference"] for row in out["scenarios"]}
assert night["night_furnace", "cost_per_good_gear"] < -1
for row in out["semi_e10"]:
    assert abs(sum(value for key, value in row.items() if key != "name") - 1) < 1e-12
for row, times in zip(out["iso22400"], out["stations"]):
    planned = 1 - times["off_shift"] - times["stopped"]
    assert abs(row["availability"] - times["working"] / planned) < 1e-12
    oee = row["availability"] * row["effectiveness"] * row["quality_ratio"]
    assert abs(row["oee"] - oee) < 1e-12 and row["oee_lo"] < row["oee"] < row["oee_hi"]
    assert times["bottleneck_lo"] <= times["bottleneck"] <= times["bottleneck_hi"]
assert out["iso22400"][1]["mtbf_h"] is None # a furnace that never breaks
assert out["bottleneck"]["lo"] <= out["bottleneck"]["share"] <= out["bottleneck"]["hi"]
END

# --- the same bytes on any number of ranks
for n_ranks in 1 2 3; do
    run 0 "$MPIEXEC" -q -n "$n_ranks" "$TAKT" simulate "$shop" "${short[@]}" --json
    grep -v '"run"\|"ranks"\|"seconds"' .out >"results$n_ranks"
done
cmp results1 results2 || fail "other bytes on 2 ranks"
cmp results1 results3 || fail "other bytes on 3 ranks"

# --- prices of a file: one price all day is a price, whatever the unit
sed '/tariff:/,$d' "$shop" >flat.yaml
cp flat.yaml file.yaml
echo '    energy_per_kWh: 0.25' >>flat.yaml
echo '    tariff: {file: market.csv, column: eur_per_mwh, factor: 0.001}' >>file.yaml
printf 'hour,eur_per_mwh\n0,250\n1,250\n' >market.csv
for study in flat file; do
    run 0 "$TAKT" simulate "$study.yaml" "${short[@]}" --quiet
    grep -E '^  (cost|energy)_' .out >"$study.out"
done
cmp flat.out file.out || fail 'a flat file of prices is no price'

# --- takt check says what the tariff is
run 0 "$TAKT" check "$shop"
prints 'Energy costs 0.17 to 0.31 EUR/kWh in a cycle of 24 h, 0.263333 at all times alike;'
prints '; time begins at 6 h of it.'

# --- refusals
refuses 'file.yaml:' 'market.csv' "found no column 'price'" -- \
    "$TAKT" check file.yaml --set factory.prices.tariff.column=price
refuses 'factory.prices.energy_per_kWh: found 0.2 beside a tariff' -- \
    "$TAKT" check "$shop" --set factory.prices.energy_per_kWh=0.2
refuses 'tariff.steps[1].from: found 1 h, allowed: later than the step before (6 h)' -- \
    "$TAKT" check "$shop" --set 'factory.prices.tariff.steps[1].from=1 h'
refuses "--kpis: found 'oee', allowed: iso22400, semi_e10 or all" -- \
    "$TAKT" simulate "$shop" --kpis oee
finish
