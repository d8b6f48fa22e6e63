#!/usr/bin/env bash
# Every script parses; those that are started by name can be started; `./dev help` names each
# command that ./dev has; .ci/run is `./dev test` and nothing else.
set -euo pipefail
cd "$TAKT_SOURCE_DIR"
n_failed=0
fail() {
    echo "$1"
    n_failed=$((n_failed + 1))
}

for script in dev .ci/run jobs/slurm/*.sbatch tests/*/*.sh; do
    bash -n "$script" || fail "$script does not parse"
    case $script in
    */common*.sh) ;; # read by others, never run
    *) grep -qE '^set -eu(o pipefail)?$' "$script" || fail "$script does not stop at errors" ;;
    esac
done
for script in dev .ci/run; do
    [ -x "$script" ] || fail "$script is not executable"
done

help=$(./dev help)
while read -r command; do
    grep -q "^  ./dev $command" <<<"$help" || fail "./dev help does not name '$command'"
done < <(sed -n 's/^command_\([a-z]*\)() {$/\1/p' dev)
if said=$(./dev no-such-command 2>&1); then
    fail "./dev accepts an unknown command"
elif ! grep -q "no-such-command" <<<"$said"; then
    fail "./dev does not name the unknown command, but says: $said"
fi

ci=$(grep -vE '^(#|set -euo pipefail$|$)' .ci/run)
# shellcheck disable=SC2016 # the text, not its value
[ "$ci" = 'exec "$(dirname "$0")/../dev" test' ] || fail ".ci/run is more than ./dev test: $ci"
[ "$n_failed" -eq 0 ]
