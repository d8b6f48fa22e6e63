#!/usr/bin/env bash
# Unknown numbers of a dryer through the command line: the truth of the example lies in its
# intervals, what sensors do not see is said, the same bytes on 1 and 3 ranks, and data with
# mistakes are answered with file, line and column.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# holds NAME TRUTH: the interval of the last table holds the truth and is no wider than 20 %.
holds() {
    awk -v name="$1" -v truth="$2" '$1 == name && NF == 8 {
        exit !($5 <= truth && truth <= $6 && $6 - $5 < 0.2 * truth) }' .out ||
        fail "$1: expected $2 in its interval: $(grep "^ *$1 " .out)"
    grep -q "^ *$1 " .out || fail "found no $1"
}

infer() { "$TAKT" physics infer drying "$@"; }
study=$examples/dryer_sensors.yaml

for n in 1 3; do
    run 0 "$MPIEXEC" -q -n $n "$TAKT" physics infer drying "$study" --quiet --out r$n
    holds diffusivity 4.0e-10
    holds heat_transfer_1 1.15
    holds heat_transfer_2 0.85
    prints 'Next: takt physics solve drying'
    ! grep -q 'does not explain' .out || fail 'the fit is good'
done
same r1/run.nc r3/run.nc
readable r1
same r1/sensors.csv "$examples/dryer_sensors.csv"
run 0 infer r1/study.yaml --quiet --out again # the folder holds all that is needed
same r1/run.nc again/run.nc
run 0 infer "$study" --json --quiet --out json
for text in '"verb": "physics infer"' '"name": "diffusivity"' '"lo":' '"hi":' '"error":' \
    '"chi2_per_degree":' '"converged": true'; do
    prints "$text"
done
run 0 "$TAKT" physics solve drying "$study" --quiet

# `takt new` brings the readings along.
mkdir -p plant
run 0 "$TAKT" new plant/my.yaml --from dryer_sensors
run 0 infer plant/my.yaml --quiet
holds diffusivity 4.0e-10

# Without a binder sensor nothing is learnt about the diffusivity: it keeps its prior.
mkdir -p films
cp "$study" films/study.yaml
grep -v '^binder' "$examples/dryer_sensors.csv" >films/dryer_sensors.csv
run 0 infer films/study.yaml --quiet
prints 'The sensors say nothing about diffusivity'
prints 'needs a sensor of it (binder_at_foil or binder_at_surface)'
awk '$1 == "diffusivity" { exit !($3 == "8e-10" || $3 == "8.0000e-10") && $8 == "no" }' .out ||
    fail "the prior is not kept: $(grep diffusivity .out)"

# Wrong about the noise: the fit says that something does not fit.
sed 's/,1\.05$/,0.1/' "$examples/dryer_sensors.csv" >films/dryer_sensors.csv
run 0 infer films/study.yaml --quiet
prints 'does not explain the readings within their noise'

# A network of time in place of windows; places and times, other units and any order of columns.
awk -F, '/^#/ { next } /^sensor/ { print "time_s,value,sensor"; next }
    /degC/ { printf "%.9g, %.9g, \"film_temperature_K\"\r\n", $2 * 1.2, $3 + 273.15; next }
    { printf "%.9g,%s,%s\n", $2 * 1.2, $3, $1 }' "$examples/dryer_sensors.csv" |
    sort >shuffled
{ grep '^time_s' shuffled; grep -v '^time_s' shuffled; } >films/dryer_sensors.csv
noise='infer.noise={film_temperature_K: 1.05, solvent_mass_kg_m2: 0.00095, '
noise+='binder_at_surface: 0.017}'
run 0 infer films/study.yaml --quiet --set "$noise"
holds diffusivity 4.0e-10
holds heat_transfer_1 1.15
run 0 infer films/study.yaml --quiet --set "$noise" --set 'infer.unknowns[1].neurons=2' \
    --set 'infer.unknowns[1].windows=8' --set 'infer.unknowns[1].sd=2' --out network
grep -q '^ *63.00  *72.00 ' .out || fail 'found no curve of eight windows'
holds diffusivity 4.0e-10
readable network
refuses 'films/dryer_sensors.csv:2:' ': standard_deviation: found none for' 'infer.noise.' -- \
    infer films/study.yaml

# Too few steps: the table is there, and the reason why it is not believed.
run 1 infer "$study" --quiet --out short --set infer.iterations=1
says 'dryer_sensors: not converged after 1 iterations'
prints diffusivity
readable short

