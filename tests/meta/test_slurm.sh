#!/usr/bin/env bash
# jobs/slurm/optimize.sbatch, with stand-ins for srun, mpirun and scontrol: USR1 reaches the ranks,
# code 75 queues the job again, another code does not, and mpirun takes over where srun lacks pmix.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export WORK=$work SLURM_JOB_ID=4711 PATH=$work:$PATH

cat >"$work/launcher" <<'END'
#!/usr/bin/env bash
[ "${1:-}" != --mpi=list ] || { echo "MPI plugin types are: ${PLUGINS:-none pmix}"; exit 0; }
trap 'echo signalled >>"$WORK/log"; exit 75' USR1
echo "$(basename "$0") $*" >>"$WORK/log"
[ -z "${CODE:-}" ] || exit "$CODE"
while :; do sleep 0.02; done
END
# shellcheck disable=SC2016 # expanded when it runs
printf '#!/bin/sh\necho "scontrol $*" >>"$WORK/log"\n' >"$work/scontrol"
chmod +x "$work/launcher" "$work/scontrol"
ln -s launcher "$work/srun"
ln -s launcher "$work/mpirun"

# expect_log CODE LINE...: the script ended with CODE and left these lines.
expect_log() {
    local expected=$1 log
    shift
    [ "$code" -eq "$expected" ] || { echo "found code $code, expected $expected"; exit 1; }
    log=$(cat "$work/log")
    if [ "$log" != "$(printf '%s\n' "$@")" ]; then
        printf 'found:\n%s\nexpected:\n' "$log"
        printf '%s\n' "$@"
        exit 1
    fi
    rm "$work/log"
}
script=$TAKT_SOURCE_DIR/jobs/slurm/optimize.sbatch
arguments='build/takt optimize plant.yaml --out runs/plant-job4711 --resume'

bash "$script" plant.yaml >/dev/null &
job=$!
until [ -s "$work/log" ]; do sleep 0.02; done
sleep 0.1
kill -USR1 "$job"
code=0
wait "$job" || code=$?
expect_log 75 "srun --mpi=pmix $arguments" signalled 'scontrol requeue 4711'

code=0
CODE=0 bash "$script" plant.yaml || code=$?
expect_log 0 "srun --mpi=pmix $arguments"

code=0
CODE=2 PLUGINS=pmi2 TAKT=/opt/takt bash "$script" plant.yaml there || code=$?
expect_log 2 'mpirun -q /opt/takt optimize plant.yaml --out there --resume'
echo "the batch script forwards, queues again and ends as it should"
