#!/usr/bin/env bash
# The genealogy of an item: a tree worked out by hand, in text and in JSON, also from a snapshot
# that was taken before the parts came together.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# Wheels come every 2 s, bodies every 10 s: carts at 10 s and 20 s, done 3 s later, packed by twos.
cat >carts.yaml <<'YAML'
study: carts
replications: 1
horizon: {warm_up: 0, measured: 60}
factory:
  sources:
    - {name: welder, to: bodies, interarrival: {mean: 10}}
    - {name: turner, to: wheels, interarrival: {mean: 2}}
    - {name: rope, to: straps, interarrival: {mean: 21}}
  buffers:
    - {name: bodies, capacity: 50}
    - {name: wheels, capacity: 50}
    - {name: carts, capacity: 50}
    - {name: straps, capacity: 50}
  stations:
    - name: assembly
      service: {mean: 3}
      inputs: [{from: bodies}, {from: wheels, take: 4}]
      routes: [{to: carts}]
    - name: packing
      service: {mean: 1}
      inputs: [{from: carts, take: 2}, {from: straps}]
      routes: [{to: out}]
YAML

run 0 "$TAKT" simulate carts.yaml --trace --quiet --out record
box=$(awk -F, '$6 == "leaves" { print $7; exit }' record/trace.csv)
run 0 "$TAKT" simulate carts.yaml --genealogy "$box" --json
cp .out whole.json
python3 - record/trace.csv whole.json "$box" <<'END' || fail 'the tree is not that of the record'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1])))
tree = json.load(open(sys.argv[2]))["genealogy"]
parts = {}
for row in rows:
    if row["what"] == "drawn":
        parts.setdefault(int(row["item"]), []).append(int(row["part"]))
def walk(item, depth):
    return [(item, depth)] + [x for part in parts.get(item, []) for x in walk(part, depth + 1)]
expected = walk(int(sys.argv[3]), 0)
found = [(row["item"], row["depth"]) for row in tree]
assert found == expected, (found, expected)
assert len(found) == 1 + 2 * (1 + 5) + 1, found # the box, two carts of five parts, a strap
wheels = [row for row in tree if row["from"] == "turner"]
assert [row["begins_s"] for row in wheels] == [2, 4, 6, 8, 10, 12, 14, 16], wheels
assert [row["end_s"] for row in wheels] == [10] * 4 + [20] * 4, wheels
assert tree[0]["end"] == "left" and tree[0]["end_s"] == 24, tree[0]
assert [row["begins_s"] for row in tree if row["from"] == "assembly"] == [10, 20], tree
END
run 0 "$TAKT" simulate carts.yaml --genealogy "$box"
prints 'assembly at 10 s'
prints 'drawn at packing'

run 0 "$TAKT" simulate carts.yaml --until 15 --snapshot then --quiet
run 0 "$TAKT" simulate carts.yaml --from-snapshot then --future common --genealogy "$box"
prints 'there at the start'
prints 'assembly at 20 s'

refuses 'item 999' -- "$TAKT" simulate carts.yaml --genealogy 999
refuses "found 'x'" -- "$TAKT" simulate carts.yaml --genealogy x
refuses '--out' -- "$TAKT" simulate carts.yaml --genealogy 1 --out folder
finish
