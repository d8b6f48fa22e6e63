#!/usr/bin/env bash
# Bad input: one line that names file, line, field, what was found and what is allowed; exit code
# 2; nothing left behind; under mpirun from rank 0 only.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
good=$examples/validate/two_machines_5.yaml

# spoiled FROM TO: the good study with one thing changed, in bad.yaml.
spoiled() {
    sed "s/$1/$2/" "$good" >bad.yaml
    ! cmp -s "$good" bad.yaml || fail "nothing changed: $1"
}

spoiled 'capacity: 5' 'capacty: 5'
refuses bad.yaml:7: capacty "did you mean 'capacity'" -- "$TAKT" simulate bad.yaml
spoiled 'capacity: 5' 'capacity: five'
refuses bad.yaml:7: 'buffers[0].capacity' "found 'five'" 'a number' -- "$TAKT" simulate bad.yaml
spoiled 'replications: 200' 'replications: [40]'
refuses bad.yaml:4: replications -- "$TAKT" simulate bad.yaml
spoiled 'capacity: 5' 'capacity: -1'
refuses bad.yaml:7: 'buffers[0].capacity' 'found -1' 'allowed: 0 to' -- "$TAKT" simulate bad.yaml
spoiled 'capacity: 5' 'capacity: .nan'
refuses bad.yaml:7: 'buffers[0].capacity' "found '.nan'" allowed -- "$TAKT" simulate bad.yaml
spoiled 'to: out' 'to: nowhere'
refuses bad.yaml:15: "found 'nowhere'" 'allowed: out, scrap' between -- "$TAKT" simulate bad.yaml
spoiled 'to: out' 'to: between'
refuses bad.yaml:11: 'cycle' 'allowed: routes that lead to out or scrap' \
    -- "$TAKT" simulate bad.yaml
spoiled 'name: second' 'name: first'
refuses bad.yaml:12: 'stations[1].name' "found 'first' a second time" -- "$TAKT" simulate bad.yaml
spoiled 'name: second' 'name: "sec\\tond"'
refuses bad.yaml:12: 'stations[1].name' 'allowed: a name of 1 to 64' -- "$TAKT" simulate bad.yaml
spoiled 'name: second' "name: $(printf 'x%.0s' {1..65})"
refuses bad.yaml:12: 'stations[1].name' 'allowed: a name of 1 to 64' -- "$TAKT" simulate bad.yaml
spoiled 'replications: 200' 'replications: 0'
refuses bad.yaml:4: 'found 0' 'allowed: 1 to' -- "$TAKT" simulate bad.yaml

: >bad.yaml
refuses bad.yaml 'empty file' -- "$TAKT" simulate bad.yaml
truncate -s 100M bad.yaml
refuses bad.yaml '104857600 bytes' allowed -- "$TAKT" simulate bad.yaml
refuses 'found a folder' 'a YAML file' -- "$TAKT" simulate .
refuses none.yaml 'No such file' -- "$TAKT" simulate none.yaml
refuses 'factory.bufers[0].capacity=3' 'found' \
    -- "$TAKT" simulate "$good" --set 'factory.bufers[0].capacity=3'
refuses 'factory.prices.curency' "did you mean 'currency'" \
    -- "$TAKT" simulate "$good" --set factory.prices.curency=EUR
refuses 'buffers[7]' allowed -- "$TAKT" simulate "$good" --set 'factory.buffers[7].capacity=3'
refuses "'nonsense'" 'path.to.key=value' -- "$TAKT" simulate "$good" --set nonsense
refuses 'set-point blanks' 'set_points[blanks].value' -- "$TAKT" simulate \
    "$examples/mini_factory.yaml" --set 'factory.buffers[0].capacity=3'
refuses 'replications' 'found 0' -- "$TAKT" simulate "$good" --set replications=0
refuses set_points 'found none' -- "$TAKT" optimize "$good"
cat >free.yaml <<'END'
study: free
factory: {stations: [{name: press, service: {mean: 10}, routes: [{to: out}]}]}
set_points:
- {name: work, value: 10, min: 5, max: 20, targets: ["factory.stations[press].service.mean"]}
END
refuses free.yaml: factory.prices 'found no price' -- "$TAKT" optimize free.yaml
rm free.yaml
refuses battery 'found none' -- "$TAKT" physics solve drying "$good"
rm bad.yaml

# A path that would break the line of a message or steer a terminal.
for path in $'two\nlines.yaml' $'escape\x1b[31m.yaml'; do
    refuses 'control character' -- "$TAKT" simulate "$path"
    refuses 'control character' -- "$TAKT" simulate "$good" --out "$path"
    refuses 'control character' -- "$TAKT" new "$path"
done

# Folders.
refuses '/proc/nowhere' 'cannot be created' -- "$TAKT" simulate "$good" --out /proc/nowhere
echo >file
refuses 'the file' 'allowed: a folder' -- "$TAKT" simulate "$good" --out file
refuses 'file' 'cannot be created' -- "$TAKT" simulate "$good" --out file/deeper
refuses 'no run' -- "$TAKT" simulate --resume nothing
refuses "'last'" 'holds no run' -- "$TAKT" simulate --resume last
if [ "$(id -u)" -ne 0 ]; then # root may write everywhere
    mkdir locked
    chmod 500 locked
    refuses 'cannot be' -- "$TAKT" simulate "$good" --out locked
fi

# takt new refuses what exists and what it does not know.
refuses "'file'" 'does not exist yet' -- "$TAKT" new file
refuses "'mini_factor'" "did you mean 'mini_factory'?" -- "$TAKT" new a.yaml --from mini_factor
refuses 'no/such/folder' -- "$TAKT" new no/such/folder/a.yaml
refuses 'the name of a file' -- "$TAKT" new ''
refuses 'the name of a file' -- "$TAKT" new folder/

# Where the folder of all runs should be lies a file.
echo >runs
refuses runs -- "$TAKT" simulate "$good"
refuses runs -- "$TAKT" runs
rm runs

# A verb that cannot continue does not advise it.
run 0 "$TAKT" physics solve drying --out physics --quiet
refuses "'physics'" 'an empty or new folder' -- "$TAKT" physics solve drying --out physics
! grep -q -- --resume .err || fail "physics knows no --resume: $(cat .err)"

# Once, whatever the number of ranks, with the same code.
refuses none.yaml 'No such file' -- "$MPIEXEC" -q -n 3 "$TAKT" simulate none.yaml
refuses "'--jsn'" -- "$MPIEXEC" -q -n 2 "$TAKT" simulate none.yaml --jsn
refuses set_points -- "$MPIEXEC" -q -n 2 "$TAKT" optimize "$good"
finish
