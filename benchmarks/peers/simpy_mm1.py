"""M/M/1 as SimPy's users write it: a process per customer and a resource with one place. The time
integral of the number in the system is all it counts; takt counts all its default KPIs."""

import random

import factory_reference as reference

options = reference.arguments(__doc__, 100000)

import simpy  # after the arguments: --help needs no SimPy


class System:
    def __init__(self, seed, n):
        self.env = simpy.Environment()
        self.server = simpy.Resource(self.env, 1)
        self.random = random.Random(seed)
        self.inside, self.since, self.time_inside = 0, 0.0, 0.0
        self.n, self.n_done, self.done = n, 0, self.env.event()
        self.env.process(self.source())

    def count(self, change):
        self.time_inside += self.inside * (self.env.now - self.since)
        self.since = self.env.now
        self.inside += change

    def source(self):
        while True:
            yield self.env.timeout(self.random.expovariate(reference.ARRIVALS_PER_S))
            self.count(1)
            self.env.process(self.customer())

    def customer(self):
        with self.server.request() as request:
            yield request
            yield self.env.timeout(self.random.expovariate(reference.SERVICES_PER_S))
        self.count(-1)
        self.n_done += 1
        if self.n_done == self.n:
            self.done.succeed()


def run(seed, n):
    system = System(seed, n)
    system.env.run(until=system.done)
    now = system.env.now
    return system.n_done, lambda: reference.check_customers(system.time_inside / now, now)


reference.race("mm1", "SimPy", {"simpy": simpy.__version__}, run, options)
