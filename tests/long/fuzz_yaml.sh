#!/bin/sh
# Fuzzes the YAML loader with libFuzzer (clang) for FUZZ_SECONDS (ten minutes by default), starting
# from tests/fuzz/corpus and the examples, and leaves the corpus minimised. Fails on a crash, a
# leak, a hang of more than 10 s, or more than 1 GiB of memory; the input that did it stays in the
# build folder (FUZZ_FOLDER, build/fuzz by default).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${FUZZ_SECONDS:-600}
work=${FUZZ_FOLDER:-$root/build/fuzz}
corpus=$root/tests/fuzz/corpus
mkdir -p "$work/corpus" "$corpus"

set -- "$root/tests/fuzz/fuzz_yaml.c"
for name in document files memory node path schema schema_load schema_save schema_value \
    status text words yaml; do
    set -- "$@" "$root/core/$name.c"
done
echo "building $work/fuzz_yaml"
# shellcheck disable=SC2046 # the flags are words
clang -std=c17 -D_GNU_SOURCE -O1 -g -fno-omit-frame-pointer \
    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    -I"$root" -o "$work/fuzz_yaml" "$@" $(pkg-config --cflags --libs libfyaml) -lm

for example in "$root"/examples/*.yaml; do
    if [ -f "$example" ]; then cp "$example" "$work/corpus/"; fi
done
cd "$work"
./fuzz_yaml -max_total_time="$seconds" -dict="$root/tests/fuzz/yaml.dict" -max_len=4096 \
    -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$work/" \
    corpus "$corpus"

# Keep a small set of small inputs that reaches the same lines; the build folder keeps the rest.
rm -rf minimised
mkdir minimised
./fuzz_yaml -merge=1 -use_counters=0 -max_len=512 minimised "$corpus" corpus
rm -f "$corpus"/*
n_kept=0
for file in minimised/*; do
    cp "$file" "$corpus/$(basename "$file" | cut -c1-12)"
    n_kept=$((n_kept + 1))
done
echo "kept $n_kept inputs in tests/fuzz/corpus"
