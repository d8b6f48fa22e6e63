#include "jobs/warm_up.h"

#include "core/series.h"

#include <math.h>
#include <stdio.h>

void takt_warm_up_find(const takt_study *study, const double *samples, int64_t stride, int32_t n,
                       takt_warm_up *w)
{
    enum { N = TAKT_WARM_UP_SAMPLES };
    const takt_horizon *horizon = &study->horizon;
    *w = (takt_warm_up){.given_s = horizon->warm_up_s,
                        .horizon_s = horizon->warm_up_s + horizon->measured_s,
                        .detects = horizon->warm_up_detect,
                        .n = n};
    for (int32_t i = 0; i < N; ++i) {
        takt_moments moments = {0};
        for (int32_t r = 0; r < n; ++r)
            takt_moments_add(&moments, samples[r * stride + i]);
        w->means[i] = moments.mean;
    }
    const takt_truncation cut = takt_series_truncate(w->means, N);
    const double piece_s = w->horizon_s / N;
    const int64_t given = (int64_t)floor(w->given_s / piece_s);
    w->is_settled = cut.is_settled;
    w->level = cut.mean;
    w->found_s = (double)cut.n_cut * piece_s;
    w->bias = takt_series_bias(w->means, N, given, cut.n_cut > given ? cut.n_cut : given, 0.99);
    // A cut that lies only a little later, or that noise has chosen, is nobody's concern.
    w->is_short = cut.n_cut > given + TAKT_SERIES_MSER_BATCH &&
                  (w->bias.lo > 0 || w->bias.hi < 0 || !cut.is_settled);
    w->used_s = w->detects && cut.is_settled && w->found_s > w->given_s ? w->found_s : w->given_s;
}

static void say(takt_sheet *sheet, const takt_warm_up *w)
{
    const double found_h = w->found_s / 3600, given_h = w->given_s / 3600;
    char of[64] = "one replication";
    if (w->n > 1)
        snprintf(of, sizeof of, "the mean of %d replications", w->n);
    if (!w->is_settled && (w->is_short || w->detects))
        takt_sheet_note(
            sheet,
            "Warm-up: the items in the plant do not settle within the first half of the "
            "run (MSER-5, %s): simulate a longer time.",
            of);
    else if (w->used_s > w->given_s)
        takt_sheet_note(sheet,
                        "Warm-up: %.4g h, found by MSER-5 from the items in the plant (%s); the "
                        "study gives %.4g h.",
                        found_h, of, given_h);
    else if (w->detects)
        takt_sheet_note(sheet,
                        "Warm-up: %.4g h as given; MSER-5 finds %.4g h from the items in the plant "
                        "(%s).",
                        given_h, found_h, of);
    else if (w->is_short)
        takt_sheet_note(
            sheet,
            "The warm-up of %.4g h is too short: MSER-5 finds %.4g h (%s), before which "
            "%.3g %% %s items are in the plant than later. Take horizon.warm_up=%.0fs "
            "or horizon.warm_up_detect=true.",
            given_h, found_h, of, w->level > 0 ? 100 * fabs(w->bias.mean) / w->level : 0.0,
            w->bias.mean < 0 ? "fewer" : "more", ceil(w->found_s));
}

void takt_sheet_add_warm_up(takt_sheet *sheet, const takt_warm_up *w)
{
    static const takt_column columns[] = {
        {"series", NULL, false},     {"method", NULL, false},   {"n", NULL, false},
        {"given_s", NULL, false},    {"found_s", NULL, false},  {"used_s", NULL, false},
        {"is_settled", NULL, false}, {"is_short", NULL, false}, {"bias", NULL, false},
        {"bias_lo", NULL, false},    {"bias_hi", NULL, false}};
    static const takt_column series[] = {{"end_s", NULL, false}, {"items", NULL, false}};
    const bool knows_bias = w->bias.n > 0;
    const takt_cell none = takt_cell_none();
    say(sheet, w);
    takt_table *table =
        takt_sheet_object(sheet, "warm_up", NULL, columns, sizeof columns / sizeof *columns);
    takt_table_add(table,
                   (takt_cell[]){takt_cell_text("items_in_plant"), takt_cell_text("MSER-5"),
                                 takt_cell_integer(w->n), takt_cell_number(w->given_s, -9),
                                 takt_cell_number(w->found_s, -9), takt_cell_number(w->used_s, -9),
                                 takt_cell_boolean(w->is_settled), takt_cell_boolean(w->is_short),
                                 knows_bias ? takt_cell_number(w->bias.mean, -6) : none,
                                 knows_bias ? takt_cell_number(w->bias.lo, -6) : none,
                                 knows_bias ? takt_cell_number(w->bias.hi, -6) : none});
    table = takt_sheet_table(sheet, "warm_up_series", NULL, series, 2);
    for (int32_t i = 0; i < TAKT_WARM_UP_SAMPLES; i += TAKT_SERIES_MSER_BATCH) {
        double sum = 0;
        for (int32_t k = 0; k < TAKT_SERIES_MSER_BATCH; ++k)
            sum += w->means[i + k];
        takt_table_add(table, (takt_cell[]){takt_cell_number(w->horizon_s / TAKT_WARM_UP_SAMPLES *
                                                                 (i + TAKT_SERIES_MSER_BATCH),
                                                             -9),
                                            takt_cell_number(sum / TAKT_SERIES_MSER_BATCH, -6)});
    }
}

takt_status takt_warm_up_put(const takt_sink *sink, const takt_warm_up *w)
{
    double ends[TAKT_WARM_UP_SAMPLES];
    for (int32_t i = 0; i < TAKT_WARM_UP_SAMPLES; ++i)
        ends[i] = w->horizon_s / TAKT_WARM_UP_SAMPLES * (i + 1);
    TAKT_TRY(takt_sink_size(sink, TAKT_DIMENSION_PIECE, TAKT_WARM_UP_SAMPLES));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_PIECE_END, ends));
    TAKT_TRY(takt_sink_doubles(sink, TAKT_CHANNEL_PIECE_ITEMS, w->means));
    return TAKT_OK;
}
