/// The device query answers on every machine: with a usable device it describes it, without one it
/// says why, and it never fails because hardware is absent.
#include "kernels/device.h"
#include "tests/check.h"

static void answers_without_error(void)
{
    takt_device_info info;
    memset(&info, 0xA5, sizeof info);
    CHECK_OK(takt_device_query(&info));
    if (info.usable) {
        CHECK_TEXT(info.reason, "");
        CHECK(info.n_devices >= 1);
        CHECK(info.name[0] != '\0');
        CHECK(info.memory_bytes > 0);
        CHECK(info.capability_major > 0);
        CHECK(info.driver_version >= info.runtime_version / 1000 * 1000);
    } else {
        CHECK(info.reason[0] != '\0');
        CHECK(strchr(info.reason, '\n') == NULL);
        printf("no CUDA device: %s\n", info.reason);
    }
}

static void knows_how_it_was_built(void)
{
    takt_device_info info;
    CHECK_OK(takt_device_query(&info));
    if (info.built_with_cuda) {
        CHECK(info.runtime_version >= 11000);
    } else {
        CHECK(!info.usable);
        CHECK_INT(info.n_devices, 0);
        CHECK_INT(info.runtime_version, 0);
        CHECK_CONTAINS(info.reason, "built without CUDA");
    }
}

static void answers_the_same_twice(void)
{
    takt_device_info first, second;
    CHECK_OK(takt_device_query(&first));
    CHECK_OK(takt_device_query(&second));
    CHECK_INT(first.n_devices, second.n_devices);
    CHECK_TEXT(first.name, second.name);
    CHECK_TEXT(first.reason, second.reason);
}

static void names_the_kinds(void)
{
    CHECK_TEXT(takt_device_text(TAKT_DEVICE_CPU), "cpu");
    CHECK_TEXT(takt_device_text(TAKT_DEVICE_CUDA), "cuda");
    CHECK_TEXT(takt_device_text(TAKT_DEVICE_COUNT), "unknown device");
}

TAKT_TESTS(TEST(answers_without_error), TEST(knows_how_it_was_built), TEST(answers_the_same_twice),
           TEST(names_the_kinds))
