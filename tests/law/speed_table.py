"""The README has the table of speed that docs/speed.py makes from docs/speed.jsonl."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "docs"))
from speed import is_current

RESULT = {
    "shape": [1, 1, 1, 1], "microseconds": 1, "peers": {},
    "machine": {"date": "2026-01-01", "processor": "a", "instruction_set": "b", "compiler": "c"},
}  # fmt: skip
RESULTS = "".join(
    json.dumps({"cell": cell, "workload": workload, "mode": mode, **RESULT}) + "\n"
    for cell in ("lstm", "gru", "custom")
    for workload in ("W1", "W2", "W3", "W4", "W5", "W6")
    for mode in ("forward", "train", "stream")
)
BROKEN = [
    ({"docs/speed.jsonl": RESULTS, "README.md": page}, "README.md has another table")
    for page in ("<!-- speed: a -->\n| LSTM | ×99 |\n<!-- end of speed -->\n", "no table\n")
]


def breaches(tree, compiler):
    if is_current(tree):
        return []
    return ["README.md has another table of speed than docs/speed.jsonl; docs/speed.py writes it"]
