/// Documents and cards say what the study and a hand simulation say, in sound JSON whatever the
/// names; the logs of a card are those of its machines.
#include "sim/study.h"
#include "tests/viz/stage.h"

static void documents_of_the_row(void)
{
    stage st;
    if (!open_stage(&st, row, false))
        return;
    takt_text factory = document(&st, "factory"), study = document(&st, "study"),
              showcase = document(&st, "showcase");
    check_json(&factory);
    check_json(&study);
    check_json(&showcase);
    CHECK_CONTAINS(takt_text_get(&factory),
                   "{\"name\": \"second\", \"stage\": \"\", \"line\": 0, \"x\": 2, \"y\": 0, "
                   "\"first_machine\": 1, \"n_machines\": 1, \"batch_max\": 1, \"power_kW\": 0, "
                   "\"service\": \"5 s (constant)\", \"stops\": [], \"failure\": \"\"}");
    CHECK_CONTAINS(takt_text_get(&factory), "\"edges\": [{\"from\": {\"station\": 0}, \"to\": "
                                            "{\"buffer\": 0}, \"share\": 1}, {\"from\": "
                                            "{\"buffer\": 0}, \"to\": {\"station\": 1}, "
                                            "\"share\": 1}, {\"from\": {\"station\": 1}, \"to\": "
                                            "{\"exit\": \"out\"}, \"share\": 1}]");
    CHECK_CONTAINS(takt_text_get(&factory), "\"lines\": [\"first\"]");
    CHECK_CONTAINS(takt_text_get(&study), "\"replications\": 12, \"warm_up_s\": 100, "
                                          "\"measured_s\": 540, \"unit\": \"unit\"");
    CHECK_CONTAINS(takt_text_get(&study), "{\"name\": \"places\", \"unit\": \"1\", \"value\": 1, "
                                          "\"min\": 0, \"max\": 9, \"integer\": true, \"targets\": "
                                          "[\"factory.buffers[between].capacity\"]}");
    CHECK_CONTAINS(takt_text_get(&study), "\"text\": \"study: row\\nreplications: 12\\n");
    CHECK_CONTAINS(takt_text_get(&showcase), "\"playing\": false, \"speed\": 0.5, \"time_s\": 0, "
                                             "\"warm_up_s\": 100, \"end_s\": 640");
    CHECK_CONTAINS(takt_text_get(&showcase), "\"design\": \"baseline\", \"has_best\": false");
    takt_text_destroy(&factory);
    takt_text_destroy(&study);
    takt_text_destroy(&showcase);
    close_stage(&st);
}

static takt_text card_of(const stage *st, const char *name)
{
    takt_text text = {0};
    CHECK_OK(takt_showcase_card(st->showcase, name, &text));
    check_json(&text);
    return text;
}

/// By hand: at 22 s second works on piece 3 since 18, pieces 4 lies between, 5 waits on first.
static void cards_of_the_row(void)
{
    stage st;
    takt_text text = {0};
    if (!open_stage(&st, row, true))
        return;
    order(&st, TAKT_SHOWCASE_SEEK, 22);
    wait_for_time(&st, 22);
    text = card_of(&st, "first");
    CHECK_CONTAINS(text.bytes,
                   "{\"kind\": \"station\", \"name\": \"first\", \"time_s\": 22, \"machines\": "
                   "[{\"machine\": 0, \"state\": \"blocked\", \"since_s\": 21, \"done\": 1, "
                   "\"stop\": null, \"items\": [{\"number\": 5, \"born_s\": 18, \"quantity\": 1, "
                   "\"value\": 2, \"energy_kWh\": 0, \"state\": {}}], \"stops\": [], \"log\": [");
    CHECK_CONTAINS(text.bytes, "{\"time_s\": 18, \"state\": \"working\"}, {\"time_s\": 21, "
                               "\"state\": \"blocked\"}]}], \"passed\": [");
    CHECK_CONTAINS(text.bytes, "\"state\": {}, \"time_s\": 21, \"machine\": 0}], \"study\": "
                               "{\"machines\": 1, \"service\": \"3 s (constant)\", \"takes\": [], "
                               "\"gives\": [\"between\"]");
    takt_text_destroy(&text);
    text = card_of(&st, "second");
    CHECK_CONTAINS(text.bytes, "\"state\": \"working\", \"since_s\": 8, \"done\": 0.8");
    takt_text_destroy(&text);
    text = card_of(&st, "between");
    CHECK_CONTAINS(text.bytes,
                   "{\"kind\": \"buffer\", \"name\": \"between\", \"time_s\": 22, \"level\": 1, "
                   "\"capacity\": 1, \"items\": [{\"number\": 4, \"born_s\": 13, \"quantity\": 1, "
                   "\"value\": 2, \"energy_kWh\": 0, \"state\": {}}], \"study\": ");
    CHECK_CONTAINS(text.bytes, "\"filled_by\": [\"first\"], \"drawn_by\": [\"second\"]");
    takt_text_destroy(&text);
    CHECK_STATUS(takt_showcase_card(st.showcase, "frist", &text), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "did you mean 'first'?");
    CHECK_STATUS(takt_showcase_card(st.showcase, "", &text), TAKT_ERR_INPUT);
    CHECK_STATUS(takt_showcase_card(st.showcase, "<img onerror>\n\x1b", &text), TAKT_ERR_INPUT);
    CHECK(!strchr(takt_error_text(), '\n') && !strchr(takt_error_text(), '\x1b'));
    CHECK_INT(text.length, 0);
    close_stage(&st);
}

