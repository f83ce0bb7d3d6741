"""Writes the picture and the table of speed of the first page from the benchmark's results.

docs/speed.jsonl has the results: what `bench --json docs/speed.jsonl` appends. The picture is
docs/speed.svg, drawn by gnuplot. The table stands in README.md between two comments.
"""

import json
import subprocess
from pathlib import Path

TREE = Path(__file__).parent.parent
CELLS = {"lstm": "LSTM", "gru": "GRU", "custom": "own cell"}
PEERS = {"onednn": "oneDNN", "hand": "by hand", "torch": "PyTorch"}
MODES = {"forward": "inference", "train": "training", "stream": "stream, one step"}
TABLE = (
    ("lstm", "W1", "train"), ("lstm", "W3", "train"), ("lstm", "W4", "train"),
    ("gru", "W3", "forward"), ("gru", "W3", "train"),
    ("custom", "W1", "train"), ("custom", "W3", "train"),
    ("lstm", "W6", "stream"),
)  # fmt: skip
PICTURE = [(cell, name) for cell in CELLS for name in ("W1", "W2", "W3", "W4", "W5")]
BEGIN = "<!-- speed: docs/speed.py writes this table from docs/speed.jsonl -->"
END = "<!-- end of speed -->"


def read_results(tree):
    """The last result of each row."""
    results = {}
    for line in (tree / "docs/speed.jsonl").read_text().splitlines():
        result = json.loads(line)
        results[result["cell"], result["workload"], result["mode"]] = result
    return results


def sizes(result):
    _, batch, _, hidden = result["shape"]
    return f"{hidden} features, " + ("one sequence" if batch == 1 else f"{batch} sequences")


def ratio(result, peer):
    return result["peers"].get(peer, {}).get("ratio")


def provenance(results):
    facts = list({json.dumps(r["machine"]): r["machine"] for r in results.values()}.values())
    dates = sorted({f["date"] for f in facts})
    named = [facts[0][key] for key in ("processor", "instruction_set", "compiler")]
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return f"{when}; one core of {named[0]}, a shared virtual machine; {named[1]}; {named[2]}"


def losses(results):
    """A sentence on the rows of the picture in which a peer is faster."""
    rows = [results[cell, name, mode] for cell, name in PICTURE for mode in ("forward", "train")]
    best_peers = [min((peer["ratio"] for peer in row["peers"].values()), default=1) for row in rows]
    slower = [best for best in best_peers if best < 1]
    if not slower:
        return f"No peer is faster in any of the picture's {len(rows)} rows."
    return (
        f"In {len(slower)} of the picture's {len(rows)} rows a peer is faster, by at most "
        f"{100 * (1 - min(slower)):.0f}% of Rondo's time."
    )


def markdown(results):
    lines = [
        "| Cell | Sizes | | Rondo, µs | " + " | ".join(PEERS.values()) + " |",
        "|---|---|---|---:|" + "---:|" * len(PEERS),
    ]
    for key in TABLE:
        result = results[key]
        ratios = [ratio(result, peer) for peer in PEERS]
        time = result["microseconds"]
        cells = [
            CELLS[key[0]], sizes(result), MODES[key[2]],
            f"{time:,.0f}" if time >= 10 else f"{time:.2f}",
            *(f"×{r:.1f}" if r and r >= 10 else f"×{r:.2f}" if r else "" for r in ratios),
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + f"\n\n{losses(results)} Measured on {provenance(results)}.\n"


def points(results, mode):
    """gnuplot's data: for each peer, a block of a point for each row."""
    blocks = []
    for peer in PEERS:
        rows = (ratio(results[cell, name, mode], peer) for cell, name in PICTURE)
        lines = (f"{r} {-place}" for place, r in enumerate(rows) if r)
        blocks.append(f"${peer}_{mode} << end\n" + "\n".join(lines) + "\nend\n")
    return "".join(blocks)


def plot(mode):
    return f'set title "{MODES[mode]}"\nplot ' + ", ".join(
        f'${peer}_{mode} with points pt 7 ps 0.9 lc rgb "{color}" title "{PEERS[peer]}"'
        for peer, color in zip(PEERS, ("#d55e00", "#0072b2", "#009e73"))
    )


def picture(results):
    """gnuplot's commands: two panels of points, at the time of each peer divided by Rondo's."""
    labels = [f"{CELLS[cell]}, {sizes(results[cell, name, 'train'])}" for cell, name in PICTURE]
    return f"""{points(results, "forward")}{points(results, "train")}
set terminal svg size 900,440 dynamic background "white" font "Helvetica,12"
set multiplot
set logscale x
set xrange [0.8:250]
set xtics (1, 2, 5, 10, 20, 50, 100)
set yrange [{-len(labels) + 0.4}:0.6]
set ytics ({", ".join(f'"{label}" {-place}' for place, label in enumerate(labels))})
set grid x lc rgb "#dddddd"
set border 3 lc rgb "#888888"
set tics nomirror textcolor rgb "#222222"
set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb "#222222" lw 2
set label 1 "time of a peer divided by Rondo's; right of 1, Rondo is faster" at screen 0.625, 0.03 center
set tmargin at screen 0.9
set bmargin at screen 0.13
set lmargin at screen 0.27
set rmargin at screen 0.62
unset key
{plot("forward")}
set key inside bottom right samplen 0.5 box lc rgb "#dddddd"
unset label 1
set ytics ({", ".join(f'"" {-place}' for place in range(len(labels)))})
set lmargin at screen 0.64
set rmargin at screen 0.99
{plot("train")}
"""


def slot_with(results):
    """The comments of README.md with the table between them."""
    return f"{BEGIN}\n\n{markdown(results)}\n{END}\n"


def is_current(tree):
    return slot_with(read_results(tree)) in (tree / "README.md").read_text()


def main():
    results = read_results(TREE)
    svg = subprocess.run(["gnuplot"], input=picture(results), capture_output=True, text=True, check=True)
    (TREE / "docs/speed.svg").write_text(svg.stdout)
    before, _, rest = (TREE / "README.md").read_text().partition(BEGIN)
    after = rest.partition(END + "\n")[2]
    (TREE / "README.md").write_text(before + slot_with(results) + after)


if __name__ == "__main__":
    main()
