#!/usr/bin/env bash
# Nobody but the child of a viewer feeds its page, however early he comes to the socket.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
. "$TAKT_SOURCE_DIR/tests/jobs/viewer.sh"
mkdir -m 700 runtime
export XDG_RUNTIME_DIR=$work/runtime
"$TAKT" view "$examples/mini_factory.yaml" --control --set replications=20 >.address 2>.err &
viewer=$!
watch .address $viewer

# Comes to every socket as soon as it is there, again and again.
impostor() {
    local socket
    while kill -0 $viewer 2>/dev/null; do
        for socket in "$XDG_RUNTIME_DIR"/takt/feed-*.sock; do
            [ ! -S "$socket" ] || curl -s -m 1 --unix-socket "$socket" http://feed/ || true
        done
    done
}
impostor >/dev/null 2>&1 &
ask 200 POST api/v1/start '{"verb":"simulate"}'
until_says '"state": "finished"' GET api/v1/status
leave $viewer
wait
finish
