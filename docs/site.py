"""Builds the site: the pages of docs/, the gallery, the public names and the reference.

  site.py TREE OUT PRINT VERSION   PRINT is the program that draws the cells; the site is OUT/html

Exit status 1 if Doxygen prints a warning.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent / "gallery"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests/law"))
from cells import cells_of
from gallery_page import write_gallery
from names import groups_of, write_names
from navigation import write_navigation

AWESOME = Path("/usr/share/doxygen-awesome-css")
SHEETS = "", "-sidebar-only", "-sidebar-only-darkmode-toggle"
SCRIPTS = "darkmode-toggle", "fragment-copy-button", "interactive-toc"  # docs/head.html starts them
MATHJAX = Path("/usr/share/javascript/mathjax")
# The parts that typesetting TeX as SVG needs; all of MathJax is ten times as large.
MATHJAX_PARTS = (
    "MathJax.js", "extensions", "jax/element", "jax/input/TeX", "jax/output/SVG/jax.js",
    "jax/output/SVG/config.js", "jax/output/SVG/autoload", "jax/output/SVG/fonts/TeX",
)  # fmt: skip
KEYWORD_INSIDE = re.compile(
    r'(?<=\w)<span class="keyword\w*">(\w+)</span>|<span class="keyword\w*">(\w+)</span>(?=\w)'
)


def write_header(tree, out):
    """Doxygen's header of a page, with the lines of docs/head.html."""
    subprocess.run(["doxygen", "-w", "html", "header.html", "footer.html", "doxygen.css"], cwd=out, check=True)
    header = out / "header.html"
    header.write_text(header.read_text().replace("</head>", (tree / "docs/head.html").read_text() + "</head>"))


def settings(tree, out, version):
    pages = sorted((tree / "docs").glob("*.md"))
    sheets = [*(AWESOME / f"doxygen-awesome{part}.css" for part in SHEETS), tree / "docs/site.css"]
    scripts = [AWESOME / f"doxygen-awesome-{part}.js" for part in SCRIPTS]
    values = {
        "INPUT": [*pages, out / "gallery", tree / "dsl", tree / "include"],
        "USE_MDFILE_AS_MAINPAGE": [tree / "docs/start.md"],
        "STRIP_FROM_PATH": [tree / "dsl", tree / "include", tree / "docs", tree],
        "STRIP_FROM_INC_PATH": [tree / "dsl", tree / "include"],
        "OUTPUT_DIRECTORY": [out],
        "LAYOUT_FILE": [out / "layout.xml"],
        "IMAGE_PATH": [tree / "docs"],
        "MATHJAX_CODEFILE": [tree / "docs/mathjax.js"],
        "DOTFILE_DIRS": [out / "gallery"],
        "HTML_HEADER": [out / "header.html"],
        "HTML_EXTRA_STYLESHEET": sheets,
        "HTML_EXTRA_FILES": [*scripts, tree / "docs/icon.svg"],
        "PROJECT_NUMBER": [version],
        "EXTRACT_ALL": ["YES"],  # tests/law/documented.py sees to it that all is documented
    }
    lines = [f"{key} = {' '.join(map(str, value))}\n" for key, value in values.items()]
    return (tree / "docs/Doxyfile").read_text() + "".join(lines)


def mend_identifiers(html):
    """Doxygen 1.9.4 takes a part of an identifier for a keyword in the head of a template: h<span ...>id</span>den."""
    for page in html.glob("*.html"):
        text = page.read_text()
        mended = KEYWORD_INSIDE.sub(lambda part: part[1] or part[2], text)
        if mended != text:
            page.write_text(mended)


def copy_mathjax(html):
    for part in MATHJAX_PARTS:
        source = MATHJAX / part
        target = html / "mathjax" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)


def main(tree, out, printer, version):
    tree, out = Path(tree), Path(out)
    shutil.rmtree(out / "html", ignore_errors=True)
    cells = cells_of(tree)
    write_gallery(tree, cells, out / "gallery", printer)
    write_header(tree, out)
    groups = groups_of(tree)
    write_names(tree, groups, out / "gallery/names.md")
    write_navigation(tree, cells, groups, out / "layout.xml")
    run = subprocess.run(
        ["doxygen", "-"], input=settings(tree, out, version), stderr=subprocess.PIPE, text=True, cwd=tree
    )
    complaints = run.stderr.replace(f"{tree}/", "")
    print(complaints, end="")
    mend_identifiers(out / "html")
    copy_mathjax(out / "html")
    print(f"The site is in {out}/html/index.html")
    return run.returncode or bool(complaints)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
