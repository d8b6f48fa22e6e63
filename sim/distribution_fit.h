/// Distributions from measured times: the parameters of a family by maximum likelihood, and whether
/// the times look like that family at all.
///
/// The p-values account for the fit: the same family is fitted to each of many samples drawn from
/// the fitted distribution (parametric bootstrap, as Lilliefors' tables were made; Stute, Gonzalez
/// Manteiga, Presedo Quindimil, Metrika 40, 1993). They do not account for a family that was chosen
/// among several because it fits best: then they are somewhat too large.
#ifndef TAKT_SIM_DISTRIBUTION_FIT_H
#define TAKT_SIM_DISTRIBUTION_FIT_H

#include "sim/distribution.h"

TAKT_EXTERN_C_BEGIN

/// The fewest values that `fitted` takes.
enum { TAKT_FIT_VALUES_MIN = 10 };

/// A family with the parameters that make the sample most likely.
typedef struct takt_fit {
    int32_t family; // takt_fit_family
    int32_t n_parameters;
    takt_distribution distribution; // that family by its own parameters
    double log_likelihood;          // of all values, in s
    double aic;                     // 2 n_parameters - 2 log_likelihood: the lower the better
} takt_fit;

/// How far a sample lies from a fitted distribution. A p-value is the probability that a sample
/// from that very distribution, fitted alike, lies as far away; below 0.05 is a reason to look.
typedef struct takt_goodness {
    double kolmogorov_smirnov, kolmogorov_smirnov_p; // largest distance of both distribution
                                                     // functions
    double anderson_darling, anderson_darling_p;     // weighs the tails
    int32_t n_resamples;                             // behind the p-values
} takt_goodness;

/// Fits one family to ascending values above 0 that are not all equal. False when the family
/// cannot have such a sample: a normal whose values spread more than half a bell does. Local.
TAKT_API bool takt_fit_family_to(const takt_sample *sample, int32_t family, takt_fit *fit);

/// The same for a family or, with TAKT_FIT_AUTO, for the one with the least AIC.
TAKT_API bool takt_fit_best(const takt_sample *sample, int32_t family, takt_fit *fit);

/// Distances of the sample from the distribution alone, without p-values (set to NaN).
TAKT_API takt_goodness takt_fit_distance(const takt_sample *sample, const takt_fit *fit);

/// The same with p-values from n_resamples samples, which `seed` names. Costs about 0.5
/// microseconds a value and resample. Local.
TAKT_API takt_status takt_fit_judge(const takt_sample *sample, const takt_fit *fit, uint64_t seed,
                                    int32_t n_resamples, takt_goodness *goodness);

/// Resamples that suit a sample of n values: 99 to 999, fewer for larger ones.
TAKT_API int32_t takt_fit_resamples(int32_t n);

TAKT_EXTERN_C_END

#endif
