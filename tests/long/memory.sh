#!/usr/bin/env bash
# Nothing reads what was never written (valgrind, the floors below MPI), and nothing leaks, on any
# floor and in the program on good and on bad input (sanitizers). About 15 minutes on 2 cores.
set -euo pipefail
cd "$TAKT_WORK"
plain=$TAKT_WORK/plain
checked=$TAKT_WORK/checked
n_failed=0

# Valgrind computes with doubles where x86 has longer ones, so what a test finds under it is not
# judged here; a forked child counts as much as the test, therefore one report for each process.
cmake -G Ninja -S "$TAKT_SOURCE_DIR" -B "$plain" -DCMAKE_BUILD_TYPE=Release \
    -DTAKT_CUDA=OFF >/dev/null
cmake --build "$plain" --target unit_tests
for program in "$plain"/tests/{core,kernels,sim}_test_*; do
    rm -f report.*
    valgrind --quiet --leak-check=full --suppressions="$TAKT_SOURCE_DIR/tests/valgrind.supp" \
        --log-file="$TAKT_WORK/report.%p" "$program" >said 2>&1 || true
    grep -qE 'test\(s\) run|passed, ' said || echo 'did not end' >report.end
    if [ -n "$(cat report.*)" ]; then
        echo "valgrind: $(basename "$program")"
        cat report.*
        n_failed=$((n_failed + 1))
    fi
done

cmake -G Ninja -S "$TAKT_SOURCE_DIR" -B "$checked" -DCMAKE_BUILD_TYPE=Debug -DTAKT_SANITIZE=ON \
    -DTAKT_CUDA=OFF >/dev/null
cmake --build "$checked"
ctest --test-dir "$checked" --output-on-failure --no-tests=error -j1 || n_failed=$((n_failed + 1))
[ "$n_failed" -eq 0 ]
