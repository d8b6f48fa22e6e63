#!/usr/bin/env bash
# takt simulate --analytic: the published numbers come out of studies, on any number of ranks and
# without a run; simulation is as far from them as it is said to be; other plants are refused.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# study NAME B U R K: K like machines of 1 s with B places, up U s of work, repaired in R s.
study() {
    local i
    printf 'study: %s\nreplications: 20\nfactory:\n  buffers:\n' "$1"
    for ((i = 1; i < $5; i++)); do printf '    - {name: b%d, capacity: %s}\n' "$i" "$2"; done
    printf '  stations:\n'
    for ((i = 1; i <= $5; i++)); do
        printf '    - name: m%d\n      service: {is: constant, mean: 1}\n' "$i"
        [ "$i" -eq 1 ] || printf '      inputs: [{from: b%d}]\n' $((i - 1))
        if [ "$i" -lt "$5" ]; then
            printf '      routes: [{to: b%d}]\n' "$i"
        else
            printf '      routes: [{to: out}]\n'
        fi
        printf '      failures: [{up: {is: exponential, mean: %s}, ' "$3"
        printf 'repair: {is: exponential, mean: %s}}]\n' "$4"
    done
}

# number KEY NAME: the value of KEY in the object of this name in the JSON of the last command.
number() {
    awk -v key="\"$1\":" -v name="\"$2\"," '
        $1 == "\"name\":" { on = $2 == name }
        on && $1 == key { sub(/,$/, "", $2); print $2; exit }' "$work/.out"
}

# near FOUND EXPECTED ALLOWED: numbers, or expressions of awk.
near() {
    awk "BEGIN { d = ($1) - ($2); exit !(d <= $3 && -d <= $3) }" ||
        fail "found '$1', expected $2 to within $3"
}

# holds EXPRESSION of awk.
holds() {
    awk "BEGIN { exit !($1) }" || fail "does not hold: $1"
}

analytic() {
    run 0 "$TAKT" simulate --analytic "$@" --json
}

# Published: N = 4, 10 (Gershwin 1994); DDX of 3, 5, 10 machines with N = 10.
study two 2 100 10 2 >two.yaml
analytic two.yaml
near "$(number value good_unit_per_h)" '3600 * .84093614' 2e-5
near "$(number store_level b1)" 2 1e-9
near "$(number starved m2)" .07497025 5.001e-9
near "$(number blocked m1)" .07497025 5.001e-9
analytic two.yaml --set 'factory.buffers[0].capacity=8'
near "$(number value good_unit_per_h)" '3600 * .85617493' 2e-5
near "$(number store b1)" 10 0
for case in '3 .81983' '5 .77473' '10 .72737'; do
    study long 8 100 10 "${case% *}" >long.yaml
    analytic long.yaml
    near "$(number value good_unit_per_h)" "3600 * ${case#* }" .0181
done
sed 's/is: constant/is: exponential/' two.yaml >random.yaml
analytic random.yaml --set 'factory.buffers[0].capacity=8'
near "$(number value good_unit_per_h)" '3600 * .785921' .0019
sed '/failures/d' random.yaml >reliable.yaml
analytic reliable.yaml --set 'factory.buffers[0].capacity=5'
near "$(number value good_unit_per_h)" 3150 1e-6 # 7/8
# Without limit and with a fast first machine the level has no mean.
sed 's/, capacity: 2//; 0,/mean: 1}/s//mean: 0.5}/' reliable.yaml >flood.yaml
analytic flood.yaml
prints '"store_level": null'
prints 'grows for ever'

# Every time is accounted for, on text and JSON alike, and no run is left.
run 0 "$TAKT" simulate --analytic long.yaml
prints 'N = B + 2'
prints '1.8 % at 10, 4.1 % at 20'
awk '/^Stations/ { on = 1 } /^Buffers/ { on = 0 }
     on && $1 ~ /^m[0-9]/ { n++; if (($2 + $3 + $4 + $5 - 1) ^ 2 > 1e-6) exit 1 }
     END { exit n != 10 }' .out || fail "times do not sum to 1: $(cat .out)"
[ ! -e runs ] || fail 'a preview left a run'

# Any number of ranks: the same, once.
cp .out one
run 0 "$MPIEXEC" -q -n 3 "$TAKT" simulate --analytic long.yaml
same one .out

# The example, both ways. The chain of its model (21,296 states) makes .7919105 parts per cycle of
# 30 s. Stated: the decomposition is 0.1 to 0.45 % above the chain, and 0.3 to 1 % above simulation.
line=$examples/transfer_line.yaml
analytic "$line"
preview=$(number value good_gear_per_h)
chain='(120 * .7919105)'
holds "$preview > 1.001 * $chain && $preview < 1.0045 * $chain"
run 0 "$TAKT" simulate "$line" --quiet --json
lo=$(number lo good_gear_per_h) hi=$(number hi good_gear_per_h)
holds "$hi - $lo < 0.004 * $chain"
holds "$lo < $preview / 1.003 && $hi > $preview / 1.01"
holds "$lo < $chain && $hi > 0.995 * $chain"
# Set-points are filled in: more places make more.
analytic "$line" --set 'set_points[cut].value=30'
holds "$(number value good_gear_per_h) > $preview"
near "$(number places cut)" 30 0

# Exponential machines: no bias, the interval holds the exact answer of the study itself.
run 0 "$TAKT" simulate random.yaml --quiet --json --set 'factory.buffers[0].capacity=8' \
    --set horizon.warm_up=2h --set horizon.measured=50h
