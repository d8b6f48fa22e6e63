#!/usr/bin/env bash
# takt check shows the flow: sources, stations with their setups and people, and every product from
# who releases it along its steps, with what they spoil, send back and must be set up for.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# line TEXT: a line of the flow, whole.
line() {
    grep -qxF -- "  $1" .out || fail "no line '$1' in: $(sed -n '/^Flow/,/^$/p' .out)"
}

cat >plant.yaml <<'END_OF_STUDY'
study: plant
replications: 1
horizon: {measured: 1 h}
factory:
  crews: [{name: fitters, size: 2}, {name: electricians}]
  products:
    - name: red
      setup: red
      steps:
        - {station: booth}
        - {station: lathe, name: rough, scrap: 0.01}
        - {station: booth, name: again, setup: clear}
        - {station: lathe, name: fine, rework: 0.05, rework_to: rough}
    - {name: kit, steps: [{station: lathe, rework: 0.2}]}
    - {name: spare, steps: [{station: booth}]}
  sources:
    - {name: one, product: red, interarrival: {mean: 10 min}}
    - {name: two, product: red, interarrival: {mean: 20 min}, number: 3}
    - {name: list, file: list.csv}
    - {name: loose, to: before_joiner, interarrival: {mean: 30 min}}
  buffers: [{name: before_booth}, {name: before_lathe}, {name: before_joiner}]
  stations:
    - name: booth
      inputs: [{from: before_booth}]
      service: {mean: 1 min}
      changeovers: [{time: {mean: 2 min}}, {to: red, time: {mean: 1 min}}]
      setup_min_run: 4
      operators: {crews: [fitters, electricians]}
    - name: lathe
      machines: 2
      inputs: [{from: before_lathe}]
      service: {mean: 1 min}
      operators: {crew: fitters}
    - name: joiner
      inputs: [{from: before_joiner, take: 2}]
      service: {mean: 1 min}
      makes: kit
END_OF_STUDY
printf 'time_h,product\n0.1,spare\n0.2,red\n' >list.csv
run 0 "$TAKT" check plant.yaml
line 'one (every 600 s) -> red'
line "before_booth -> [booth, 2 changeovers, runs of 4, operators: fitters or electricians] -> \
next steps"
line 'before_lathe -> [lathe x 2, operators: fitters] -> next steps'
line "red: one, two, list -> [booth, setup red] -> [lathe: rough, scrap 1 %] -> \
[booth: again, setup clear] -> [lathe: fine, 5 % back to rough] -> out"
line 'kit: [joiner] -> [lathe, 20 % back to lathe] -> out'
line 'spare: list -> [booth] -> out'

# A long way is cut short, a product that nobody releases is shown as one.
{
    printf 'study: long\nreplications: 1\nhorizon: {measured: 1 h}\nfactory:\n'
    printf '  buffers: [{name: b}]\n  sources: [{name: s, product: short, '
    printf 'interarrival: {mean: 1 h}}]\n'
    printf '  stations: [{name: m, inputs: [{from: b}], service: {mean: 1 s}}]\n'
    printf '  products:\n    - {name: short, steps: [{station: m}]}\n'
    printf '    - name: long\n      steps:\n'
    for ((i = 1; i <= 30; i++)); do printf '        - {station: m, name: step%d}\n' "$i"; done
} >long.yaml
run 0 "$TAKT" check long.yaml
line 'short: s -> [m] -> out'
prints 'long: (nobody) -> [m: step1] -> [m: step2]'
prints '-> [m: step24] -> 6 more steps -> out'

# JSON has the same lines.
run 0 "$TAKT" check plant.yaml --json
prints '"spare: list -> [booth] -> out"'
finish
