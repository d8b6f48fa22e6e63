"""One table of simulators: python3 factory_table.py TAKT_JSON... -- PEER_OUTPUT...

TAKT_JSON is what `takt bench ROW --json` printed; the last line of each PEER_OUTPUT is the peer's own
account, and an output without one becomes a row that says so. The ratio is best over best.
"""

import json
import sys

COLUMNS = "%-8s %-24s %12s %12s %10s"


def takt_rows(paths):
    rows = {}
    for path in paths:
        with open(path) as file:
            for row in json.load(file)["rows"]:
                rows[row["name"]] = row
    return rows


def account(path):
    with open(path) as file:
        lines = file.read().splitlines()
    try:
        return json.loads(lines[-1])
    except (IndexError, ValueError):
        return {"row": "-", "peer": "no result: " + path.split("/")[-1]}


def number(row, key):
    return "%.0f" % row[key] if key in row else "-"


def main():
    at = sys.argv.index("--")
    ours = takt_rows(sys.argv[1:at])
    peers = [account(path) for path in sys.argv[at + 1:]]
    print(COLUMNS % ("row", "who", "best /s", "median /s", "takt is"))
    for name, row in ours.items():
        print(COLUMNS % (name, "takt", number(row, "value"), number(row, "median"), ""))
        for peer in peers:
            if peer["row"] == name:
                who = " ".join([peer["peer"]] + list(peer["versions"].values()))
                ratio = "%.0f times" % (row["value"] / peer["best"])
                print(COLUMNS % (name, who, number(peer, "best"), number(peer, "median"), ratio))
    for peer in peers:
        if peer["row"] not in ours:
            print(COLUMNS % ("-", peer["peer"], "-", "-", ""))
    print("\nmm1: customers; line_20: completed jobs of machines. Every answer was checked first.")


main()
