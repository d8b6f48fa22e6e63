/// What the engine hands to a process model and what it takes from it: amounts, mixed states, value
/// and energy of the inputs, ages of the stops, shares lost, deliveries. The model is a toy that
/// writes down what it is told.
#include "tests/sim/lines.h"

enum { MAKE, CUT, N_MADE = 4, MAX_CUTS = 8 };

/// What `CUT` saw.
typedef struct cut {
    double input_quantity, input_state, quantity, value, energy_kWh, own_state, age;
} cut;

typedef struct toy {
    double quantities[N_MADE], states[N_MADE]; // of what is made, one after the other
    int n_made, n_cuts;
    cut cuts[MAX_CUTS];
    double lost_share;
    int n_lost;
} toy;

static toy notes;

static void toy_begin(const void *context, takt_work *work)
{
    (void)context;
    work->duration_s = 1;
    if (work->stage == MAKE) {
        const int i = notes.n_made++ % N_MADE;
        work->quantity = notes.quantities[i];
        work->use = work->quantity;
        work->state[0] = notes.states[i];
        work->state[1] = 7; // must not be seen again in another item
        work->value += work->quantity;
        work->energy_kWh += 2 * work->quantity;
        return;
    }
    CHECK(notes.n_cuts < MAX_CUTS);
    notes.cuts[notes.n_cuts++] =
        (cut){work->inputs[0].quantity, work->inputs[0].state[0], work->quantity, work->value,
              work->energy_kWh,         work->state[1],           work->ages[0]};
    work->state[0] = work->inputs[0].state[0];
    work->energy_kWh += 1;
    work->use = 10 * work->quantity;
}

static void toy_lose(const void *context, double share, double *state)
{
    (void)context;
    (void)state;
    notes.lost_share = share;
    notes.n_lost += 1;
}

static void toy_deliver(const void *context, double quantity, const double *state,
                        takt_delivery *delivery)
{
    (void)context;
    (void)state;
    delivery->good = 3 * quantity;
    delivery->gross = quantity;
    delivery->losses[0] += 0.25 * quantity;
    delivery->losses[1] += 0.125 * quantity;
}

static const char *const causes[] = {"burnt", "bent"};
static const takt_process_ops toy_process = {.name = "toy",
                                             .n_state = 2,
                                             .n_causes = 2,
                                             .causes = causes,
                                             .begin = toy_begin,
                                             .lose = toy_lose,
                                             .deliver = toy_deliver};

/// maker -> rack of one place -> cutter, which draws 6 by quantity.
typedef struct shop {
    takt_study *study;
    takt_plan *plan;
    takt_replication *r;
    takt_arena *arena;
    takt_report report;
} shop;

static shop open_shop(double failure_loss)
{
    shop s = {0};
    notes = (toy){.quantities = {1, 3, 4, 5}, .states = {10, 2, 5, 8}};
    s.study = line_create(100);
    line_buffer(s.study, "rack", 1);
    line_station(s.study, "maker", line_constant(1), NULL, "rack");
    takt_station *cutter = line_station(s.study, "cutter", line_constant(1), "rack", "out");
    *TAKT_ITEM(takt_input, cutter->inputs, 0) =
        (takt_input){.from = "rack", .take = 6, .by_quantity = true};
    line_stop(s.study, cutter, "knife", TAKT_METER_QUANTITY, 1e6, 1);
    if (failure_loss > 0)
        line_failure(s.study, cutter, TAKT_METER_WORKING, line_constant(0.75), line_constant(1))
            ->loss = failure_loss;
    CHECK_OK(takt_study_resolve(s.study));
    for (int i = 0; i < 2; ++i)
        TAKT_ITEM(takt_station, s.study->factory.stations, i)->stage_index = i;
    CHECK_OK(takt_plan_create(&s.study->factory, &s.plan));
    s.plan->process = &toy_process;
    s.plan->n_state = toy_process.n_state;
    s.plan->n_causes = toy_process.n_causes;
    s.plan->warm_up_s = 3.5;
    s.plan->measured_s = 4;
    CHECK_OK(takt_arena_create(&s.arena));
    CHECK_OK(takt_report_create(&s.study->factory, s.plan, s.arena, &s.report));
    CHECK_OK(takt_replication_create(s.plan, &s.r));
    notes.n_made = notes.n_cuts = 0; // create has begun replication 0 already
    CHECK_OK(takt_replication_reset(s.r, 0));
    return s;
}

