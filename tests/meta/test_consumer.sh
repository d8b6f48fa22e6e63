#!/usr/bin/env bash
# A project outside this tree finds an installed takt, links it and gets the right answer; the
# install tree names no folder of this machine in what other projects read.
set -euo pipefail
source "$TAKT_SOURCE_DIR/tests/meta/common.sh"
prefix=$TAKT_BINARY_DIR/consumer/prefix
build=$TAKT_BINARY_DIR/consumer/build
rm -rf "$TAKT_BINARY_DIR/consumer"

quietly "$CMAKE" --install "$TAKT_BINARY_DIR" --prefix "$prefix"
quietly "$CMAKE" -G Ninja -S "$TAKT_SOURCE_DIR/tests/consumer" -B "$build" \
    -DCMAKE_C_COMPILER="$CC" -DCMAKE_PREFIX_PATH="$prefix"
quietly "$CMAKE" --build "$build"

found=$("$build/consumer")
if [ "$found" != "19 22 43 50 1 1024" ]; then
    echo "consumer: found '$found', expected '19 22 43 50 1 1024'"
    exit 1
fi
if grep -rnF -e "$TAKT_SOURCE_DIR" -e "$TAKT_BINARY_DIR" "$prefix/lib/cmake" "$prefix/include"; then
    echo "the install tree names folders of the build machine (above)"
    exit 1
fi
if find "$prefix" -name '*_internal.h' -o -type d -empty | grep .; then
    echo "private headers or empty folders are installed (above)"
    exit 1
fi
[ -x "$prefix/bin/takt" ] || { echo "the program is not installed"; exit 1; }
echo "a project outside the tree links takt"
