#!/usr/bin/env bash
# run.sh TAKT [factory] [SEEDS]: installs the peers into build/peers, lets takt and each peer that
# imports do the same on the same cores, one after the other, and prints two tables: simulators of
# factories on one core (a minute), then Burgers' equation learned on two (quarter of an hour; not
# with `factory`). Outputs stay in build/peers/runs. SEEDS: of each peer that learns, 1 unless said
# (takt itself takes three).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
takt=$(realpath "${1:?the program}")
what=${2:-1}
[ "$what" != factory ] || shift
n_seeds=${2:-1}
export DDE_BACKEND=pytorch # else DeepXDE writes a choice into the home folder
peers=benchmarks/peers
folder=build/peers
python=$folder/bin/python
[[ $n_seeds =~ ^[1-9]$ ]] || { echo "run.sh: found '$n_seeds' seeds, allowed: 1 to 9" >&2; exit 2; }

say() {
    printf 'peers: %s\n' "$*" >&2
}

# Line by line: what cannot be had is said, and the others stay. Quick when all is there.
install_peers() { # install_peers REQUIREMENTS
    local package
    mkdir -p build
    [ -x "$python" ] || python3 -m venv "$folder"
    while read -r package; do
        [[ $package == [a-z]* ]] || continue
        "$python" -m pip install -q --no-cache-dir --disable-pip-version-check "$package" \
            </dev/null >>"$folder/pip.log" 2>&1 ||
            say "$package could not be installed ($folder/pip.log)"
    done <"$peers/$1"
}

# Two processors that we may use: the same for everyone.
two_cores() {
    python3 -c 'import os; print(*sorted(os.sched_getaffinity(0))[:2], sep=",")'
}

race() { # race NAME MODULE SCRIPT [OPTION...]
    local name=$1 module=$2 script=$3 seed
    shift 3
    if ! "$python" -c "import $module" 2>/dev/null; then
        say "$name: not measured, $module does not import"
        return 0
    fi
    for ((seed = 0; seed < n_seeds; ++seed)); do
        say "$name, seed $seed"
        outputs+=("$folder/runs/$name-$seed.txt")
        OMP_NUM_THREADS=2 PYTHONDONTWRITEBYTECODE=1 taskset -c "$cores" "$python" \
            "$peers/$script" --seed "$seed" "$@" >"${outputs[-1]}" 2>"${outputs[-1]%.txt}.log" ||
            say "$name: failed ($folder/runs/$name-$seed.log)"
    done
}

simulate() { # simulate NAME MODULE SCRIPT
    if ! "$python" -c "import $2" 2>/dev/null; then
        say "$1: not measured, $2 does not import"
        return 0
    fi
    say "$1"
    outputs+=("$folder/runs/$1.txt")
    PYTHONDONTWRITEBYTECODE=1 taskset -c "${cores%,*}" "$python" "$peers/$3" \
        >"${outputs[-1]}" 2>"${outputs[-1]%.txt}.log" ||
        say "$1: failed ($folder/runs/$1.log)"
}

compare_simulators() {
    local row rows=() outputs=()
    install_peers requirements_factory.txt
    for row in mm1 line_20; do
        say "takt, $row"
        rows+=("$folder/runs/takt-$row.json")
        taskset -c "${cores%,*}" "$takt" bench "$row" --json --quiet >"${rows[-1]}"
    done
    simulate simpy-mm1 simpy simpy_mm1.py
    simulate salabim-mm1 salabim salabim_mm1.py
    if command -v MM1_single >/dev/null; then
        simulate cimba-mm1 json cimba_mm1.py
    else
        say "cimba-mm1: not measured, no MM1_single in PATH"
    fi
    simulate simpy-line simpy simpy_line.py
    python3 "$peers/factory_table.py" "${rows[@]}" -- "${outputs[@]}" |
        tee "$folder/runs/factory_table.txt"
}

cores=$(two_cores)
outputs=()
rm -rf "$folder/runs"
mkdir -p "$folder/runs"
say "load before: $(cut -d' ' -f1-3 /proc/loadavg); processors $cores"
compare_simulators
[ "$what" != factory ] || exit 0
install_peers requirements.txt
launch=(mpirun -q -n 2)
[[ $cores == *,* ]] || launch+=(--oversubscribe)
say "takt"
taskset -c "$cores" "${launch[@]}" "$takt" bench pinn --json --quiet >"$folder/runs/takt.json"
race jax jax burgers_jax.py
race jax-as-takt jax burgers_jax.py --as-takt --points 2000
race deepxde deepxde burgers_deepxde.py --points 8000
race pytorch torch burgers_pytorch.py
python3 "$peers/table.py" "$folder/runs/takt.json" "${outputs[@]}" | tee "$folder/runs/table.txt"
