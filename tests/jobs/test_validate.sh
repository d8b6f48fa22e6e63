#!/usr/bin/env bash
# takt validate: all exact answers are met by intervals that are narrow, and are the values that
# were computed apart from this program; a wrong claim is noticed; fresh seeds can be repeated.
set -euo pipefail
. "$TAKT_SOURCE_DIR/tests/jobs/common.sh"

# --- claims
run 1 "$TAKT" validate assembly --quiet --set assembly_per_s=0.75
prints FAIL
says '1 of 2 answers are wrong'
run 1 "$TAKT" validate drying --quiet --set drying_petsc_Pe_1_foil=2.493
says '1 of 20 answers are wrong'
refuses '--set' "'paths_that_do_not_add_up'" -- "$TAKT" validate --set paths_that_do_not_add_up=1

# --- seeds
run 0 "$TAKT" validate stops_by_items --quiet
cp .out own
run 0 "$TAKT" validate stops_by_items --quiet --seed 27 # the study's own
same own .out
run 0 "$TAKT" validate stops_by_items --quiet --fresh --seed 700
cp .out fresh
for seed in 700 701 702; do
    [ "$(grep -c "^  stops_by_items_per_s .*PASS  *$seed\$" .out)" -eq 1 ] || fail "no row of $seed"
done
[ "$(awk '/stops_by_items_per_s/ { print $3 }' .out | sort -u | wc -l)" -eq 3 ] ||
    fail 'seeds gave the same measurement'
run 0 "$MPIEXEC" -q -n 3 "$TAKT" validate stops_by_items --quiet --fresh --seed 700
same fresh .out
run 0 "$TAKT" validate stops_by_items --quiet --fresh
cp .out fresh
seed=$(sed -n 's/^the same again: takt validate --fresh --seed //p' .out)
run 0 "$TAKT" validate stops_by_items --quiet --fresh --seed "$seed"
same fresh .out
refuses "seed" "-3" -- "$TAKT" validate stops_by_items --seed=-3

# --- widths
# narrow SHARE: every row of the last document has a half width of at most so much of its value.
narrow() {
    awk -F': ' -v share="$1" '{ sub(/,$/, "", $2); gsub(/[" ]/, "", $1) }
        $1 == "name" { name = $2 }
        $1 == "exact" { exact = $2 }
        $1 == "lo" { lo = $2 }
        $1 == "hi" && name !~ /^"drying|_variance"$/ {
            n++
            if (($2 - lo) / 2 > share * exact) { print name " is too wide"; bad = 1 }
        } END { exit bad || !n }' .out || fail "half widths of more than $1"
}
run 0 "$TAKT" validate stops_by_items --quiet --long --json
narrow 0.003

# --- all of it
if [ -n "${TAKT_SANITIZED:-}" ]; then
    finish # minutes there
fi
run 0 "$MPIEXEC" -q -n 2 "$TAKT" validate --quiet --json
grep -Eq '"([0-9]+) of \1 pass;' .out || fail "$(cat .out)"
narrow 0.01
awk -F': ' '/"name":/ { gsub(/[",]/, "", $2); name = $2 }
    /"exact":/ { sub(/,.*/, "", $2); print name, $2 }' .out >exact

# What an independent solver gave, to its last digit.
while read -r name digits; do
    awk -v name="$name" -v digits="$digits" '
        $1 == name {
            unit = 10 ^ -(index(digits, ".") ? length(digits) - index(digits, ".") : 0)
            found = $2 - digits <= 0.51 * unit && digits - $2 <= 0.51 * unit
        } END { exit !found }' exact || fail "$name: expected $digits ($(grep "^$name " exact))"
done <<'END'
mm1_items 9
mm1_time_s 10
mm1_queue 8.1
mmc_queue 0.88889
mmc_time_s 1.44444
mm1k_turned_away 0.1260225
mm1k_items 2.194782
mm1k_time_s 2.790286
mg1_constant_queue 1.6
mg1_log_normal_queue 2.4
mg1_erlang_queue 2.4
mg1_gamma_queue 8
mg1_exponential_queue 3.2
mg1_breaks_time_s 2.520588
mg1_restarts_time_s 2.814805
mm1_breaks_at_work_time_s 3.5
mm1_breaks_at_work_items 1.75
mm1_breaks_by_clock_items 1.323232
pairs_time_s 7.5
batch_arrivals_items 6
rush_items 57.291667
calm_items 23.958333
jackson_at_cut 2.531646
jackson_at_weld 1.682692
jackson_at_paint 2.5
jackson_time_s 6.714338
repairman_5_machines_1_crew 0.872096
repairman_10_machines_2_crews 0.896136
urgent_repairs_first 0.945343
urgent_repairs_second 0.842406
operators_items 2.88889
operators_working 0.1
pre_emption_first 0.428571
pre_emption_second 3.571429
two_machines_buffer_0_per_s 0.666667
two_machines_buffer_5_per_s 0.875
two_machines_before_5_per_s 0.857143
three_machines_buffer_0_per_s 0.564103
four_machines_buffer_0_per_s 0.514775
three_machines_buffer_1_per_s 0.670466
three_machines_buffer_2_per_s 0.734017
three_machines_buffer_5_per_s 0.830759
breaking_line_per_s 0.785921
uneven_line_per_s 0.781252
cycles_4_per_s 0.84093614
cycles_10_per_s 0.85617493
cycles_uneven_per_s 0.81434091
cycles_uneven_level 3.052442
cycles_uneven_starved 0.13136969
mm1_time_95_s 29.957
batch_wait_level 1.0865
kanban_three_per_s 0.819137
kanban_four_per_s 0.744226
closed_network_a_working 0.8756757
age_replacement_working 0.991896
age_replacement_cost 0.408524
minimal_repair_cost 0.450320
priority_first_time_s 2.142857
priority_second_time_s 6.714286
start_up_time_s 3.5
shortest_job_time_s 2.882219
parallel_before_per_s 0.714286
stops_by_work_working 0.789474
mg1_constant_time_variance 5.333333
END

# Every row and every study stands in the documentation; every study has a row.
doc=$TAKT_SOURCE_DIR/docs/validation.md
while read -r name _; do
    case $name in
    drying_*) name=${name%%_Pe*}_... ;;
    esac
    grep -qF "\`$name\`" "$doc" || fail "docs/validation.md does not name $name"
done <exact
for study in "$examples"/validate/*.yaml; do
    grep -q "\"$(basename "$study" .yaml)\", [A-Z]" "$TAKT_SOURCE_DIR/jobs/exact_answers.c" ||
        fail "no row reads $study"
done
finish
