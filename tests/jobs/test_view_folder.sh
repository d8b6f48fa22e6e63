#!/usr/bin/env bash
# A folder of a run that came from elsewhere leads nobody to a foreign address, writes nothing to a
# terminal but text, and hands out no file that lies outside of it.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
. "$TAKT_SOURCE_DIR/tests/jobs/viewer.sh"
run 0 "$TAKT" simulate "$examples/mini_factory.yaml" --set replications=20 --quiet --out plain

# look: takt view of the run in the background; sets viewer, origin and token.
look() {
    rm -f .address # that of the viewer before
    "$TAKT" view plain >.address 2>.err &
    viewer=$!
    watch .address $viewer
}

# replays: takt view shows the run itself, and says nothing of what its view.json holds.
replays() {
    look
    if ! kill -0 $viewer 2>/dev/null || cat .address .err | grep -q evil; then
        fail "followed view.json: $(cat -v .address .err)"
        return 0
    fi
    until_says '"kind": "replay"' GET api/v1/status
    leave $viewer
}

# foreign MODE HOST ADDRESS: a view.json from elsewhere; its process lives, as far as one can tell.
foreign() {
    printf '{"address": "%s", "origin": "http://evil.example", "host": "%s", "pid": %d}\n' \
        "$3" "$2" $$ >plain/view.json
    chmod "$1" plain/view.json
}
token32=0123456789abcdef0123456789abcdef

foreign 644 other-machine "http://evil.example/#token=$token32"
replays
foreign 600 other-machine "http://evil.example/\\u001b]0;evil\\u0007#token=$token32"
replays
foreign 600 'evil\u001b[2J\nmachine' "http://127.0.0.1:1/#token=$token32"
replays
foreign 600 'evil\u009b2J' "http://127.0.0.1:1/#token=$token32"
replays
mv plain/view.json elsewhere.json
ln -s ../elsewhere.json plain/view.json
replays
if [ "$(id -u)" = 0 ]; then
    rm plain/view.json
    foreign 600 other-machine "http://evil.example/#token=$token32"
    chown 65534 plain/view.json
    replays
fi
rm plain/view.json

# --- the run that was named, chosen from the list as well: one child reads it
look
ask 200 GET 'api/v1/kpis?run=plain'
[ "$(pgrep -c -P $viewer)" = 1 ] || fail 'the run is opened twice'
leave $viewer

# --- run.nc as a link to something else
echo 'a private key' >private
mv plain/run.nc moved.nc
ln -s ../private plain/run.nc
look
until_says damaged GET api/v1/status
ask 200 POST api/v1/tickets '{"what":"run"}'
ticket=$(grep -o 'api/v1/download/[0-9a-f]*' .out)
ask 404 GET "$ticket"
! grep -q private .out || fail 'a file outside of the folder is handed out'
leave $viewer

# --- ... and as something that never ends, or is never there
rm plain/run.nc
mkfifo plain/run.nc
look
until_says damaged GET api/v1/status
leave $viewer
finish
