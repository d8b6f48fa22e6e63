// A program built without YAML or NetCDF says so in one clear line instead of doing nothing.
#include "tests/check.h"
#include "tests/core/optional.h"

static void a_missing_yaml_says_so(void)
{
    takt_document *document = NULL;
    const takt_status status = takt_document_parse("s.yaml", "a: 1", 4, &document);
    if (has_yaml()) {
        CHECK_OK(status);
        takt_document_destroy(&document);
        return;
    }
    CHECK_STATUS(takt_document_parse("s.yaml", "a: 1", 4, &document), TAKT_ERR_UNSUPPORTED);
    CHECK_TEXT(takt_error_text(), "s.yaml: this program was built without YAML; build takt with "
                                  "libfyaml to read it");
    CHECK(document == NULL);
}

static void a_missing_netcdf_says_so(void)
{
    const takt_netcdf_head head = {.title = "t"};
    takt_netcdf *file = NULL;
    takt_text text = {0};
    if (has_netcdf())
        return;
    CHECK_STATUS(takt_netcdf_create("run.nc", &head, &file), TAKT_ERR_UNSUPPORTED);
    CHECK_CONTAINS(takt_error_text(), "this program was built without NetCDF");
    CHECK(file == NULL);
    CHECK_STATUS(takt_netcdf_open("run.nc", &file), TAKT_ERR_UNSUPPORTED);
    CHECK_STATUS(takt_netcdf_put_doubles(file, TAKT_CHANNEL_KPI_MEAN, NULL), TAKT_ERR_UNSUPPORTED);
    CHECK_STATUS(takt_netcdf_get_attribute(file, "title", &text), TAKT_ERR_UNSUPPORTED);
    CHECK_INT(takt_netcdf_count(file, TAKT_CHANNEL_KPI_MEAN), 0);
    CHECK_STATUS(takt_netcdf_commit(&file), TAKT_ERR_UNSUPPORTED);
}

TAKT_TESTS(TEST(a_missing_yaml_says_so), TEST(a_missing_netcdf_says_so))
