"""Builds the site and walks it: all pages for links, and in headless Chromium, 400 and 1400 pixels wide, all
pages that are written by hand, the gallery, the public names and one page of each kind of the reference.

The browser finds elements that are wider than the window, code that is small, pale or cut off, formulas that are
not set, pictures that are not shown and errors on the console (flaws.js). The search is tried over HTTP and from
the file system. Pages that are broken on purpose show that each flaw is noticed.

  run.py TREE OUT PRINT VERSION   as docs/site.py

Exit status 77, which meson counts as skipped, if Chromium, its driver or selenium is missing.
"""

import shutil
import subprocess
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

sys.dont_write_bytecode = True
from links import broken_links, read

SKIPPED = 77
WIDTHS = (400, 1400)
REFERENCE = (
    "classrondo_1_1bptt.html", "structrondo_1_1lstm.html", "conceptrondo_1_1is__layer.html", "namespacerondo.html",
    "classrondo_1_1model-members.html", "bptt_8hpp.html", "lstm_8hpp_source.html",
)  # fmt: skip
DARK = ("index.html", "tour.html", "lstm_8hpp_source.html")
# A word, and the beginning of a result that the search must give.
SEARCHES = {"bptt": "bptt", "lstm": "lstm", "galler": "Gallery"}

# Snippets that break a page, with the sentence that must notice them.
PLACE = '<div class="textblock">'
BROKEN = [
    ('<div style="width: 3000px">wide</div>', "at 400 pixels, wider than the window: <div"),
    ('<div style="width: 1000px">wide</div>', "at 400 pixels, the page is"),
    (f'<div id="nav-tree"><p class="label"><a>{"long_" * 500}</a></p></div>', "a title is cut off"),
    ('<pre class="fragment" style="font-size: 9px !important">small</pre>', "code of 9 pixels"),
    ('<pre class="fragment" style="color: #ccc">pale</pre>', "code with a contrast of 1."),
    (f'<pre class="fragment" style="overflow: hidden">{"long " * 500}</pre>', "code is cut off"),
    (r"\[ x_{t", r"an unrendered formula: \[ x_{t"),
    (r"\[ \lost{x} \]", r"a formula with an error: \lost{x}"),
    (r"\[ \frac{x \]", r"a formula with an error: \frac{x"),
    ('<img src="lost.png"/>', "a picture is not shown: lost.png"),
    ('<div class="dotgraph"><iframe src="lost.svg"></iframe></div>', "a graph is not shown: lost.svg"),
    ("<script>lost();</script>", "the console says: "),
]
BROKEN_LINKS = [
    ('<a href="lost.html">', "no file for the link lost.html"),
    ('<a href="tour.html#lost">', "no place for the link tour.html#lost"),
    ('<a href="#lost">', "no place for the link #lost"),
    ('<img src="lost.png"/>', "no file for the link lost.png"),
]


class Server:
    """Serves a folder over HTTP, and pages that are not in it. A context, which gives the address."""

    def __init__(self, folder, pages):
        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=str(folder))

            def do_GET(self):
                page = pages.get(self.path.lstrip("/"))
                if page is None:
                    return super().do_GET()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_):
        self.server.shutdown()


def unnoticed(flaws, snippet, expected):
    if not any(expected in flaw for flaw in flaws):
        yield f"does not notice {snippet[:80]}: expected '{expected}', found {flaws}"


def link_flaws(texts):
    yield from broken_links(texts)
    broken = "".join(snippet for snippet, _ in BROKEN_LINKS)
    pages = {name: text for name, text in texts.items() if name in ("tour.html", "index.html")}
    noticed = list(broken_links({**pages, "broken.html": broken}))
    for snippet, expected in BROKEN_LINKS:
        yield from unnoticed(noticed, snippet, f"broken.html: {expected}")


def search_flaws(browser, address):
    browser.set_width(WIDTHS[-1])
    for word, expected in SEARCHES.items():
        results = browser.search(address, word)
        if not any(result.startswith(expected) for result in results):
            yield f"{address}: the search for {word} gives {results}"
    if browser.search(address, "xyzzy") != ["No Matches"]:
        yield f"{address}: the search finds what is not there"


def browser_flaws(tree, html, texts):
    from browser import Browser

    by_hand = ["index.html" if p.stem == "start" else f"{p.stem}.html" for p in sorted((tree / "docs").glob("*.md"))]
    pages = [*by_hand, "gallery.html", "names.html", *REFERENCE]
    yield from (f"there is no page {page}" for page in pages if page not in texts)
    broken = {f"broken_{i}.html": snippet for i, (snippet, _) in enumerate(BROKEN)}
    frame = texts["howto.html"]
    assert PLACE in frame
    made = {name: frame.replace(PLACE, PLACE + snippet, 1) for name, snippet in broken.items()}
    with Server(html, made) as address, Browser() as browser:
        for page in pages:
            yield from (f"{page}: {flaw}" for flaw in browser.flaws(address + page, WIDTHS))
        for name, (snippet, expected) in zip(made, BROKEN):
            yield from unnoticed(list(browser.flaws(address + name, WIDTHS[:1])), snippet, expected)
        for start in (address, html.as_uri() + "/"):
            yield from search_flaws(browser, start + "index.html")
        browser.set_dark(True)
        for page in DARK:
            yield from (f"{page}, dark: {flaw}" for flaw in browser.flaws(address + page, WIDTHS))


def main(tree, out, printer, version):
    if not (shutil.which("chromium") and shutil.which("chromedriver") and find_spec("selenium")):
        print("needs the packages chromium, chromium-driver and python3-selenium")
        return SKIPPED
    tree, html = Path(tree), Path(out) / "html"
    build = subprocess.run([sys.executable, tree / "docs/site.py", tree, out, printer, version])
    if build.returncode:
        return 1
    texts = read(html)
    flaws = [*link_flaws(texts), *browser_flaws(tree, html, texts)]
    print("\n".join(flaws) or f"walked {sum(name.endswith('.html') for name in texts)} pages")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
