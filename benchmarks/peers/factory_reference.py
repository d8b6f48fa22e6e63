"""What all simulators of factories share: two models, their answers, and the clock.

M/M/1: arrivals 0.9/s, service 1/s, first come first served, no limit to the queue: 9 customers are
in the system on average. The line: 20 machines, an endless supply before them, exponential service
of mean 1 s, up 100 s of work, repair 10 s after which the work goes on, 8 places between two
machines, blocking after service: 0.57534 +- 0.00007 parts/s (benchmarks/sim/bench_sim.c).
"""

import argparse
import json
import math
import os

ARRIVALS_PER_S, SERVICES_PER_S = 0.9, 1.0
CUSTOMERS, CUSTOMERS_VARIANCE = 9, 34200  # in the system; of their time average, times seconds
N_MACHINES, N_PLACES, UP_S, REPAIR_S = 20, 8, 100.0, 10.0
PARTS_PER_S, PARTS_VARIANCE = 0.57534, 1.0  # of the line; of their number, over seconds
WARM_UP_S = 3600.0  # of the line


def arguments(description, n):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=5, help="the best one counts (5)")
    parser.add_argument("--number", type=int, default=n, help=f"to complete in a sample ({n})")
    return parser.parse_args()


def check(what, found, answer, error):
    """Four standard errors: a wrong answer has no speed."""
    print(f"{what}: {found:.5g} +- {error:.2g}, the answer is {answer:.5g}", flush=True)
    if not abs(found - answer) <= 4 * error:
        raise SystemExit("wrong answer")


def check_customers(mean, seconds):
    check("customers in the system", mean, CUSTOMERS, math.sqrt(CUSTOMERS_VARIANCE / seconds))


def check_parts(n_parts, seconds):
    check("parts per s", n_parts / seconds, PARTS_PER_S, math.sqrt(PARTS_VARIANCE / seconds))


def processor_s():
    """Time on the processor, ours and that of children that have ended. takt is judged by the clock
    on the wall: neighbours on the machine can only flatter the peers."""
    return sum(os.times()[:4])


def race(row, peer, versions, run, options):
    """run(seed, n) simulates until about n are completed and returns (number completed, what checks
    the answer). The last line of output is what factory_table.py reads."""
    rates = []
    for sample in range(options.samples):
        begun = processor_s()
        n, verify = run(options.seed + sample, options.number)
        rates.append(n / (processor_s() - begun))
        verify()
    print(json.dumps({"row": row, "peer": peer, "versions": versions, "best": max(rates),
                      "median": sorted(rates)[len(rates) // 2]}))
