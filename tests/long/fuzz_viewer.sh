#!/bin/sh
# Fuzzes what a browser sends, messages and REST requests, with libFuzzer (clang), FUZZ_SECONDS each
# (ten minutes by default; FUZZ_TARGETS="message rest"), starting from the kept corpora, and leaves
# them minimised. Fails on a crash, a leak, a hang of more than 10 s, or more than 1 GiB of memory;
# the input that did it stays in the build folder (FUZZ_FOLDER, build/fuzz_viewer by default).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${FUZZ_SECONDS:-600}
work=${FUZZ_FOLDER:-$root/build/fuzz_viewer}
targets=${FUZZ_TARGETS:-message rest}
libraries="libfyaml"
flags="-std=c17 -D_GNU_SOURCE -O1 -g -fno-omit-frame-pointer -I$root
    -fsanitize=address,undefined -fno-sanitize-recover=undefined"
if pkg-config --exists zlib; then
    libraries="$libraries zlib"
    flags="$flags -DTAKT_WITH_ZLIB"
fi
mkdir -p "$work/objects"

# The floors that the two parsers stand on, without sockets, files of results and devices; the
# linker takes what is needed.
echo "building in $work"
{
    echo '#include "viz/api_parts_internal.h"'
    echo 'const char takt_openapi_json[] = {'
    od -An -v -tx1 "$root/viz/openapi.json" | sed 's/ \(..\)/0x\1,/g'
    echo '0};'
    echo 'const size_t takt_openapi_bytes = sizeof takt_openapi_json - 1;'
} >"$work/openapi.c"
rm -f "$work"/objects/*.o "$work/takt.a"
for source in "$root"/core/*.c "$root"/sim/*.c "$root"/kernels/*.c "$root"/viz/*.c \
    "$work/openapi.c"; do
    case $source in
    */core/netcdf.c | */core/yaml_none.c | */kernels/*_cuda.c | */viz/server*.c) continue ;;
    esac
    name=$(basename "$(dirname "$source")")_$(basename "$source" .c)
    # shellcheck disable=SC2046,SC2086 # the flags are words
    clang $flags -fsanitize=fuzzer-no-link $(pkg-config --cflags $libraries) \
        -c "$source" -o "$work/objects/$name.o"
done
ar rcs "$work/takt.a" "$work"/objects/*.o

fuzz() {
    corpus=$root/tests/fuzz/corpus_$1
    mkdir -p "$corpus" "$work/corpus_$1"
    # shellcheck disable=SC2046,SC2086 # the flags are words
    clang $flags -fsanitize=fuzzer -o "$work/fuzz_$1" "$root/tests/fuzz/fuzz_$1.c" \
        "$work/takt.a" $(pkg-config --libs $libraries) -lpthread -lm
    "$work/fuzz_$1" -max_total_time="$seconds" -dict="$root/tests/fuzz/viewer.dict" \
        -max_len=2048 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$work/" "$work/corpus_$1" "$corpus"
    # Keep a small set of small inputs that reaches the same lines; the build folder keeps the rest.
    rm -rf "$work/minimised"
    mkdir "$work/minimised"
    "$work/fuzz_$1" -merge=1 -use_counters=0 -max_len=512 "$work/minimised" "$corpus" \
        "$work/corpus_$1"
    n_kept=0
    for file in "$work"/minimised/*; do
        cp "$file" "$corpus/$(basename "$file" | cut -c1-12)"
        n_kept=$((n_kept + 1))
    done
    echo "kept $n_kept inputs in tests/fuzz/corpus_$1"
}

for target in $targets; do
    fuzz "$target"
done
