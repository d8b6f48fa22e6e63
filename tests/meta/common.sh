# shellcheck shell=bash
# Shared by tests/meta/test_*.sh.

# Runs a command and shows its output only when it fails.
quietly() {
    local said
    said=$("$@" 2>&1) || { printf '%s\n' "failed: $*" "$said"; return 1; }
}
