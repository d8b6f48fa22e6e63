"""Cimba's own benchmark of M/M/1: its program MM1_single, found in PATH, serves 1e6 customers
(arrivals 0.9/s, service 1/s) and prints the mean time in the system, 10 s."""

import math
import re
import subprocess

import factory_reference as reference

options = reference.arguments(__doc__, 1000000)


def run(seed, n):
    text = subprocess.run(["MM1_single"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"Average system time ([\d.]+)", text)
    customers = reference.ARRIVALS_PER_S * float(found.group(1)) if found else math.nan
    return n, lambda: reference.check_customers(customers, n / reference.ARRIVALS_PER_S)


reference.race("mm1", "Cimba", {}, run, options)
