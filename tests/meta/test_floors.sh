#!/usr/bin/env bash
# The repository keeps its own rules.
set -euo pipefail
exec bash "$TAKT_SOURCE_DIR/tests/meta/check_floors.sh" "$TAKT_SOURCE_DIR"
