"""M/M/1 as salabim's manual writes it: a component per customer, a resource with one place, and
its own monitors of those who claim and wait. Processes are generators, its faster way."""

import random

import factory_reference as reference

options = reference.arguments(__doc__, 20000)

import salabim  # after the arguments: --help needs no salabim

salabim.yieldless(False)


class Customer(salabim.Component):
    def process(self):
        yield self.request(self.env.server)
        yield self.hold(self.env.random.expovariate(reference.SERVICES_PER_S))
        self.release()
        self.env.n_done += 1
        if self.env.n_done == self.env.n:
            self.env.main().activate()


class Source(salabim.Component):
    def process(self):
        while True:
            yield self.hold(self.env.random.expovariate(reference.ARRIVALS_PER_S))
            Customer()


def run(seed, n):
    env = salabim.Environment(trace=False)
    env.random, env.n, env.n_done = random.Random(seed), n, 0
    env.server = salabim.Resource("server")
    Source()
    env.run()
    mean = env.server.requesters().length.mean() + env.server.claimers().length.mean()
    now = env.now()
    return env.n_done, lambda: reference.check_customers(mean, now)


reference.race("mm1", "salabim", {"salabim": salabim.__version__}, run, options)
