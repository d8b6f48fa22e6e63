#include "core/series.h"

#include "core/normal_math.h"

#include <math.h>

static double mean_of(const double *values, int64_t n)
{
    takt_moments moments = {0};
    for (int64_t i = 0; i < n; ++i)
        takt_moments_add(&moments, values[i]);
    return moments.mean;
}

takt_truncation takt_series_truncate(const double *values, int64_t n)
{
    enum { LENGTH = TAKT_SERIES_MSER_BATCH };
    const int64_t n_batches = n / LENGTH, spare = n - n_batches * LENGTH;
    takt_truncation best = {0, false, mean_of(values, n)};
    takt_moments rest = {0};
    double least = INFINITY;
    if (n_batches < 4)
        return best;
    // From the end to the beginning, so that each step adds one batch. Batches are cut from the
    // end as well: what does not fill one belongs to the warm-up.
    for (int64_t b = n_batches - 1; b >= 0; --b) {
        takt_moments_add(&rest, mean_of(values + spare + b * LENGTH, LENGTH));
        const double error = rest.m2 / ((double)rest.n * (double)rest.n);
        // Of places with the same error the earliest: nothing is thrown away without gain.
        if (b <= n_batches / 2 && error <= least) {
            least = error;
            best = (takt_truncation){b == 0 ? 0 : spare + b * LENGTH, b < n_batches / 2, rest.mean};
        }
    }
    return best;
}

takt_interval takt_series_batch_means(const double *values, int64_t n, int64_t length,
                                      double confidence)
{
    const int64_t n_batches = n / length;
    const double *first = values + (n - n_batches * length);
    takt_moments moments = {0};
    for (int64_t b = 0; b < n_batches; ++b)
        takt_moments_add(&moments, mean_of(first + b * length, length));
    return takt_interval_of_moments(&moments, confidence);
}

/// Variance of the mean of `n` values, from windows of `length`.
static double overlapping_variance(const double *values, int64_t n, int64_t length, double mean)
{
    // Deviations from the mean of all, so that the running sum keeps its digits.
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; ++i) {
        sum += values[i] - mean;
        if (i >= length)
            sum -= values[i - length] - mean;
        if (i >= length - 1)
            squares += sum * sum;
    }
    return squares / (double)length / (double)(n - length + 1) / (double)(n - length);
}

/// Student t with the degrees of freedom of overlapping windows.
static takt_interval overlapping_interval(double mean, double variance, double n_batches,
                                          double confidence)
{
    const double freedom = 1.5 * (n_batches - 1);
    const double half = takt_student_t_quantile(0.5 + 0.5 * confidence, freedom) * sqrt(variance);
    return (takt_interval){mean, mean - half, mean + half, (int64_t)n_batches};
}

takt_interval takt_series_overlapping_means(const double *values, int64_t n, int64_t length,
                                            double confidence)
{
    const double mean = n > 0 ? mean_of(values, n) : 0;
    if (n < 2 * length)
        return (takt_interval){mean, -(double)INFINITY, (double)INFINITY, n / length};
    return overlapping_interval(mean, overlapping_variance(values, n, length, mean),
                                (double)n / (double)length, confidence);
}

takt_interval takt_series_bias(const double *values, int64_t n, int64_t first, int64_t cut,
                               double confidence)
{
    const int64_t n_rest = n - cut, n_bias = cut - first, length = n_rest / 20;
    if (n_rest < 40 || n_bias < 1)
        return (takt_interval){0, -(double)INFINITY, (double)INFINITY, 0};
    const double rest = mean_of(values + cut, n_rest), bias = mean_of(values + first, n_bias);
    const double variance = overlapping_variance(values + cut, n_rest, length, rest);
    // A mean over fewer values of the same kind has that much more variance.
    const double of_both = variance * (1 + (double)n_rest / (double)n_bias);
    return overlapping_interval(bias - rest, of_both, (double)n_rest / (double)length, confidence);
}

/// Sums of squared deviations and of products of neighbours' deviations.
static void neighbours(const double *values, int64_t n, double *squares, double *products)
{
    const double mean = n > 0 ? mean_of(values, n) : 0;
    *squares = *products = 0;
    for (int64_t i = 0; i < n; ++i) {
        *squares += (values[i] - mean) * (values[i] - mean);
        if (i > 0)
            *products += (values[i] - mean) * (values[i - 1] - mean);
    }
}

double takt_series_correlation(const double *values, int64_t n)
{
    double squares, products;
    neighbours(values, n, &squares, &products);
    return n > 2 && squares > 0 ? products / squares : 0;
}

double takt_series_independence(const double *values, int64_t n)
{
    double squares, products;
    neighbours(values, n, &squares, &products);
    if (n < 3 || !(squares > 0))
        return 1;
    // The ratio of squared differences to squared deviations, as a correlation: half the squares
    // of both ends belong to it, which makes its mean 0 for independent values.
    double differences = 0;
    for (int64_t i = 1; i < n; ++i)
        differences += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
    const double correlation = 1 - 0.5 * differences / squares;
    const double count = (double)n;
    return takt_normal_cdf(-correlation * sqrt((count * count - 1) / (count - 2)));
}
