"""Writes the page of the gallery: each cell with its code, its equations and its graphs."""

import subprocess

from papers import papers_section


def write_gallery(tree, cells, folder, printer):
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([printer, folder], check=True)
    page = (tree / "docs/gallery/intro.md").read_text() + "\n"
    page += "".join(f"- @ref gallery_{cell.name}\n" for cell in cells)
    page += "- @ref gallery_papers\n"
    for cell in cells:

        def drawn(name):
            return (folder / f"{cell.name}{name}").read_text().rstrip()

        *numbers, kind = drawn(".facts").split()
        nodes, stages, kept, nodes_back, stages_back = map(int, numbers)

        def count(number, noun):
            return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"

        page += f"""
## {cell.name} {{#gallery_{cell.name}}}

`{cell.type}`, from `<{cell.header}>`; see its reference, rondo::{cell.name}. Its recurrence is
`{kind}`.

```cpp
{cell.code.rstrip()}
```

### Step {{#gallery_{cell.name}_forward}}

{count(nodes, "node")}; the part that must run step by step has {count(stages, "stage")}.

\\f[ {drawn("_forward.tex")} \\f]

\\dotfile {cell.name}_forward.dot

### Derived gradient {{#gallery_{cell.name}_backward}}

{count(nodes_back, "node")}; the part that must run step by step has {count(stages_back, "stage")}. Besides
the states, the forward step saves {count(kept, "value")}.

\\f[ {drawn("_backward.tex")} \\f]

\\dotfile {cell.name}_backward.dot

<details><summary>Nodes of both steps</summary>
```text
{drawn("_forward.txt")}
```
```text
{drawn("_backward.txt")}
```
</details>
"""
    (folder / "gallery.md").write_text(page + papers_section(tree))
