#!/usr/bin/env bash
# Planted defects: an engine with a known mistake fails the row that is there for it; the same
# program without one passes. tests/long/defects.sh asks all rows.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"
if [ -z "${TAKT_DEFECTIVE:-}" ] || [ -n "${TAKT_SANITIZED:-}" ]; then
    finish # shared libraries cannot be replaced so; minutes with sanitizers
fi

TAKT_DEFECT=list "$TAKT_DEFECTIVE" | sort >planted
while read -r defect study row; do
    echo "$defect" >>asked
    TAKT_DEFECT=$defect run 1 "$TAKT_DEFECTIVE" validate "$study" --quiet
    grep -q "^  $row .* FAIL *$" .out || fail "$defect: $row passes ($(cat .out))"
done <<'END'
lost_unblocking two_machines_5 two_machines_buffer_5_per_s
ages_blocked resting_line resting_line_per_s
ages_idle mm1_breaks_unless_idle mm1_breaks_unless_idle_items
arrival_first ties ties_turned_away
return_late ties_at_stops ties_at_stops_turned_away
last_come_first mg1_constant mg1_constant_time_variance
shared_stream mg1_exponential mg1_exponential_queue
resumes_anew mg1_breaks mg1_breaks_time_s
restarts_amid mg1_restarts mg1_restarts_time_s
crew_endless repairman repairman_5_machines_1_crew
work_forgotten stops_by_work stops_by_work_working
no_reserve parallel_before parallel_before_per_s
routes_even jackson jackson_at_weld
batch_of_one batches batches_waiting
stop_amid stops_by_work stops_by_work_working
source_loses waiting_source waiting_source_per_s
works_off_shift shifts_pause shifts_pause_per_s
rules_ignored shortest_job shortest_job_time_s
rate_steady rush rush_items
END
{ cat asked; echo none; } | sort | cmp - planted || fail 'not every defect is asked for'
for study in ties ties_at_stops stops_by_work shifts_pause resting_line; do # all: test_validate.sh
    run 0 "$TAKT_DEFECTIVE" validate "$study" --quiet
done
finish