lo=$(number lo good_unit_per_h) hi=$(number hi good_unit_per_h)
holds "$hi - $lo < 40"
holds "$lo - ($hi - $lo) < 3600 * .785921 && $hi + ($hi - $lo) > 3600 * .785921"
rm -r runs

# What has no part in the answer may be there.
sed '0,/name: m2/s//name: m2\n      sensors: [{name: case, base: 40}]\n      power_setup_kW: 3/
    0,/failures: \[{/s//failures: [{name: jam, cost: 20, /
    0,/name: b1,/s//name: b1, initial: [{items: 1}],/' two.yaml >adorned.yaml
[ "$(diff two.yaml adorned.yaml | grep -c '^>')" -eq 4 ] || fail "$(diff two.yaml adorned.yaml)"
run 0 "$TAKT" simulate --analytic two.yaml
cp .out two
run 0 "$TAKT" simulate --analytic adorned.yaml
sed 's/adorned/two/g' .out >adorned
same two adorned

# Outside the models: the field, what was found, what is covered.
# spoiled FROM TO [FILE]: bad.yaml, the good study with one thing changed in one line.
study three 4 100 10 3 >three.yaml
spoiled() {
    sed "0,/$1/s//$2/" "${3:-three.yaml}" >bad.yaml
    ! cmp -s "${3:-three.yaml}" bad.yaml || fail "nothing changed: $1"
}
beyond() {
    refuses bad.yaml "$@" 'covered by --analytic: ' -- "$TAKT" simulate --analytic bad.yaml
}
spoiled 'name: m2' 'name: m2\n      machines: 2'
beyond 'stations[1].machines: found 2'
spoiled 'name: m2' 'name: m2\n      batch_max: 3'
beyond 'stations[1].batch_max: found 3'
spoiled 'name: m2' 'name: m2\n      stops: [{name: wash, every: 8, duration: {mean: 60}}]'
beyond 'stations[1].stops: found 1'
spoiled 'is: constant, mean: 1}' 'is: constant, mean: 2}'
beyond 'stations[1].service.mean: found 1 s' "2 s, as at 'm1'"
spoiled 'is: constant' 'is: exponential'
beyond 'stations[0].service.is: found exponential in a line of 3'
spoiled 'is: constant' 'is: uniform, cv: 0.1'
beyond 'stations[0].service.is: found uniform' 'constant'
spoiled 'is: constant, mean: 1' 'is: triangular, min: 1, mode: 2, max: 3'
beyond 'stations[0].service.is: found triangular' 'constant'
spoiled 'up: {is: exponential' 'up: {is: constant'
beyond 'stations[0].failures[0].up.is: found constant' 'exponential'
spoiled 'failures: \[{' 'failures: [{counts: clock, '
beyond 'stations[0].failures[0].counts: found clock' 'working'
spoiled 'repair: {is: exponential, mean: 10}' 'repair: {is: exponential, mean: 0.5}'
beyond 'stations[0].failures[0].repair.mean: found 0.5 s' 'a cycle or more'
spoiled 'up: {is: exponential, mean: 100}' 'up: {is: exponential, mean: 1}'
beyond 'stations[0].failures[0].up.mean: found 1 s' 'more than 1 s'
spoiled 'failures: \[{' 'failures: [{loss: 0.5, '
beyond 'stations[0].failures[0].loss: found 0.5'
spoiled ', capacity: 4' ''
beyond 'buffers[0].capacity: found no limit in a line of 3'
spoiled 'to: out' 'to: scrap'
beyond "stations[2].routes[0].to: found 'scrap'"
spoiled 'to: out}' 'to: out, share: 0.9}, {to: scrap, share: 0.1}'
beyond 'stations[2].routes'
spoiled 'inputs: \[{from: b2}\]' 'inputs: [{from: b1}, {from: b2}]'
beyond 'stations[2].inputs: found 2'
spoiled 'buffers:' 'sources: [{name: s, to: b1, interarrival: {mean: 1}}]\n  buffers:'
beyond 'factory.sources: found 1'
spoiled 'capacity: 2' 'capacity: 1e6' random.yaml
beyond 'buffers[0].capacity: found 1e+06 places' '99998 or fewer'
spoiled 'failures: \[{' 'failures: [{crew: fitters, '
printf '  crews: [{name: fitters}]\n' >>bad.yaml
beyond "stations[0].failures[0].crew: found 'fitters'"
rm bad.yaml
refuses 'mini_factory.yaml' 'found' 'covered by' -- "$TAKT" simulate --analytic \
    "$examples/mini_factory.yaml"
refuses 'process.model' "found 'battery'" -- \
    "$TAKT" simulate --analytic "$examples/battery_line.yaml"
for flag in '--out here' '--resume' '--view' '--scenario some'; do
    # shellcheck disable=SC2086
    refuses "${flag%% *}: found beside --analytic" -- "$TAKT" simulate --analytic two.yaml $flag
done
refuses 'simulate --analytic STUDY' -- "$TAKT" simulate --analytic
refuses none.yaml 'No such file' -- "$MPIEXEC" -q -n 3 "$TAKT" simulate --analytic none.yaml

# Machines that are down most of the time: said, and no number made up.
study broken 2 1.1 2 6 >broken.yaml
run 1 "$TAKT" simulate --analytic broken.yaml
says 'found no answer'
finish
