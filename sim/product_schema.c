// The keys of products and of scores in a study.

#include "sim/product.h"

static const takt_field step_fields[] = {
    TAKT_FIELD(takt_step, name, NAME,
               .doc = "name, unique in the product; left out: that of the station"),
    TAKT_FIELD(takt_step, station, NAME, .required = true, .doc = "who works on it"),
    TAKT_FIELD(takt_step, to, NAME,
               .doc = "buffer that the item waits in, where the station has several inputs"),
    TAKT_FIELD(takt_step, setup, NAME,
               .doc = "setup that the machine must have; left out: that of the product, or any"),
    TAKT_FIELD(takt_step, service, OPTIONAL, .schema = &takt_distribution_schema,
               .doc = "time of this step; left out: that of the station"),
    TAKT_FIELD(takt_step, scrap, NUMBER, TAKT_RANGE(0, 1), .default_text = "0", .unit = "1",
               .doc = "share of the items that the step spoils"),
    TAKT_FIELD(takt_step, rework, NUMBER, TAKT_RANGE(0, 1), .default_text = "0", .unit = "1",
               .doc = "share of the items that go back to `rework_to`"),
    TAKT_FIELD(takt_step, rework_to, NAME, .doc = "step of the product; left out: this one"),
};
static const takt_schema step_schema =
    TAKT_SCHEMA("step", takt_step, step_fields,
                "One visit to a station. A station may be visited again and again.");

static const takt_field product_fields[] = {
    TAKT_FIELD(takt_product, name, NAME, .required = true, .doc = "name, unique among products"),
    TAKT_FIELD(takt_product, priority, INTEGER, TAKT_RANGE(-1000000, 1000000), .default_text = "0",
               .doc = "higher goes first where a station's `dispatch` names priority"),
    TAKT_FIELD(takt_product, setup, NAME,
               .doc = "setup that machines must have for its steps; left out: any"),
    TAKT_FIELD(takt_product, due, OPTIONAL, .schema = &takt_distribution_schema,
               .doc = "time allowed from release to completion: the due date"),
    TAKT_FIELD(takt_product, due_factor, NUMBER, TAKT_RANGE(0, 1e6), .default_text = "0",
               .unit = "1",
               .doc = "time allowed as a multiple of the mean work of all steps; 0: no due date"),
    TAKT_FIELD(takt_product, steps, LIST, .schema = &step_schema, .min_items = 1,
               .max_items = 100000, .doc = "its way through the plant; after the last step, out"),
};
const takt_schema takt_product_schema =
    TAKT_SCHEMA("product", takt_product, product_fields, "What is made along a route of steps.");

#define WEIGHT(member, unit_, text)                                                                \
    TAKT_FIELD(takt_score, member, NUMBER, TAKT_RANGE(-1e9, 1e9), .default_text = "0",             \
               .unit = unit_, .doc = text)

static const takt_field score_fields[] = {
    WEIGHT(priority, "points", "of each unit of priority"),
    WEIGHT(waiting, "points/h", "of each hour in this queue"),
    WEIGHT(age, "points/h", "of each hour in the plant"),
    WEIGHT(slack, "points/h", "of each hour to the due date beyond the mean work that is left"),
    WEIGHT(time, "points/h", "of each hour that the step takes on average"),
    WEIGHT(left, "points/h", "of each hour of mean work that is left, this step included"),
    WEIGHT(quantity, "points", "of each unit of quantity"),
    WEIGHT(value, "points", "of each unit of currency in the item"),
};
const takt_schema takt_score_schema =
    TAKT_SCHEMA("score", takt_score, score_fields,
                "Weights of a priority of your own: who has the highest score goes first. The "
                "station never waits for somebody better.");
