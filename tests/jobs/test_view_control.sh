#!/usr/bin/env bash
# With --control REST starts, stops, saves and resets runs and changes set-points within their
# ranges; each action stands in log.jsonl; what dies is told; without the right token nothing moves.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
. "$TAKT_SOURCE_DIR/tests/jobs/viewer.sh"
study=$examples/mini_factory.yaml

"$TAKT" view "$study" --control --set replications=40000 >.address 2>.err &
viewer=$!
watch .address $viewer
control=$token
view=$(sed -n 's/^read-only: .*#token=//p' .address)
[ "${#view}" -eq 32 ] || fail "found no read-only address: $(cat .address)"

ask 200 GET api/v1/status
prints '"state": "waiting"'
ask 409 POST api/v1/stop
token=$view ask 403 POST api/v1/start '{"verb":"simulate"}'
ask 400 POST api/v1/start '{"verb":"bake"}'
ask 400 POST api/v1/start '{"verb":"simulate","set_points":{"mils":4}}'
ask 400 POST api/v1/start '{"verb":"simulate","set_points":{"mills":400}}'
[ ! -e runs ] || fail 'a refused start left a run'

# --- start, save, stop, and the log of it
ask 200 POST api/v1/start '{"verb":"simulate","set_points":{"mills":4}}'
until_says '"state": "running"' GET api/v1/status
ask 409 POST api/v1/start '{"verb":"simulate"}'
wait_for runs/mini_factory-1/run.nc $viewer
grep -q 'machines: 4' runs/mini_factory-1/study.yaml || fail 'the set-point did not arrive'
ask 200 POST api/v1/checkpoint
until_says 'saved: checkpoint.bin' GET api/v1/log
ask 200 POST api/v1/stop
until_says '"state": "stopped"' GET api/v1/status
for text in 'started from the page: simulate, mills=4' 'save from the page' 'stop from the page' \
    '"event": "stopped"'; do
    grep -qF "$text" runs/mini_factory-1/log.jsonl || fail "expected '$text' in log.jsonl"
done
# what the page asks for later makes no ended run one that goes on
ask 200 POST api/v1/reset
grep -q 'reset from the page' runs/mini_factory-1/log.jsonl || fail 'no line about the reset'
ask 200 GET api/v1/runs
prints '"state": "stopped"'
# it goes on where it was stopped, with the study of the page
run 75 timeout --preserve-status -s TERM 2 "$TAKT" simulate --resume runs/mini_factory-1 --quiet
grep -q '"event": "resume"' runs/mini_factory-1/log.jsonl || fail 'the run was not continued'

# --- a run that is stopped at once was stopped, however far it had come
for n in 1 2 3; do
    ask 200 POST api/v1/start '{"verb":"simulate"}'
    ask 200 POST api/v1/stop
    until_says '"state": "stopped"' GET api/v1/status
    until_says '"done"' POST api/v1/reset
done
rm -rf runs/mini_factory-[2-9]

# --- a run that is killed is a failed run, and another can follow
ask 200 POST api/v1/start '{"verb":"optimize"}'
until_says '"state": "running"' GET api/v1/status
wait_for runs/mini_factory-2/study.yaml $viewer
pkill -KILL -P $viewer
until_says '"state": "failed"' GET api/v1/status
prints 'signal 9'
ask 200 POST api/v1/reset
until_says '"state": "waiting"' GET api/v1/status
ask 200 POST api/v1/optimise '{}'
until_says '"state": "running"' GET api/v1/status
ask 200 GET api/v1/runs
prints '"name": "mini_factory-3"'

# --- the end of the viewer stops its run with a checkpoint
leave $viewer
grep -q '"event": "stopped"' runs/mini_factory-3/log.jsonl || fail 'the last run was not stopped'
! grep -rq "$control\|$view" runs || fail 'a token is left in a run'

# --- ranks that run already obey, and can do nothing else
rm -f .address # an older one would be taken for ours
"$MPIEXEC" -q -n 3 "$TAKT" simulate "$study" --set replications=40000 --quiet --out ranks \
    --view --control >.table 2>.address &
ranks=$!
watch .address $ranks
wait_for ranks/checkpoint.bin $ranks
ask 409 POST api/v1/start '{"verb":"simulate"}'
ask 200 POST api/v1/checkpoint
until_says 'saved: checkpoint.bin' GET api/v1/log
ask 200 POST api/v1/stop
code=0
wait $ranks || code=$?
[ $code -eq 75 ] || fail "found code $code, expected 75: $(cat .address)"
grep -q '"event": "control".*stop, with a checkpoint' ranks/log.jsonl ||
    fail 'no line about the stop'
finish
