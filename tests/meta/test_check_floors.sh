#!/usr/bin/env bash
# Each seeded mistake is reported with its file, line and rule, once; a clean tree is not.
set -euo pipefail
check=$TAKT_SOURCE_DIR/tests/meta/check_floors.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

fresh_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{core,kernels,solver,sim,mpi,jobs,tests/core,tests/mpi}
    cat >"$tree/core/status.h" <<'END'
/* malloc( in a comment, also over
#include "jobs/two_lines.h" printf("x"); */
const char *text = "free(x) // \" exit(1)"; // abort()
int not_a_call = printf_like + s.free(1) + p->exit(0) + '"' + atoi;
END
    printf '// clang-format off\n// %s\n// clang-format on\n' "$wide" >"$tree/core/table.h"
    echo 'void *take(void) { return malloc(1); }' >"$tree/core/memory.c"
    printf '#include <libfyaml.h>\n#include "core/status.h"\n' >"$tree/core/yaml.c"
    printf '#include <mpi.h>\n#include "sim/plan.h"\n' >"$tree/mpi/farm.c"
    printf '#include <mpi.h>\nint main(void) { printf("x"); free(0); }\n' >"$tree/tests/mpi/mpi_a.c"
    printf '#include "mpi/farm.h"\nvoid f(void) { puts("x"); exit(2); }\n' >"$tree/jobs/main.c"
}

wide=$(printf 'x%.0s' {1..98})
n_failed=0
# expect FILE:LINE RULE CONTENT: a file with this content must be reported under this rule.
expect() {
    local place=$1 rule=$2 content=$3 said
    fresh_tree
    mkdir -p "$(dirname "$tree/$place")"
    printf '%b' "$content" >"$tree/${place%:*}"
    if said=$(bash "$check" "$tree"); then
        echo "not reported: $place: $rule"
    elif [[ $said != "$place: $rule: "* || $said == *$'\n'* ]]; then
        echo "expected one line '$place: $rule: ...', found: $said"
    else
        return 0
    fi
    n_failed=$((n_failed + 1))
}

fresh_tree
bash "$check" "$tree" || { echo "a clean tree is reported"; exit 1; }

expect core/a.c:1 'wrong floor' '#include "kernels/blas.h"\n'
expect core/a.h:2 'wrong floor' '\n  #  include "sim/plan.h"\n'
expect kernels/a.cu:1 'wrong floor' '#include "solver/drying.h"\n'
expect sim/a.c:1 'wrong floor' '#include "solver/drying.h"\n'
expect solver/a.c:1 'wrong floor' '#include "sim/plan.h"\n'
expect mpi/a.c:1 'wrong floor' '#include "jobs/verb.h"\n'
expect viz/a.c:1 'wrong floor' '#include "mpi/farm.h"\n'
expect jobs/a.c:1 'wrong floor' '#include "tests/check.h"\n'
expect sim/a.c:1 'include by folder' '#include "plan.h"\n'
expect sim/a.c:1 'include by folder' '#include "sim/../mpi/farm.h"\n'
expect sim/a.c:1 'include by folder' '#include PLAN\n'
expect core/a.c:2 'wrong floor' '/* two\nlines */ #include "sim/plan.h"\n'
expect core/a.c:1 'library outside its home' '#include <libfyaml.h>\n'
expect mpi/a.c:1 'library outside its home' '#include <netcdf_par.h>\n'
expect sim/a.c:1 'library outside its home' '#include <cuda_runtime_api.h>\n'
expect solver/a.c:1 'library outside its home' '#include "cublas_v2.h"\n'
expect sim/a.c:1 'library outside its home' '#include <openblas/cblas.h>\n'
expect jobs/a.c:1 'library outside its home' '#include <hdf5.h>\n'
expect mpi/a.c:1 'library outside its home' '#include <petscts.h>\n'
expect jobs/a.c:1 'library outside its home' '#include <mpi.h>\n'
expect solver/a.c:1 'library outside its home' '#include <mpi.h>\n'
expect sim/a.c:1 'library outside its home' '#include <libwebsockets.h>\n'
expect sim/a.c:1 'library outside its home' '#include <cmocka.h>\n'
expect mpi/mpi.h:1 'name' 'int x;\n'
expect sim/a.c:1 'banned call' 'void *a(void) { return malloc (1); }\n'
expect jobs/a.c:2 'banned call' '\nvoid a(void *p) { free(p); }\n'
expect jobs/a.c:1 'banned call' 'int a = /* text */ atoi("1");\n'
expect sim/a.c:1 'banned call' 'void a(char *t) { strcpy(t, "x"); }\n'
expect tests/core/test_a.c:1 'banned call' 'int a(void) { return rand(); }\n'
expect sim/a.c:1 'library floor prints or exits' 'void a(void) { printf("x"); }\n'
expect mpi/a.c:1 'library floor prints or exits' 'void a(void) { exit(1); }\n'
expect mpi/a.c:1 'library floor prints or exits' 'void a(void) { dprintf(2, "x"); }\n'
expect core/a.c:1 'library floor prints or exits' 'void a(void) { fputs("x", stderr); }\n'
expect sim/a.c:3 'long line' "\\n\\n// $wide\\n"
expect sim/a.c:2 'long line' '\n// clang-format off\n'
expect CMakeLists.txt:1 'long line' "## $wide\\n"
expect sim/a.c:601 'long file' "$(printf '//\\n%.0s' {1..601})"
[ "$n_failed" -eq 0 ] || exit 1
echo "all seeded mistakes were reported"