static void cards_of_the_shop(void)
{
    stage st;
    if (!open_stage(&st, shop, true))
        return;
    order(&st, TAKT_SHOWCASE_SEEK, 4500);
    wait_for_time(&st, 4500);
    takt_text text = card_of(&st, "img_onerror-1"), factory = document(&st, "factory"),
              study = document(&st, "study");
    check_json(&factory);
    check_json(&study);
    CHECK_CONTAINS(text.bytes, "\"stops\": [{\"name\": \"wash\", \"age\": ");
    CHECK_CONTAINS(text.bytes, "\"failure\": \"breaks after 5 min of work (exponential); repaired "
                               "in 20 s (constant) by two\"");
    CHECK_CONTAINS(text.bytes, "\"gives\": [\"80 % to out\", \"10 % to again-_.1\", \"10 % to "
                               "scrap\"]");
    CHECK_CONTAINS(text.bytes, "\"wash every 40 items for 9 s\"");
    CHECK_CONTAINS(factory.bytes, "\"name\": \"in.box\", \"capacity\": null");
    CHECK_CONTAINS(factory.bytes, "{\"from\": {\"source\": 0}, \"to\": {\"buffer\": 0}");
    CHECK_CONTAINS(factory.bytes, "\"exits\": [{\"kind\": \"out\"");
    CHECK_CONTAINS(study.bytes, "\"currency\": \"\\\"<img src=x onerror=alert(1)>\"");
    takt_text_destroy(&text);
    takt_text_destroy(&factory);
    takt_text_destroy(&study);
    text = card_of(&st, "again-_.1");
    CHECK_CONTAINS(text.bytes, "\"capacity\": 3,");
    takt_text_destroy(&text);
    close_stage(&st);
}

/// The plant of the example as an effective study, with PETSc wished for: the banner says whose
/// physics is to be seen, and items carry their state by name.
static void the_battery_plant(void)
{
    static const char *const sets[] = {"process.tier=reference"};
    takt_study *study = NULL;
    takt_text yaml = {0};
    stage st;
    const takt_status status =
        takt_study_open(TAKT_SOURCE_DIR "/examples/battery_line.yaml", sets, 1, &study);
    if (status == TAKT_ERR_UNSUPPORTED) {
        printf("%s\n", takt_status_text(status));
        return;
    }
    CHECK_OK(status);
    takt_study_write(study, &yaml);
    CHECK_OK(takt_text_check(&yaml));
    CHECK(open_stage(&st, yaml.bytes, true));
    CHECK(says(&st, "showcase", "comes from the batched kernel, not from PETSc."));
    CHECK(says(&st, "study", "\"process\": \"battery\", \"tier\": \"reference\""));
    CHECK(says(&st, "factory", "\"lines\": [\"mixer\", \"coater_a\", \"assembly\"]"));
    order(&st, TAKT_SHOWCASE_SEEK, 20 * 86400);
    wait_for_time(&st, 20 * 86400);
    takt_text text = card_of(&st, "coater_c");
    CHECK_CONTAINS(text.bytes, "\"state\": {\"good\": 0.");
    CHECK_CONTAINS(text.bytes, "\"lost_agglomerates\": 0.");
    CHECK_CONTAINS(text.bytes, "\"stage\": \"coat_cathode\"");
    takt_text_destroy(&text);
    takt_text_destroy(&yaml);
    takt_study_destroy(&study);
    close_stage(&st);
}

TAKT_TESTS(TEST(the_battery_plant), TEST(documents_of_the_row), TEST(cards_of_the_row),
           TEST(cards_of_the_shop))
