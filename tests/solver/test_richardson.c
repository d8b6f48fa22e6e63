/// Richardson's extrapolation is exact for pure second order, and claims nothing where the grids do
/// not show it.
#include "solver/richardson_internal.h"
#include "tests/check.h"

static void second_order_is_extrapolated_exactly(void)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        const double values[3] = {5.0 + sign * 0.64, 5.0 + sign * 0.16, 5.0 + sign * 0.04};
        double error;
        CHECK_NEAR(takt_richardson(values, 0.001, &error), 5.0, 1e-14, 0.0);
        CHECK_NEAR(error, 0.04 + 0.001, 1e-12, 0.0); // that of the finest value, and the floor
    }
}

/// Differences before the last one over it: 4 in theory. From 2 to 8 is taken for it.
static void other_orders_are_not_extrapolated(void)
{
    static const struct {
        double ratio;
        int extrapolated;
    } cases[] = {{-4.0, 0}, {0.0, 0}, {1.9, 0}, {2.1, 1}, {7.9, 1}, {8.1, 0}, {100.0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        const double values[3] = {1.0, 1.0 + 0.03 * cases[i].ratio, 1.03 + 0.03 * cases[i].ratio};
        const double largest = 0.03 * fmax(1.0, fabs(cases[i].ratio));
        double error;
        const double value = takt_richardson(values, 0.0, &error);
        CHECK_NEAR(value, values[2] + (cases[i].extrapolated ? 0.01 : 0.0), 1e-12, 0.0);
        CHECK_NEAR(error, cases[i].extrapolated ? 0.01 : largest, 1e-12, 0.0);
    }
}

static void equal_values_leave_the_floor(void)
{
    const double values[3] = {2.0, 2.0, 2.0};
    double error;
    CHECK(takt_richardson(values, 1e-8, &error) == 2.0);
    CHECK(error == 1e-8);
}

TAKT_TESTS(TEST(second_order_is_extrapolated_exactly), TEST(other_orders_are_not_extrapolated),
           TEST(equal_values_leave_the_floor))
