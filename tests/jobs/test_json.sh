#!/usr/bin/env bash
# --json: one document on stdout with the keys of the contract and the same rows as the table.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

cat >check.py <<'END'
# check.py JSON TABLE KEY...: parses, begins with the keys of the contract; every row has its keys,
# and the table has a line with its name in which each number of the row stands (as far as printed).
import json, re, sys
document = json.load(open(sys.argv[1]))
lines = open(sys.argv[2]).read().splitlines()
keys = sys.argv[3:]
head = ["verb", "study", "seed", "ranks", "seconds", "run"]
assert list(document)[:6] == head, list(document)
assert document["rows"], "no rows"
number = re.compile(r"[-+]?\d+(?:\.(\d+))?(?:e([-+]\d+))?$")
def stands(value, words):
    for word in words:
        match = number.match(word)
        if match:
            scale = 10.0 ** (int(match.group(2) or 0) - len(match.group(1) or ""))
            if abs(float(word) - value) <= 0.5000001 * scale:
                return True
    return False
for row in document["rows"]:
    assert all(key in row for key in keys), (row, keys)
    name = row[keys[0]]
    found = [line.split() for line in lines if line.split()[:1] == [name.split()[0]]]
    assert found, "no line for " + name
    percent = any("%" in words for words in found) and row.get("unit") == "1"
    for key in keys:
        if isinstance(row[key], (int, float)) and not isinstance(row[key], bool):
            value = row[key] * 100 if percent and key != "n" else row[key]
            assert any(stands(value, words) for words in found), (name, key, row[key], found)
END
# contract KEYS COMMAND...: the command prints the same rows twice, as table and as JSON.
contract() {
    local keys=$1
    shift
    run 0 "$@"
    cp .out table
    run 0 "$@" --json
    cp .out json
    head -c 1 json | grep -q '{' || fail "no JSON: $*"
    tail -c 2 json | grep -q '}' || fail "no JSON: $*"
    if command -v python3 >/dev/null; then
        # shellcheck disable=SC2086
        python3 check.py json table $keys || fail "JSON and table differ: $*"
    fi
}
short=(--set horizon.measured=2h --set replications=5 --quiet)

contract 'name unit mean lo hi n' "$TAKT" simulate "$examples/mini_factory.yaml" "${short[@]}"
prints '"study": "mini_factory"'
prints '"stations": ['
prints '"bottleneck": {'
prints '"name": "cost_per_good_housing"'
[ "$(grep -c scrap_at_ .out)" -eq 1 ] || fail 'only one station scraps'
contract 'name machines service_s available' "$TAKT" check "$examples/battery_line.yaml"
prints '"limits": ['
contract 'name exact measured lo hi pass' "$TAKT" validate repairman --quiet
contract 'name unit value error' "$TAKT" physics solve drying
prints '"name": "adhesion_cathode"'
contract 'run verb study state' "$TAKT" runs
contract 'name found' "$TAKT" doctor
run 0 "$TAKT" bench drying_petsc --json --quiet
for key in name unit value target limit pass peers flags processor; do
    prints "\"$key\":"
done
prints '"at_least": false'
run 0 "$TAKT" bench farm --json --quiet # not measured on one rank
prints '"value": null'
prints '"pass": null'
prints '"limit": null' # what no program can exceed: here the number of ranks
run 0 "$MPIEXEC" -q -n 2 "$TAKT" bench drying_petsc --json --quiet
prints '"ranks": 2'
run 0 "$TAKT" new a.yaml --json
prints '"example": "mini_factory"'

# KPIs with a process model: the first rows are those of the contract.
run 0 "$TAKT" simulate "$examples/battery_line.yaml" --set replications=2 --json --quiet
names=$(sed -n '/"rows"/,/^  \]/s/.*"name": "\(.*\)",/\1/p' .out | head -n 4 | tr '\n' ' ')
[ "$names" = 'cost_per_good_kWh good_kWh_per_h energy_per_good_kWh scrap_agglomerates ' ] ||
    fail "found $names"

budget=(--set optimize.population=4 --set optimize.generations=2 --set optimize.finalists=1
    --set optimize.final_replications=4 --set optimize.slope_replications=2 "${short[@]}")
contract 'name unit mean lo hi' "$TAKT" optimize "$examples/mini_factory.yaml" "${budget[@]}"
for key in best baseline best_kpis pde bottleneck cost_minus cost_plus verdict before after; do
    prints "\"$key\":"
done
[ ! -s .err ] || fail "--quiet: found $(cat .err)"

# The best design is a study of its own, which gives the KPIs of the answer again.
run 0 "$TAKT" optimize "$examples/mini_factory.yaml" "${budget[@]}" --out best_of
awk '$1 == "cost_per_good_housing" && NF > 5 && $2 != "from" { print $6 }' .out >after
run 0 "$TAKT" simulate best_of/best.yaml --quiet --set replications=4
awk '$1 == "cost_per_good_housing" && NF > 5 { print $3 }' .out >again
[ -s after ] || fail 'found no cost after the search'
same after again

# The schema is JSON, and editors find every key of the examples in it.
run 0 "$TAKT" schema
prints '"$schema": "https://json-schema.org/draft/2020-12/schema"'
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' .out || fail 'the schema is no JSON'
fi
run 0 "$TAKT" schema --reference
prints '| `replications` |'

# Standard output that cannot be written is an error, not silence.
code=0
"$TAKT" schema >/dev/full 2>.err || code=$?
[ "$code" -eq 1 ] || fail "full output: found code $code, expected 1"
says 'standard output'
finish
