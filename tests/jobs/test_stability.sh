#!/usr/bin/env bash
# Plants that cannot keep up, that stand still, and files that have changed: refused, told, told.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# --- more comes than can be done: refused with the station, unless somebody wants to see it
cat >over.yaml <<'YAML'
study: over
replications: 4
horizon: {warm_up: 1 h, measured: 10 h}
factory:
  max_items: 100000
  sources: [{name: in, to: queue, interarrival: {is: exponential, mean: 60}}]
  buffers: [{name: queue}]
  stations:
    - name: slow
      service: {is: exponential, mean: 72}
      inputs: [{from: queue}]
      routes: [{to: out}]
YAML
run 2 "$TAKT" simulate over.yaml --quiet --out refused
says "over.yaml:9:7: factory.stations[0]: found 'slow' with a load of 1.2 "
says '(60 pieces/h come, it can do 50)'
[ ! -e refused ] || fail 'a folder was made for a study that is refused'
run 2 "$TAKT" simulate over.yaml --quiet --out refused \
    --set 'factory.sources[in].interarrival.mean=72'
run 0 "$TAKT" simulate over.yaml --quiet --out fits --set 'factory.sources[in].interarrival.mean=80'
! grep -q 'fills up' .out || fail 'a plant that keeps up was said to fill'
run 0 "$TAKT" simulate over.yaml --quiet --out shown --allow-unstable
grep -q 'Warning: the plant fills up all the time' .out || fail 'nothing was said of the growth'
grep -q '"event": "warning"' shown/log.jsonl || fail 'the log has no warning'
run 0 "$TAKT" simulate over.yaml --quiet --out bounded --set 'factory.buffers[queue].capacity=5'
run 0 "$TAKT" check over.yaml
grep -q "Unstable: found 'slow' with a load of 1.2" .out || fail 'check does not say it'

# --- parts: four gears of each gearbox come where it is put together again, no more and no less
cat >parts.yaml <<'YAML'
study: parts
replications: 2
horizon: {measured: 100 h}
factory:
  sources: [{name: in, to: worn, interarrival: {is: exponential, mean: 100}}]
  buffers: [{name: worn}, {name: housings}, {name: gears}, {name: ground}]
  stations:
    - name: split
      service: {mean: 50}
      inputs: [{from: worn}]
      routes: [{to: housings, parts: 1, share: 0.5}, {to: gears, parts: 4, share: 0.5}]
    - {name: grind, service: {mean: 20}, inputs: [{from: gears}], routes: [{to: ground}]}
    - name: join
      service: {mean: 50}
      inputs: [{from: housings, match: true}, {from: ground, take: 4, match: true}]
      routes: [{to: out}]
YAML
run 0 "$TAKT" simulate parts.yaml --quiet --out whole
run 2 "$TAKT" simulate parts.yaml --quiet --out refused \
    --set 'factory.stations[grind].service.mean=30'
says "found 'grind' with a load of 1.2 (144 pieces/h come, it can do 120)"
run 0 "$TAKT" simulate "$TAKT_SOURCE_DIR/examples/gearbox.yaml" --set replications=2 --quiet \
    --out gearbox

# --- a tank that is smaller than one take stands still: code 1, told the same way on all ranks
cat >tank.yaml <<'YAML'
study: tank
replications: 5
horizon: {measured: 10 h}
factory:
  buffers: [{name: tank, capacity: 2, by_quantity: true}]
  stations:
    - name: mixer
      service: {is: exponential, mean: 60}
      routes: [{to: tank}]
    - name: press
      service: {is: exponential, mean: 60}
      inputs: [{from: tank, take: 3, by_quantity: true}]
      routes: [{to: out}]
YAML
run 1 "$TAKT" simulate tank.yaml --quiet --out still
says "no place in 'tank' (2 of 2)"
grep -q "To see it again: takt simulate tank.yaml" still/deadlock.txt || fail 'no deadlock.txt'
run 1 "$MPIEXEC" -q -n 2 "$TAKT" simulate tank.yaml --quiet --out still2
same still/deadlock.txt still2/deadlock.txt
run 1 "$TAKT" check tank.yaml

# --- the contents of its files belong to the study
cat >orders.yaml <<'YAML'
study: orders
replications: 4
horizon: {measured: 10 h}
factory:
  sources: [{name: orders, to: queue, file: orders.csv}]
  buffers: [{name: queue}]
  stations:
    - name: server
      service: {is: empirical, file: times.csv}
      inputs: [{from: queue}]
      routes: [{to: out}]
YAML
printf 'time_h\n1\n2\n3\n' >orders.csv
printf 'minutes\n30\n40\n' >times.csv
run 0 "$TAKT" simulate orders.yaml --quiet --out book
run 0 "$TAKT" simulate orders.yaml --quiet --out book --resume
for file in orders times; do
    cp $file.csv kept.csv
    printf '9\n' >>$file.csv
    run 2 "$TAKT" simulate orders.yaml --quiet --out book --resume
    says "# $file.csv:"
    mv kept.csv $file.csv
done
run 0 "$TAKT" simulate orders.yaml --quiet --out book --resume
printf 'time_h\n1\n3\n2\n' >orders.csv
run 2 "$TAKT" simulate orders.yaml --quiet --out other
says "orders.csv:4:1: time_h: found '2', allowed: rows in the order of their times"

# --- no working time, and times that no clock holds
cat >calendar.yaml <<'YAML'
study: calendar
horizon: {measured: 10 h}
factory:
  sources: [{name: in, to: queue, interarrival: {mean: 600}}]
  buffers: [{name: queue}]
  calendars: [{name: day, cycle: 24 h, shifts: [{from: 0, to: 8 h}]}]
  stations:
    - name: server
      calendar: day
      service: {mean: 60}
      inputs: [{from: queue}]
      routes: [{to: out}]
YAML
bad() { # bad TEXT SET: refused with that text
    run 2 "$TAKT" check calendar.yaml --set "$2"
    says "$1"
}
bad 'shifts: found 0 entries, allowed: 1 or more' 'factory.calendars[day].shifts=[]'
bad 'allowed: later than `from`' 'factory.calendars[day].shifts=[{from: 1h, to: 1h}]'
bad 'allowed: later than `from`' 'factory.calendars[day].shifts=[{from: 0, to: 1e-8}]'
bad 'horizon.measured: found 1e12, allowed: 0.001 to 100000000000 s' horizon.measured=1e12
bad 'horizon.measured: found 1e300' horizon.measured=1e300
bad 'horizon.warm_up: found 1e11' horizon.warm_up=1e11
bad 'interarrival.mean: found 1e11' 'factory.sources[in].interarrival.mean=1e11'
