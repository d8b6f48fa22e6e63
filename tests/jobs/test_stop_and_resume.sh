#!/usr/bin/env bash
# A run that is killed or told to stop continues to the same bytes; signals give exit code 75 and
# a readable run; a folder that holds another run is refused.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
study=$examples/mini_factory.yaml
many=(--set replications=400 --quiet)
search=(--set horizon.measured=2d --set optimize.population=8 --set optimize.generations=12
    --set optimize.final_replications=8 --set optimize.slope_replications=4 --quiet)

# --- simulate
run 0 "$TAKT" simulate "$study" "${many[@]}" --out whole
"$TAKT" simulate "$study" "${many[@]}" --out killed >.out 2>.err &
wait_for killed/checkpoint.bin $!
kill -KILL $!
wait $! 2>/dev/null || true
readable killed
! cmp -s whole/run.nc killed/run.nc || fail 'the run ended before it was killed'
run 0 "$TAKT" simulate --resume killed --quiet
same whole/run.nc killed/run.nc

# started again where nothing was before, and where everything is done
run 0 "$TAKT" simulate "$study" "${many[@]}" --out killed --resume
same whole/run.nc killed/run.nc
grep -q '"event": "resume"' killed/log.jsonl || fail 'the log does not say that the run was resumed'

# stopped SIGNAL FOLDER COMMAND...: told to stop once it has a checkpoint, it ends with 75.
stopped() {
    local signal=$1 folder=$2 code=0
    shift 2
    "$@" --out "$folder" >.out 2>.err &
    wait_for "$folder/checkpoint.bin" $!
    kill -"$signal" $!
    wait $! || code=$?
    [ "$code" -eq 75 ] || fail "$signal: found code $code, expected 75 ($(cat .err))"
    [ "$(grep -c '^takt: stopped' .err)" -eq 1 ] || fail "$signal: found $(cat .err)"
    says "--resume $folder"
    readable "$folder"
}
stopped TERM term "$TAKT" simulate "$study" "${many[@]}"
run 0 "$TAKT" runs
stopped INT int "$TAKT" simulate "$study" "${many[@]}"
stopped USR1 usr1 "$MPIEXEC" -q -n 2 "$TAKT" simulate "$study" "${many[@]}"
for folder in term int usr1; do
    run 0 "$TAKT" simulate "$study" "${many[@]}" --out $folder --resume
    same whole/run.nc $folder/run.nc
done

# Verbs that have nothing to continue end by the signal, as any program does.
for verb in 'validate mm1' 'bench drying_petsc'; do
    rm -f .err # its first line says that the program runs
    # shellcheck disable=SC2086
    "$TAKT" $verb >.out 2>.err &
    wait_for .err $!
    kill -TERM $!
    code=0
    wait $! || code=$?
    [ "$code" -eq 143 ] || fail "$verb: found code $code, expected 143 ($(cat .err))"
done

# A log whose last line was cut goes on in a line of its own.
truncate -s -20 whole/log.jsonl
run 0 "$TAKT" simulate --resume whole --quiet
[ "$(grep -c '^{"event": "resume"' whole/log.jsonl)" -eq 1 ] ||
    fail "the cut line took the next one: $(cat whole/log.jsonl)"

# --- optimize
run 0 "$TAKT" optimize "$study" "${search[@]}" --out best
sed '/^Run folder/d; /^Next/d' .out >best.table
"$TAKT" optimize "$study" "${search[@]}" --out best_killed >.out 2>.err &
wait_for best_killed/checkpoint.bin $!
kill -KILL $!
wait $! 2>/dev/null || true
run 0 "$MPIEXEC" -q -n 2 "$TAKT" optimize --resume best_killed --quiet
same best/run.nc best_killed/run.nc
sed '/^Run folder/d; /^Next/d' .out | same best.table /dev/stdin
stopped USR1 best_usr1 "$MPIEXEC" -q -n 2 "$TAKT" optimize "$study" "${search[@]}"
run 0 "$TAKT" optimize "$study" "${search[@]}" --out best_usr1 --resume
same best/run.nc best_usr1/run.nc

# --- folders
refuses "'whole'" 'add --resume' -- "$TAKT" simulate "$study" "${many[@]}" --out whole
refuses whole 'another study or seed' \
    -- "$TAKT" simulate "$study" "${many[@]}" --seed 5 --out whole --resume
refuses whole 'another study or seed' \
    -- "$TAKT" simulate "$study" --out whole --resume
refuses whole 'a run of takt simulate' \
    -- "$TAKT" optimize "$study" "${many[@]}" --out whole --resume
run 0 "$TAKT" simulate "$study" --set replications=2 --quiet # runs/mini_factory-1
run 0 "$TAKT" simulate "$study" --set replications=3 --quiet # runs/mini_factory-2
prints 'runs/mini_factory-2'
refuses "'runs/mini_factory-2'" 'add --resume' -- "$TAKT" simulate "$study" --out last
run 0 "$TAKT" simulate --resume last --quiet
prints 'runs/mini_factory-2'
run 0 "$TAKT" runs
prints 'runs/mini_factory-1'
prints done

# What others left below runs/ is listed or left out, and never steers the terminal.
mkdir -p runs/foreign runs/half runs/bad "runs/$(printf 'e\033vil')"
touch runs/foreign/readme runs/file "runs/$(printf 'e\033vil')/log.jsonl"
echo 'study: x' >runs/half/study.yaml
echo '{no json' >runs/bad/log.jsonl
cat >runs/half/log.jsonl <<'END'
{"event": "start", "verb": "two\nlines", "study": "a\u001b[31m"}
END
run 0 "$TAKT" runs
prints 'no readable log'
prints 'two?lines'
prints 'a?[31m'
! LC_ALL=C grep -q "$(printf '\033')" .out || fail 'a control character came through'
refuses 'a run of takt two?lines' -- "$TAKT" simulate "$study" --out runs/half --resume

# One replication tells nothing about its error.
run 0 "$TAKT" simulate "$examples/mm1.yaml" --set replications=1 --quiet --json --out one
prints '"lo": null'
prints '"hi": null'
run 0 "$TAKT" simulate --resume one --quiet
prints 'mm1: 1 replication of'
finish
