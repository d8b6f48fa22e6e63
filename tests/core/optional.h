/// Tests of what a bare build (TAKT_FLOORS=sim) leaves out: there they are skipped, and
/// test_optional.c checks that the missing part says so.
#ifndef TAKT_TESTS_CORE_OPTIONAL_H
#define TAKT_TESTS_CORE_OPTIONAL_H

#include "core/netcdf.h"
#include "core/yaml.h"

__attribute__((unused)) static bool has_yaml(void)
{
    takt_document *document = NULL;
    const takt_status status = takt_document_parse("has_yaml", "a: 1", 4, &document);
    takt_document_destroy(&document);
    return status != TAKT_ERR_UNSUPPORTED;
}

__attribute__((unused)) static bool has_netcdf(void)
{
    takt_netcdf *file = NULL;
    const takt_status status = takt_netcdf_open("/no/such/file.nc", &file);
    takt_netcdf_destroy(&file);
    return status != TAKT_ERR_UNSUPPORTED;
}

/// As TAKT_TESTS, but nothing runs unless `condition` holds.
#define OPTIONAL_TESTS(condition, ...)                                                             \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static const check_case cases[] = {__VA_ARGS__};                                           \
        if (!(condition)) {                                                                        \
            printf("skipped: not built into this program\n");                                      \
            return 0;                                                                              \
        }                                                                                          \
        return check_main(argc, argv, cases, (int)(sizeof cases / sizeof *cases));                 \
    }

#endif
