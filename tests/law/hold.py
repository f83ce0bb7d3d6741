"""Checks that the tree keeps one law, and that the law detects violations.

A law is a file beside this one with
  breaches(tree, compiler)   a list of sentences, empty where the tree keeps the law
  BROKEN                     trees that break it, each a dictionary from paths to contents, with a
                             fragment of a sentence that breaches() must give

  hold.py BUILD LAW.py
"""

import importlib
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))
from compiler import Compiler

TREE = Path(__file__).resolve().parent.parent.parent


def main(build, path):
    law = importlib.import_module(Path(path).stem)
    compiler = Compiler(build)
    said = list(law.breaches(TREE, compiler))
    assert law.BROKEN, "a law that nobody has seen broken is no law"
    for files, fragment in law.BROKEN:
        with tempfile.TemporaryDirectory() as folder:
            for name, contents in files.items():
                (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).write_text(contents)
            noticed = list(law.breaches(Path(folder), compiler))
        if not any(fragment in sentence for sentence in noticed):
            said.append(f"does not notice {files}; expected '{fragment}', found {noticed}")
    print("\n".join(said) or "kept")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
