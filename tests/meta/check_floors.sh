#!/usr/bin/env bash
# The rules of the house that a compiler does not know: which floor may include which, where each
# library lives, which calls are banned, how long files and lines may be.
#
#   tests/meta/check_floors.sh [TREE]    prints "file:line: rule: ..." per mistake; exit 1 if any
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/../..}"

folders=()
for folder in core kernels solver sim mpi viz jobs tests benchmarks cmake dev .ci CMakeLists.txt; do
    [ ! -e "$folder" ] || folders+=("$folder")
done
mapfile -t sources < <(find "${folders[@]}" -type f -regextype posix-extended \
    -regex '.*\.(c|h|cu|cuh)' | LC_ALL=C sort)
mapfile -t texts < <(find "${folders[@]}" -type f -regextype posix-extended \
    -regex '.*\.(sh|awk|sbatch|cmake)|(.*/)?CMakeLists\.txt|dev|\.ci/run' | LC_ALL=C sort)

mistakes=$(
    LC_ALL=C awk -f "$here/floors.awk" "${sources[@]}" </dev/null
    for file in "${sources[@]}" "${texts[@]}"; do
        n_lines=$(wc -l <"$file")
        [ "$n_lines" -le 600 ] || echo "$file:$n_lines: long file: over 600 lines"
        # Columns are characters, not bytes. A table that clang-format leaves alone may be wide.
        sed '/clang-format off/,/clang-format on/s/.*//' "$file" |
            LC_ALL=C.UTF-8 grep -nE '^.{101,}$' |
            sed -E "s|^([0-9]+):.*|$file:\1: long line: over 100 columns|" || true
    done
)
[ -n "$mistakes" ] || exit 0
printf '%s\n' "$mistakes"
exit 1
