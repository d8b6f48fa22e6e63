#!/usr/bin/env bash
# jobs/slurm/optimize.sbatch in a real Slurm on this machine: told of its time limit, a job stops
# with a checkpoint, queues itself again and goes on to the bytes of an undisturbed run; bad input
# ends it with its own code; where srun knows no PMIx, mpirun starts the ranks.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
for tool in slurmctld slurmd sbatch; do
    if ! command -v $tool >/dev/null || [ "$(id -u)" -ne 0 ]; then
        echo 'skipped: it takes Slurm (slurmctld, slurmd, slurm-client) and root'
        exit 77
    fi
done
script=$TAKT_SOURCE_DIR/jobs/slurm/optimize.sbatch
export SLURM_CONF=$work/slurm.conf TAKT
trap 'scontrol shutdown >/dev/null 2>&1 || true; wait; rm -rf "$work"' EXIT

# One node without munge and cgroups, on ports of this process: for the loopback alone.
mkdir state spool
port=$((20000 + $$ % 20000))
cat >slurm.conf <<END_CONF
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=5
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldPort=$port
SlurmdPort=$((port + 1))
MpiDefault=pmix
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0
NodeName=localhost NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES State=UP
END_CONF
echo CgroupPlugin=cgroup/v1 >cgroup.conf # is not used, and does not look for systemd as v2 does
slurmctld -D -c >slurmctld.log 2>&1 &
slurmd -D -N localhost >slurmd.log 2>&1 &
slurmd=$!

# shellcheck disable=SC2317 # called by until_true
node_is_idle() { [ "$(sinfo -h -o %T)" = idle ]; }
state_of() { scontrol show job "$1" | tr ' ' '\n' | sed -n "s/^$2=//p"; }
# shellcheck disable=SC2317 # called by until_true
is_over() { [[ $(state_of "$1" JobState) =~ ^(COMPLETED|FAILED|CANCELLED|TIMEOUT)$ ]]; }

# until_true SECONDS COMMAND...: tries until it succeeds.
until_true() {
    local tries=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { fail "did not happen: $*"; cat ./*.log; finish; }
        sleep 0.1
    done
}
# shellcheck disable=SC2317 # called by until_true
is_decided() { node_is_idle || ! kill -0 "$slurmd"; }
until_true 60 is_decided
if ! kill -0 "$slurmd" 2>/dev/null; then
    echo "skipped: Slurm does not start on this machine: $(tail -n 1 slurmd.log)"
    exit 77
fi

cat >plant.yaml <<END_STUDY
$(sed '/^optimize:/,$d' "$examples/mini_factory.yaml")
optimize: {population: 8, generations: 30, final_replications: 8, slope_replications: 4}
END_STUDY
run 0 "$TAKT" optimize plant.yaml --quiet --out whole

# Told to stop once it has a checkpoint, as --signal=B:USR1@120 does it.
job=$(sbatch --parsable --ntasks=2 "$script" plant.yaml run)
until_true 60 test -s run/checkpoint.bin
scancel --signal=USR1 --batch "$job"
until_true 120 is_over "$job"
[ "$(state_of "$job" JobState)" = COMPLETED ] || fail "found job $(scontrol show job "$job")"
[ "$(state_of "$job" Restarts)" = 1 ] || fail "found $(state_of "$job" Restarts) restarts, not 1"
grep -q 'queueing again' ./*-"$job".log || fail "found $(cat ./*-"$job".log)"
grep -q '"ranks": 2' run/log.jsonl || fail 'srun did not start two ranks'
grep -q '"event": "resume"' run/log.jsonl || fail 'the second start did not resume'
same whole/run.nc run/run.nc

# Bad input is not queued again.
job=$(sbatch --parsable --ntasks=2 "$script" none.yaml bad)
until_true 60 is_over "$job"
[ "$(state_of "$job" ExitCode)" = 2:0 ] || fail "found code $(state_of "$job" ExitCode), expected 2"
[ "$(state_of "$job" Restarts)" = 0 ] || fail 'bad input was queued again'
[ ! -e bad ] || fail 'bad input left a folder'

# A Slurm without the PMIx plugin.
plugins=$(dirname "$(find /usr/lib* -name mpi_pmix.so 2>/dev/null | head -n 1)")
mkdir plugins
ln -s "$plugins"/*.so plugins/
rm plugins/mpi_pmix*
{ sed /MpiDefault/d slurm.conf; echo "PluginDir=$work/plugins"; } >poor.conf
job=$(SLURM_CONF=$work/poor.conf sbatch --parsable --ntasks=2 "$script" plant.yaml again)
until_true 120 is_over "$job"
[ "$(state_of "$job" ExitCode)" = 0:0 ] || fail "found $(cat ./*-"$job".log)"
grep -q '"ranks": 2' again/log.jsonl || fail 'mpirun did not start two ranks'
same whole/run.nc again/run.nc
finish
