# Shared by tests/jobs/test_view*.sh: a viewer in the background, and questions to its REST.
set -euo pipefail

command -v curl >/dev/null || { echo 'skipped: no curl'; exit 77; }

# watch FILE PID: waits for the address in FILE and sets origin and token.
watch() {
    local address
    while ! grep -q '#token=' "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do
        sleep 0.02
    done
    if grep -qs 'not built into this program\|without its page' "$1" .err; then
        echo "skipped: $(cat "$1" .err)"
        exit 77
    fi
    address=$(grep -o 'http://[^ ]*#token=[0-9a-f]*' "$1" | head -n 1)
    origin=${address%%/#*}
    token=${address##*=}
    [ ${#token} -eq 32 ] || fail "found no address: $(cat "$1")"
}

# ask CODE METHOD PATH [BODY]: leaves the answer in .out; the token is $token.
ask() {
    local code arguments=(-s -m 20 -o .out -w '%{http_code}' -X "$2"
        -H "Authorization: Bearer $token")
    [ $# -lt 4 ] || arguments+=(-H 'Content-Type: application/json' -d "$4")
    code=$(curl "${arguments[@]}" "$origin/$3" || true)
    [ "$code" = "$1" ] || fail "found $code, expected $1: $2 $3 ${4:-} ($(head -c 300 .out))"
}

# until_says TEXT METHOD PATH: asks until the answer holds the text, at most 20 s.
until_says() {
    local n
    for n in $(seq 200); do
        ask 200 "$2" "$3"
        ! grep -qF -- "$1" .out || return 0
        sleep 0.1
    done
    fail "expected '$1' from $3, found: $(head -c 300 .out)"
}

# leave PID: ends a viewer as Ctrl-C does; it has nothing to complain about.
leave() {
    local code=0
    kill -TERM "$1"
    wait "$1" || code=$?
    [ $code -eq 0 ] || fail "the viewer ended with $code"
}
