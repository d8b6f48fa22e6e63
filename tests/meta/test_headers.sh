#!/usr/bin/env bash
# Every header that is installed compiles alone as C17; those that CUDA code shares (*_math.h, hd.h,
# rng.h) also as C++17.
set -euo pipefail
cd "$TAKT_SOURCE_DIR"
flags=(-fsyntax-only -Wall -Wextra -Wpedantic -Werror -Wno-unused-function -I .)
n_headers=0
n_failed=0

compile() {
    local header=$1
    shift
    if ! "$CC" "$@" "${flags[@]}" -include "$header" - <<<'extern int takt_only_this_header;'; then
        echo "does not compile alone ($*): $header (needs a library? then name it *_internal.h)"
        n_failed=$((n_failed + 1))
    fi
}

while read -r header; do
    n_headers=$((n_headers + 1))
    compile "$header" -std=c17 -x c
    case $header in
    *_math.h | core/hd.h | core/rng.h) compile "$header" -std=c++17 -x c++ ;;
    esac
done < <(find core kernels solver sim mpi viz -name '*.h' ! -name '*_internal.h')

echo "$n_headers headers, $n_failed failures"
[ "$n_headers" -gt 0 ] && [ "$n_failed" -eq 0 ]
