// Cyclic Jacobi: each rotation zeroes one off-diagonal pair; sweeps go on until all are negligible.
#include "solver/symmetric_eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>

/// Rows and columns p, q of a, and columns p, q of the vectors.
static void rotate(int n, double *a, double *vectors, int p, int q)
{
    const double apq = a[p * n + q];
    const double theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
    const double root = fabs(theta) + sqrt(1.0 + theta * theta);
    const double t = theta >= 0.0 ? 1.0 / root : -1.0 / root;
    const double c = 1.0 / sqrt(1.0 + t * t), s = t * c;
    a[p * n + p] -= t * apq;
    a[q * n + q] += t * apq;
    a[p * n + q] = a[q * n + p] = 0.0;
    for (int k = 0; k < n; ++k) {
        const double vp = vectors[k * n + p], vq = vectors[k * n + q];
        vectors[k * n + p] = c * vp - s * vq;
        vectors[k * n + q] = s * vp + c * vq;
        if (k == p || k == q)
            continue;
        const double ap = a[k * n + p], aq = a[k * n + q];
        a[k * n + p] = a[p * n + k] = c * ap - s * aq;
        a[k * n + q] = a[q * n + k] = s * ap + c * aq;
    }
}

void takt_symmetric_eigen(int n, double *a, double *values, double *vectors)
{
    enum { MAX_SWEEPS = 60 };
    memset(vectors, 0, (size_t)n * (size_t)n * sizeof *vectors);
    for (int i = 0; i < n; ++i)
        vectors[i * n + i] = 1.0;
    for (int sweep = 0, n_rotations = 1; sweep < MAX_SWEEPS && n_rotations > 0; ++sweep) {
        n_rotations = 0;
        for (int p = 0; p < n - 1; ++p) {
            for (int q = p + 1; q < n; ++q) {
                const double size = sqrt(fabs(a[p * n + p])) * sqrt(fabs(a[q * n + q]));
                if (fabs(a[p * n + q]) <= 0.5 * DBL_EPSILON * size || fabs(a[p * n + q]) < DBL_MIN)
                    continue;
                rotate(n, a, vectors, p, q);
                ++n_rotations;
            }
        }
    }
    for (int i = 0; i < n; ++i)
        values[i] = a[i * n + i];
}