static void close_shop(shop *s)
{
    takt_replication_destroy(&s->r);
    takt_plan_destroy(&s->plan);
    takt_arena_destroy(&s->arena);
    takt_study_destroy(&s->study);
}

/// 1 of state 10 is mounted at 2, 3 of state 2 spliced onto it at 3: 4 of state 4. With 4 of state
/// 5 behind it the cutter takes 6: 4 of the one and 2 of the other. At 4 it has 2 of state 5 left
/// and takes 4 of the 5 of state 8.
static void amounts_states_and_money_are_drawn_in_shares(void)
{
    shop s = open_shop(0);
    line_advance(s.r, 3.5);
    CHECK_INT(notes.n_cuts, 1);
    CHECK_NEAR(notes.cuts[0].input_quantity, 6, 0, 0);
    CHECK_NEAR(notes.cuts[0].input_state, (4 * 4 + 2 * 5) / 6.0, 1e-15, 0);
    CHECK_NEAR(notes.cuts[0].quantity, 6, 0, 0);
    CHECK_NEAR(notes.cuts[0].value, 6, 1e-15, 0);
    CHECK_NEAR(notes.cuts[0].energy_kWh, 12, 1e-15, 0);
    CHECK_NEAR(notes.cuts[0].own_state, 0, 0, 0); // a new item knows nothing of the slot's last one
    CHECK_NEAR(notes.cuts[0].age, 0, 0, 0);
    const takt_item *rest = &s.r->view.items[s.r->view.mounted[0]];
    CHECK_NEAR(rest->quantity, 2, 1e-15, 0);
    CHECK_NEAR(rest->value, 2, 1e-15, 0);
    CHECK_NEAR(rest->energy_kWh, 4, 1e-15, 0);
    line_advance(s.r, 4.5);
    CHECK_INT(notes.n_cuts, 2);
    CHECK_NEAR(notes.cuts[1].input_state, (2 * 5 + 4 * 8) / 6.0, 1e-15, 0);
    CHECK_NEAR(notes.cuts[1].energy_kWh, 12, 1e-14, 0);
    CHECK_NEAR(notes.cuts[1].own_state, 0, 0, 0);
    CHECK_NEAR(notes.cuts[1].age, 60, 1e-15, 0); // ten times what it cut
    close_shop(&s);
}

/// The shares and the good output as the model says them; the item's energy is charged when it
/// leaves: 13 kWh with each 6 units.
static void deliveries_make_the_kpis(void)
{
    shop s = open_shop(0);
    double results[256];
    CHECK(s.report.n_values <= 256);
    CHECK_OK(takt_replication_run(s.r, 0, results));
    const double n_left = (double)s.r->view.head->n_left;
    CHECK(n_left > 1);
    CHECK_NEAR(results[TAKT_KPI_THROUGHPUT], n_left * 18 / (4.0 / 3600), 1e-13, 0);
    CHECK_NEAR(results[TAKT_KPI_ENERGY], 13.0 / 18, 1e-13, 0);
    CHECK_NEAR(results[TAKT_KPI_FIRST_SCRAP], 0.25, 1e-15, 0);
    CHECK_NEAR(results[TAKT_KPI_FIRST_SCRAP + 1], 0.125, 1e-15, 0);
    CHECK_NEAR(results[s.report.yield], 0.625, 1e-15, 0);
    CHECK_TEXT(s.report.kpis[TAKT_KPI_FIRST_SCRAP].name, "scrap_burnt");
    CHECK_TEXT(s.report.kpis[TAKT_KPI_FIRST_SCRAP + 1].name, "scrap_bent");
    CHECK_INT(s.report.n_scraps, 4);
    close_shop(&s);
}

/// The cutter breaks once in each job: the model is told the share, the quantity stays its own.
static void the_model_is_told_what_is_lost(void)
{
    static const double losses[2] = {1.5, 100}, shares[2] = {0.25, 1};
    for (int i = 0; i < 2; ++i) {
        shop s = open_shop(losses[i]);
        line_advance(s.r, 5.5); // at work from 3 to 3.75 and from 4.75 to 5
        CHECK_INT(notes.n_lost, 1);
        CHECK_NEAR(notes.lost_share, shares[i], 0, 0);
        CHECK_NEAR(s.r->view.head->good, 18, 1e-15, 0);
        CHECK_NEAR(s.r->view.head->scrapped, 0, 0, 0);
        close_shop(&s);
    }
}

TAKT_TESTS(TEST(amounts_states_and_money_are_drawn_in_shares), TEST(deliveries_make_the_kpis),
           TEST(the_model_is_told_what_is_lost))
