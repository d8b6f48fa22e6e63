/// The binder in lanes: two tridiagonal solves per step, eight films at once.
#include "kernels/drying_lanes_internal.h"

/// One stage: (liquid width - gamma (gone advection + spent diffusion)) c = right_side width.
/// `conc` receives c; `upper` is scratch. All are [n_cells].
typedef struct stage {
    takt_lanes liquid, gone, spent; // at the end of the stage; gamma times the increments
} stage;

TAKT_HD void solve_stage(const takt_drying_grid *grid, const stage *s,
                         const takt_lanes *TAKT_RESTRICT right_side, takt_lanes *TAKT_RESTRICT conc,
                         takt_lanes *TAKT_RESTRICT upper)
{
    const int n = grid->n_cells;
    // Flux through a face = low * c_before + high * c_after; none through the first face.
    // The pivot is a sum of positive terms (column sums are liquid * width), so that no digit of
    // the binder's mass is lost however strong the diffusion.
    takt_lanes low = {0}, carried = {0}, value = {0};
    for (int cell = 0; cell < n; ++cell) {
        const double width = grid->width[cell], gap = grid->gap[cell + 1];
        const takt_lanes next_low = -s->gone * grid->left[cell + 1] - s->spent * gap;
        const takt_lanes next_high = s->spent * gap - s->gone * grid->right[cell + 1];
        const takt_lanes base = s->liquid * width + carried;
        const takt_lanes over = 1.0 / (base - next_low);
        value = (right_side[cell] * width - low * value) * over;
        upper[cell] = -next_high * over;
        conc[cell] = value;
        carried = next_high * base * over;
        low = next_low;
    }
    for (int cell = n - 2; cell >= 0; --cell) {
        value = conc[cell] - upper[cell] * value;
        conc[cell] = value;
    }
}

TAKT_LANES_HOT void takt_drying_binder_run(const takt_drying_grid *restrict grid,
                                           const takt_drying_plan *restrict plan,
                                           takt_lanes *restrict amount, takt_lanes *restrict work)
{
    const double gamma = 1.0 - 0.70710678118654752440; // 1 - sqrt(1/2)
    const double ratio = (1.0 - gamma) / gamma;
    const int n = grid->n_cells;
    takt_lanes *conc = work, *upper = work + n;
    for (int step = 0; step < plan->n_steps; ++step) {
        const takt_lanes gone = gamma * plan->gone[step], spent = gamma * plan->spent[step];
        const stage first = {plan->liquid[step] - gone, gone, spent};
        const stage second = {plan->liquid[step + 1], gone, spent};
        solve_stage(grid, &first, amount, conc, upper);
        // The slope of stage one is (l c - amount) / gamma; no product with the matrix is needed.
        for (int cell = 0; cell < n; ++cell)
            amount[cell] += ratio * (first.liquid * conc[cell] - amount[cell]);
        solve_stage(grid, &second, amount, conc, upper);
        for (int cell = 0; cell < n; ++cell)
            amount[cell] = second.liquid * conc[cell];
    }
}
