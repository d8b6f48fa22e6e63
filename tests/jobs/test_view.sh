#!/usr/bin/env bash
# A run that is watched gives the same bytes, answers with a token and with nothing else, and can be
# replayed; a damaged file is a message and no dead server; wrong flags are refused.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
. "$TAKT_SOURCE_DIR/tests/jobs/viewer.sh"
study=$examples/mini_factory.yaml
many=(--set replications=600 --quiet)

run 0 "$TAKT" simulate "$study" "${many[@]}" --out plain --json
mean=$(grep -o '"mean": [0-9.e-]*' .out | head -n 1)

# --- live, on one rank and on three
watched() {
    local folder=$1 pid
    shift
    "$@" simulate "$study" "${many[@]}" --out "$folder" --view >.table 2>.err &
    pid=$!
    watch .err $pid
    wait_for "$folder/view.json" $pid
    [ "$(stat -c %a "$folder/view.json")" = 600 ] || fail 'others can read view.json'
    ask 200 GET api/v1/status
    prints '"verb": "simulate"'
    run 0 "$TAKT" view "$folder"
    prints "$origin/#token=$token"
    ! tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q "$token" || fail 'the token stands in argv'
    token=wrong ask 401 GET api/v1/status
    [ "$(curl -s -o .out -w '%{http_code}' -H "Authorization: Bearer $token" \
        -H 'Host: evil.example' "$origin/api/v1/status")" != 200 ] || fail 'any Host is served'
    ask 403 POST api/v1/stop
    wait $pid || fail "the watched run failed: $(cat .err)"
    same plain/run.nc "$folder/run.nc"
    [ ! -e "$folder/view.json" ] || fail 'view.json is left'
    ! grep -rq "$token" "$folder" || fail 'the token is left in the run'
}
watched one "$TAKT"
watched three "$MPIEXEC" -q -n 3 "$TAKT"

# --- any verb
"$TAKT" validate stops_by_items --view --quiet >.table 2>.err || fail "validate --view: $(cat .err)"
grep -q '#token=' .err || fail 'validate --view says no address'
"$TAKT" check "$study" --view --json >.table 2>.err || fail "check --view: $(cat .err)"

# --- replay
"$TAKT" view plain >.address 2>.err &
viewer=$!
watch .address $viewer
ask 200 GET api/v1/kpis
until_says "$mean" GET api/v1/kpis
ask 200 GET 'api/v1/channels/kpi_mean?format=csv'
prints cost_per_good_housing
ask 200 GET 'api/v1/kpis?run=one'
ask 404 GET 'api/v1/kpis?run=none'
ask 404 GET 'api/v1/kpis?run=..%2Fplain'
ask 200 GET api/v1/runs
prints '"name": "three"'
ask 403 POST api/v1/stop
leave $viewer

# --- a file that is not what it was
mkdir damaged
cp plain/study.yaml plain/log.jsonl damaged
head -c 60000 plain/run.nc >damaged/run.nc
rm -f .address
"$TAKT" view damaged >.address 2>.err &
viewer=$!
watch .address $viewer
until_says damaged GET api/v1/status
ask 200 GET api/v1/study
leave $viewer

# --- bad input
refuses 'view: found nothing called' -- "$TAKT" view nowhere
refuses 'view: found no run' -- "$TAKT" view .
refuses --control -- "$TAKT" view "$study"
refuses --port 65535 -- "$TAKT" view plain --port 65536
refuses bind TLS -- "$TAKT" view plain --bind 0.0.0.0
refuses --view -- "$TAKT" simulate "$study" --port 8080
refuses --socket --bind -- "$TAKT" view plain --socket --port 8080
refuses --ranks --control -- "$TAKT" view plain --ranks 2
refuses --set --control -- "$TAKT" view plain --set seed=3
refuses mpirun -- env OMPI_COMM_WORLD_SIZE=2 "$TAKT" view plain

# --- a socket that nobody else can reach: asked for, or because a compute node has other users
socket_viewer() {
    local code=0
    rm -f .address # that of the viewer before
    "$@" >.address 2>.err &
    viewer=$!
    until grep -qs 'token=' .address || ! kill -0 $viewer; do sleep 0.02; done
    socket=$(sed -n 's/.*8765:\([^ ]*\) .*/\1/p' .address)
    token=$(sed -n 's/.*#token=//p' .address)
    [ "$(stat -c %a "$socket")" = 600 ] || fail 'others can reach the socket'
    curl -s -m 5 --unix-socket "$socket" -H "Authorization: Bearer $token" \
        http://localhost:8765/api/v1/status | grep -q '"state": "finished"' || code=$?
    [ $code -eq 0 ] || fail 'the socket gives no answer'
    leave $viewer
    [ ! -e "$socket" ] || fail 'the socket is left'
}
socket_viewer "$TAKT" view plain --socket
socket_viewer env SLURM_JOB_ID=1 "$TAKT" view plain
finish
