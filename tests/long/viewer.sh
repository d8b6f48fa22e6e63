#!/usr/bin/env bash
# The viewer at length: 1,000 damaged run files, 1 GB of replay, smooth charts, 1,000 viewers at 30
# Hz against the targets of `takt bench viewer`. About twenty minutes on 2 quiet cores.
set -euo pipefail
cd "$TAKT_WORK"
export TAKT_BINARY_DIR=${TAKT_BINARY_DIR:-$(dirname "$TAKT")}

# A gigabyte of values: short lives, but 2.7 million of them.
if [ ! -f large/run.nc ]; then
    rm -rf large
    "$TAKT" simulate "$TAKT_SOURCE_DIR/examples/mini_factory.yaml" --set replications=2700000 \
        --set horizon.measured="10 min" --set horizon.warm_up="1 min" --out large --quiet >/dev/null
    rm -f large/checkpoint.bin large/checkpoint.bin.1
fi
for name in first_frame_limit large_replay long_chart_limit damage_long; do
    [ -f "$name.passed" ] && continue
    bash "$TAKT_SOURCE_DIR/tests/viz/test_browser.sh" "$name" || {
        echo "viewer: $name failed"
        exit 1
    }
    touch "$name.passed"
done

for row in viewer replay; do
    "$TAKT" bench "$row" --json --quiet | tr -d '\n ' >rows.json
    if grep -o '"name":"[^}]*"pass":false' rows.json >missed; then
        echo "viewer: targets missed: $(sed 's/"name":"\([a-z_0-9]*\)".*/\1/' missed | tr '\n' ' ')"
        exit 1
    fi
    grep -q '"pass":true' rows.json || {
        echo "viewer: found no measurement of $row"
        exit 1
    }
done
