"""Counts the test cases that meson ran: prints "N passed, N failed[, N skipped]".

A doctest program counts as many tests as it has test cases, and any other program as one. Exit
status 1 if one failed or if nothing was run.

  tally.py build/meson-logs/testlog.json
"""

import json
import re
import sys
from pathlib import Path

DOCTEST = re.compile(r"test cases: *(\d+) \| *(\d+) passed \| *(\d+) failed \| *(\d+) skipped")


def count(run):
    """The numbers of passed, failed and skipped tests of one program."""
    fine = run["result"] in ("OK", "EXPECTEDFAIL")
    summaries = DOCTEST.findall(run.get("stdout") or "")
    if summaries:
        _, passed, failed, skipped = map(int, summaries[-1])
        if not fine and failed == 0:  # it died after its summary, or in the middle
            failed = 1
        return passed, failed, skipped
    if run["result"] == "SKIP":
        return 0, 0, 1
    return (1, 0, 0) if fine else (0, 1, 0)


def main(log):
    runs = []
    if log.exists():
        runs = [json.loads(line) for line in log.read_text().splitlines() if line.strip()]
    totals = [sum(column) for column in zip(*map(count, runs))] or [0, 0, 0]
    for run in runs:
        if count(run)[1]:
            print(f"failed: {run['name']} ({run['result']})")
    passed, failed, skipped = totals
    if not runs:
        print(f"nothing was run: {log} is missing or empty")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
