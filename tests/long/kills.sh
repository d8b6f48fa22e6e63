#!/usr/bin/env bash
# Kill -9 at random moments, resume, and again, 200 times over: the finished run has the bytes of
# one that was never disturbed. About five minutes on 2 cores; KILLS changes the number.
set -euo pipefail
cd "$TAKT_WORK"
kills=${KILLS:-200}
study=$TAKT_SOURCE_DIR/examples/battery_line.yaml
budget=(--set optimize.generations=12 --set optimize.population=12
    --set optimize.final_replications=8 --set optimize.slope_replications=4)
RANDOM=1

if [ ! -f reference/run.nc ]; then
    rm -rf reference
    "$TAKT" optimize "$study" "${budget[@]}" --out reference --quiet >/dev/null
fi

n_kills=0
n_runs=0
while [ "$n_kills" -lt "$kills" ]; do
    rm -rf killed
    ranks=$((1 + n_runs % 2))
    while true; do
        # An empty folder, a half-made one or a checkpoint: --resume takes what there is.
        setsid "$MPIEXEC" -q -n "$ranks" "$TAKT" optimize "$study" "${budget[@]}" \
            --out killed --resume --quiet >/dev/null 2>&1 &
        pid=$!
        sleep "0.$((2 + RANDOM % 8))$((RANDOM % 10))"
        if kill -KILL -- "-$pid" 2>/dev/null; then
            n_kills=$((n_kills + 1))
            wait "$pid" 2>/dev/null || true
            pkill -KILL -s "$pid" || true # the ranks: groups of their own in the session of setsid
            [ "$((n_kills % 10))" -ne 0 ] || ranks=$((1 + RANDOM % 2))
            [ "$n_kills" -lt "$kills" ] || break
            [ "$((n_kills % 25))" -ne 0 ] || break
            continue
        fi
        wait "$pid" || { echo "kills: found exit code $? after $n_kills kills"; exit 1; }
        break
    done
    "$TAKT" optimize "$study" "${budget[@]}" --out killed --resume --quiet >/dev/null
    if ! cmp killed/run.nc reference/run.nc; then
        echo "kills: other bytes after $n_kills kills"
        exit 1
    fi
    n_runs=$((n_runs + 1))
done
echo "$n_kills kills, $n_runs finished runs, all with the same bytes"
