#!/usr/bin/env bash
# Every planted defect of the engine against all rows of `takt validate`: each fails one at least,
# the sound engine none. Prints which. About two minutes per defect on 2 cores.
set -euo pipefail
cd "$TAKT_WORK"
program=$(dirname "$(readlink -f "$TAKT")")/tests/takt_defective
[ -x "$program" ] || { echo "defects: found no $program"; exit 1; }

for defect in $(TAKT_DEFECT=list "$program"); do
    expected=$([ "$defect" = none ] && echo 0 || echo 1)
    code=0
    [ ! -f "$defect.passed" ] || continue
    TAKT_DEFECT=$defect "$MPIEXEC" -q -n 2 "$program" validate --quiet >"$defect.txt" || code=$?
    [ "$code" -eq "$expected" ] || { echo "defects: $defect: exit code $code"; exit 1; }
    printf '%s:%s\n' "$defect" "$(awk '$0 ~ / FAIL *$/ { printf " %s", $1 }' "$defect.txt")" |
        tee "$defect.passed"
    if [ "$expected" -eq 1 ] && ! grep -q ' FAIL *$' "$defect.txt"; then
        rm "$defect.passed"
        echo "defects: $defect fails no row"
        exit 1
    fi
done
rm -f ./*.passed
