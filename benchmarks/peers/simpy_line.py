"""The line of 20 machines in SimPy: a process per machine, a store per buffer. Failures count hours
of work: the part in hand waits out the repair, then its work goes on."""

import random

import factory_reference as reference

options = reference.arguments(__doc__, 100000)

import simpy  # after the arguments: --help needs no SimPy


class Line:
    def __init__(self, seed):
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.n_completed = self.n_parts = 0
        stores = [simpy.Store(self.env, reference.N_PLACES)
                  for _ in range(reference.N_MACHINES - 1)]
        for before, after in zip([None] + stores, stores + [None]):
            self.env.process(self.machine(before, after))

    def machine(self, before, after):
        env, expovariate = self.env, self.random.expovariate
        up_left = expovariate(1 / reference.UP_S)
        while True:
            if before:
                yield before.get()
            work = expovariate(1)
            while up_left < work:
                yield env.timeout(up_left)
                yield env.timeout(expovariate(1 / reference.REPAIR_S))
                work -= up_left
                up_left = expovariate(1 / reference.UP_S)
            up_left -= work
            yield env.timeout(work)
            self.n_completed += 1
            if after:
                yield after.put(True)
            else:
                self.n_parts += 1


def run(seed, n):
    line = Line(seed)
    line.env.run(until=reference.WARM_UP_S)
    n_before = line.n_parts
    measured_s = n / (reference.N_MACHINES * reference.PARTS_PER_S)
    line.env.run(until=reference.WARM_UP_S + measured_s)
    n_parts = line.n_parts - n_before
    return line.n_completed, lambda: reference.check_parts(n_parts, measured_s)


reference.race("line_20", "SimPy", {"simpy": simpy.__version__}, run, options)
