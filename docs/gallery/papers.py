"""The section of the gallery with the cells of tests/papers: the source of each, and its code."""

import re

HEAD = """
## Cells from papers {#gallery_papers}

These show the language on a cell of each kind: several inputs and outputs, constants, derivatives of their own. They
are no part of the library. `tests/papers` compares the gradient of each with difference quotients, and its results
and all gradients with those of the equations in PyTorch, in double up to 1e-10.
"""


def papers_section(tree):
    section = HEAD
    for header in sorted((tree / "tests/papers").glob("*.hpp")):
        if not header.with_suffix(".cpp").exists():
            continue  # a part of the tests
        text = header.read_text()
        comment = re.search(r"/// @file\n((?:///.*\n)*)", text)[1]
        code = re.search(r"namespace rondo::papers \{\n(.*)\n\}  // namespace", text, re.S)[1].strip()
        section += f"""
### {header.stem} {{#gallery_papers_{header.stem}}}

{re.sub("^/// ?", "", comment, flags=re.M).strip()}

<details><summary>Code</summary>
```cpp
{code}
```
</details>
"""
    return section
