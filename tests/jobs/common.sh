# Shared by tests/jobs/test_*.sh: a folder of its own for each script, the program through $TAKT,
# and checks of exit code, messages and what is left behind. To run one by hand:
#   TAKT=$PWD/build/takt TAKT_SOURCE_DIR=$PWD bash tests/jobs/test_help.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
examples=$TAKT_SOURCE_DIR/examples
n_failed=0
MPIEXEC=${MPIEXEC:-mpiexec}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_btl_vader_single_copy_mechanism=none
export ASAN_OPTIONS=fast_unwind_on_malloc=0 # for these, which a program with sanitizers reads
export LSAN_OPTIONS=print_suppressions=0:suppressions=$TAKT_SOURCE_DIR/tests/leaks.supp

fail() {
    echo "FAILED: $*"
    n_failed=$((n_failed + 1))
}

finish() {
    [ "$n_failed" -eq 0 ] || { echo "$n_failed checks failed"; exit 1; }
    exit 0
}

# run CODE COMMAND...: leaves stdout in $work/.out and stderr in $work/.err.
run() {
    local expected=$1 code=0
    shift
    "$@" >"$work/.out" 2>"$work/.err" || code=$?
    [ "$code" -eq "$expected" ] ||
        fail "found code $code, expected $expected: $* ($(head -n 3 "$work/.err"))"
}

# says TEXT: the error holds the text.
says() {
    grep -qF -- "$1" "$work/.err" || fail "expected '$1', found: $(cat "$work/.err")"
}

# prints TEXT: the output holds the text.
prints() {
    grep -qF -- "$1" "$work/.out" || fail "expected '$1' in the output of the last command"
}

# refuses TEXT... -- COMMAND...: bad input: code 2, nothing on stdout, one error line (and then
# perhaps the source line and a caret) with every TEXT in it, and no file more than before.
refuses() {
    local texts=() before text
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    shift
    before=$(find . -not -path './.*' | sort)
    run 2 "$@"
    [ ! -s "$work/.out" ] || fail "printed something: $*"
    [ "$(grep -c '^takt: ' "$work/.err")" -eq 1 ] ||
        fail "expected one error line: $* ($(cat "$work/.err"))"
    case $(wc -l <"$work/.err") in
    1) ;;
    3) tail -n 1 "$work/.err" | grep -q '^ *^$' || fail "expected a caret: $(cat "$work/.err")" ;;
    *) fail "expected one line, found: $(cat "$work/.err")" ;;
    esac
    for text in "${texts[@]}"; do
        head -n 1 "$work/.err" | grep -qF -- "$text" ||
            fail "expected '$text', found: $(head -n 1 "$work/.err")"
    done
    [ "$(find . -not -path './.*' | sort)" = "$before" ] || fail "left something behind: $*"
}

# same FILE FILE...: the files hold the same bytes.
same() {
    local first=$1 file
    shift
    for file in "$@"; do
        cmp "$first" "$file" || fail "$file differs from $first"
    done
}

# wait_for FILE PID: until the file is there, or the process has ended.
wait_for() {
    while [ ! -s "$1" ] && kill -0 "$2" 2>/dev/null; do
        sleep 0.02
    done
}

# readable RUN: run.nc can be read (where there is a reader), or at least is a NetCDF-4 file.
readable() {
    if command -v ncdump >/dev/null; then
        ncdump -h "$1/run.nc" >/dev/null || fail "$1/run.nc cannot be read"
    fi
    [ "$(head -c 4 "$1/run.nc" | tail -c 3)" = HDF ] || fail "$1/run.nc is no NetCDF-4 file"
}

# dryers NAME SETTING...: a study that learns drying, for a short time, over what the dryers of
# today's battery line ask for.
dryers() {
    printf 'study: %s\nphysics:\n  process: drying\n  method: network\n' "$1"
    printf '  %s\n' "${@:2}"
    cat <<'YAML'
  box:
    - {name: peclet, min: 0.98, max: 1.02}
    - {name: ratio_early, min: 0.2, max: 1.6}
    - {name: ratio_late, min: 0.2, max: 1.6}
    - {name: solids_fraction, min: 0.28, max: 0.4}
    - {name: solids_fraction_max, min: 0.49, max: 0.53}
YAML
}

# is_described VERB: docs/results.md names every table of the JSON document in the output, with its
# keys in their order.
is_described() {
    command -v python3 >/dev/null || return 0
    python3 - "$1" "$TAKT_SOURCE_DIR/docs/results.md" "$work/.out" <<'END' || fail "$1: its JSON"
import json, sys
verb, page, output = sys.argv[1:]
text = "".join(line for line in open(page) if line.startswith("| `%s` |" % verb))
missing = []
for key, value in json.load(open(output)).items():
    row = value[0] if isinstance(value, list) and value else value
    if isinstance(row, dict):
        words = "`%s` {%s}" % (key, ", ".join(row))
        missing += [words] if words not in text else []
if missing:
    print(f"{page} does not say of {verb}: " + "; ".join(missing))
sys.exit(bool(missing))
END
}