# What is wrong is said in one line, and nothing is left behind.
# wrong LINE TEXT...: the example's data with this line in place of its fifth.
wrong() {
    local line=$1
    shift
    sed "5s/.*/$line/" "$examples/dryer_sensors.csv" >films/dryer_sensors.csv
    refuses films/dryer_sensors.csv:5: "$@" -- infer films/study.yaml
}
# points TEXT: the error showed its line, and the caret stands below this text.
points() {
    awk -v text="$1" 'NR == 2 { line = $0 } NR == 3 { at = index($0, "^") }
        END { exit !(at > 0 && substr(line, at, length(text)) == text) }' .err ||
        fail "expected a caret below '$1': $(cat .err)"
}
wrong 'film_temp,6,77,1' ':1: sensor' "found 'film_temp'" film_temperature_degC
points film_temp,6,77,1
wrong 'solvent,6,77,1' "found 'solvent'"
wrong 'solvent_mass_kg_m2,6,high,1' ':22: value' "found 'high', allowed: a number"
points high,1
wrong 'solvent_mass_kg_m2,6,nan,1' "value: found 'nan', allowed: a number"
wrong 'solvent_mass_kg_m2,6,0x1,1' "value: found '0x1'"
wrong 'solvent_mass_kg_m2,6,,1' "value: found ''"
wrong 'solvent_mass_kg_m2,6,1e999,1' "value: found '1e999'"
wrong 'film_temperature_degC,6,-300,1' 'allowed: a temperature above absolute zero'
wrong 'solvent_mass_kg_m2,61,0.1,1' ':20: position_m' 'found 61, allowed: above 0, to 60'
wrong 'solvent_mass_kg_m2,0,0.1,1' 'position_m: found 0'
wrong 'solvent_mass_kg_m2,here,0.1,1' "position_m: found 'here', allowed: a number"
wrong 'solvent_mass_kg_m2,6,0.1,0' "standard_deviation: found '0', allowed: above 0"
wrong 'solvent_mass_kg_m2,6,0.1,-1' "standard_deviation: found '-1'"
wrong 'solvent_mass_kg_m2,6,0.1,' 'standard_deviation: found none for solvent_mass_kg_m2'
tail -n 1 .err | grep -q '^ \{27\}^$' || fail "expected a caret behind the line: $(cat .err)"
wrong 'solvent_mass_kg_m2,6,0,1,7' ':26: found 5 values, allowed: 4 as in the header'
points 7
wrong 'solvent_mass_kg_m2,6,0' ':23: found 3 values, allowed: 4 as in the header'
wrong 'sölvent,6' ':10: found 2 values' # characters, not bytes
wrong "  solvent_mass_kg_m2,6, $(printf '%60s' '')öö ,1\r" ":85: value: found 'öö', allowed"
points öö
wrong 'solvent_mass_kg_m2;6;0;1' ':25: found 1 value, allowed: 4'
header() {
    printf '%s\n' "$1" 'solvent_mass_kg_m2,6,0.1,1' >films/dryer_sensors.csv
    refuses films/dryer_sensors.csv:1: header "$2" 'allowed: sensor, value' -- \
        infer films/study.yaml
}
header 'sensor,place,value,standard_deviation' 'found place'
points place,value
header 'sensor,time_s,position_m,value' 'found time_s and position_m'
header 'sensor,time_s,time_s,value' 'found time_s'
header 'sensor,value' 'found no such column'
printf '# nothing\n' >films/dryer_sensors.csv
refuses 'films/dryer_sensors.csv: found no readings' -- infer films/study.yaml
rm films/dryer_sensors.csv
refuses 'films/study.yaml:24:' "infer.data: found 'dryer_sensors.csv'" -- infer films/study.yaml
refuses 'infer.unknowns[0].mean' 'found none, and the plant' 'is not in the range' -- \
    infer "$study" --set infer.unknowns[0].mean=0 --set infer.unknowns[0].max=5e-10
refuses 'infer: found none' -- infer "$examples/mm1.yaml"
refuses "found 'baking', allowed: drying" -- "$TAKT" physics infer baking "$study"
refuses 'infer drying STUDY' -- "$TAKT" physics infer drying
refuses 'takt physics fit or infer' -- "$TAKT" simulate "$study"

# NetCDF as others write it.
if command -v ncgen >/dev/null; then
    awk -F, '/^#|^sensor/ { next }
        { s = s c "\"" $1 "\""; p = p c $2; v = v c $3; d = d c $4; c = ", "; n++ }
        END { print "netcdf data { dimensions: obs = " n "; variables: string sensor(obs);",
            "double position_m(obs); double value(obs); float standard_deviation(obs);",
            "data: sensor = " s "; position_m = " p "; value = " v "; standard_deviation = " d "; }"
        }' "$examples/dryer_sensors.csv" >data.cdl
    ncgen -4 -o films/data.nc data.cdl
    run 0 infer films/study.yaml --quiet --set infer.data=data.nc --out nc
    holds diffusivity 4.0e-10
    same films/data.nc nc/sensors.nc
    sed 's/value = 67.97/value = NaN/' data.cdl >bad.cdl
    ncgen -4 -o films/bad.nc bad.cdl
    refuses 'films/bad.nc:2:' "value: found ''" -- infer films/study.yaml --set infer.data=bad.nc
    ! grep -q nc:2:[0-9] .err || fail "a column of a file without lines: $(cat .err)"
fi
# What is none, cut off, or of something else.
printf 'no file' >films/none.nc
head -c 3000 r1/run.nc >films/half.nc
for file in none half; do
    refuses "films/$file.nc: file: cannot be read" 'allowed: NetCDF with sensor, value' -- \
        infer films/study.yaml --set infer.data=$file.nc
done
cp r1/run.nc films/run.nc
refuses 'films/run.nc: found none of the variables, allowed: sensor' -- infer films/study.yaml \
    --set infer.data=run.nc
finish
