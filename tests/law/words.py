"""One vocabulary: replaced names do not come back, and comments, messages and pages use the field's terms.

NAMES are identifiers that were renamed, with the new name. PHRASES are household words for technical
acts, with the term to use; they are refused in comments, string literals and pages. docs/terms.md
explains the terms. Besides, a comment must not begin with "The same", because the reference shows it
alone, nor with "What", because a noun says it at once; no paragraph is one parenthesis; and headers
contain no percentages, times or rows of the benchmark, which belong in docs/benchmarks.md.
"""

import io
import re
import tokenize

NAMES = {
    "ask_for": "prefetch",
    "ask_for_stores": "prefetch_stores",
    "read_ahead": "prefetch_stream",
    "store_past_caches": "stream_store",
    "can_pass_caches": "has_streaming_stores",
    "passes_caches": "may_stream",
    "memory_is_far": "saved_values_exceed_cache",
    "many_weights": "l2_weight_bytes",
    "much_remembered": "streaming_bytes",
    "load_part": "load_n",
    "store_part": "store_n",
    "load_most": "load_up_to",
    "first_part": "zero_tail",
    "vector_registers": "register_count",
    "row_step": "row_stride",
    "inner_step": "k_stride",
    "feature_step": "feature_stride",
    "panel_step": "panel_stride",
    "crowding_step": "aliasing_stride",
    "max_tile_rows": "mr",
    "max_tile_columns": "nr",
    "outer_depth": "gradient_kc",
    "outer_breadth": "gradient_mc",
    "rows_for_panels": "phase_mc",
    "panel_run": "product_group",
    "works_out": "is_computed_in",
    "hands_on": "is_spilled",
    "takes_over": "is_reloaded_in",
    "odd_step": "traversal",
    "outer_stage": "weight_gradient_stage",
    "accumulate_stage": "bias_gradient_stage",
    "adds_up": "is_reduction",
    "nothing_held": "no_cached_values",
    "forward_code": "forward_exe",
    "backward_code": "backward_exe",
    "step_code": "inference_exe",
    "form_stages": "fuse_stages",
    "lay_out": "emit_schedule",
    "assign_homes": "assign_buffers",
    "sum_products": "fuse_accumulations",
    "judge_recurrences": "classify_recurrences",
    "equation_piece": "latex_fragment",
    "checkpointed_unrolling": "checkpointed_run",
    "forward_run": "forward_pass",
    "packed_rows": "packed_sequence",
    "list_of_sequences": "sequence_list",
    "list_of_lengths": "length_list",
    "put_states": "load_states",
    "get_states": "store_states",
    "rows_at_once": "chunk_rows",
    "tbb_workers": "tbb_thread_pool",
    "remembered_bytes": "saved_bytes",
    "last_run": "run_record",
    "layer_calls": "layer_interface",
    "all_are_layers": "layers_check",
    "mask_per": "mask_scope",
    "entry_count": "size_guard",
    "check_setting": "require",
    "update_entries": "for_each_entry",
}

PHRASES = {
    r"work(s|ed|ing)? out": "compute, evaluate",
    r"t(ake|akes|aking|aken|ook) up(?! to)": "bind, read",
    r"ask(s|ed|ing)? for": "prefetch, request, allow",
    r"(is|are|be|was) had": "is available, read",
    r"(?<!by\s)hand(s|ed|ing)? on": "pass, spill",
    r"comes? nearer": "prefetch",
    r"remember(s|ed|ing)?": "save",
    r"what (is|are|was|were|has been) (kept|held|remembered|saved|stored)": "saved values",
    r"(is|are|was|were|been|be) told": "settings, options, requires",
    r"past the caches?": "with non-temporal stores",
    r"(is|are|be) far": "exceeds the cache",
    r"team(s)? of threads": "thread pool",
    r"stretch(es)?": "chunk",
    r"dear(er|est)?": "expensive",
    r"the judge": "classification",
    r"floats? on": "is rematerialised, inlined",
    r"those of that|that of what|that of which": "name the thing",
    r"stands? in the way": "prevents",
}

FOLDERS = (".ci", "dsl", "include", "docs", "examples", "tests")
SKIPPED = re.compile(r"tests/law/words\.py|tests/names/words\.hpp|.*\.(json|csv|txt)|docs/layout\.xml")
BEGINNING = re.compile(r"(?:@file\s+|@brief\s+)?(the same|what)\b", re.I)
MEASURED = re.compile(r"\d\s*%|\bW[1-6]\b|\b\d[\d.]*\s*(?:ns|µs|ms|GFLOP/s)\b")
NAME = re.compile(rf"\b({'|'.join(NAMES)})\b")
PHRASE = {re.compile(rf"\b{p}\b".replace(" ", r"\s+"), re.I): better for p, better in PHRASES.items()}
CODE = re.compile(r"^```.*?^```|\\f\$.*?\\f\$", re.M | re.S)
CPP = re.compile(
    r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"' r"|(?<![\w])'(?:\\.|[^'\\\n])+'|//[^\n]*|/\*.*?\*/", re.S
)

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "int passes_caches();\n"}, "graph/a.hpp:1: passes_caches"),
    ({"tests/unit/pass/a.cpp": '#include <rondo/pass/lay_out.hpp>\n'}, "a.cpp:1: lay_out"),
    ({"include/rondo/run/a.hpp": "#pragma once\n/// A value\n/// that is worked\n/// out.\n"}, "a.hpp:3: 'worked out'"),
    ({"include/rondo/run/a.hpp": "int a;  ///< what is kept\n"}, "a.hpp:1: 'what is kept'"),
    ({"tests/unit/run/a.cpp": 'TEST_CASE("a: hands on states") {}\n'}, "a.cpp:1: 'hands on'"),
    ({"tests/law/a.py": '"""What a law\nis told."""\n'}, "a.py:2: 'is told'"),
    ({".ci/setup": "# Installs what is\n# asked for.\n"}, ".ci/setup:2: 'asked for'"),
    ({"docs/a.md": "A page\nthat takes\nup an input.\n"}, "a.md:2: 'takes up'"),
    ({"README.md": "Values are written past the caches.\n"}, "README.md:1: 'past the caches'"),
    ({"dsl/rondo/graph/a.hpp": "/// The same for lists.\nint f();\n"}, "a.hpp:1: begins with 'The same'"),
    ({"dsl/rondo/graph/a.hpp": "int a;  ///< the same\n"}, "a.hpp:1: begins with 'The same'"),
    ({"dsl/rondo/graph/a.hpp": "/// @file\n/// What a run is given.\n"}, "a.hpp:1: begins with 'What'"),
    ({"dsl/rondo/graph/a.hpp": "/// A list.\n///\n/// (It is\n/// short.)\nint f();\n"}, "a.hpp:3: a paragraph in"),
    ({"include/rondo/run/a.hpp": "// Takes 3 %.\n"}, "a.hpp:1: '3 %'"),
    ({"include/rondo/run/a.hpp": "// Faster for W4.\n"}, "a.hpp:1: 'W4'"),
    ({"include/rondo/run/a.hpp": "// Takes 0.2 ns.\n"}, "a.hpp:1: '0.2 ns'"),
]  # fmt: skip


def joined(pieces):
    """Comments on consecutive lines are one text. Pieces are (line, text, whether it fills the line)."""
    texts = []
    end = 0
    for line, text, whole in pieces:
        if texts and whole and texts[-1][2] and line == end + 1:
            texts[-1] = (texts[-1][0], texts[-1][1] + "\n" + text, True)
        else:
            texts.append((line, text, whole))
        end = line
    return [(line, text) for line, text, _ in texts]


def texts_of_cpp(text):
    """The comments and the string literals of a C++ file, with their lines."""
    comments, strings = [], []
    for match in CPP.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match[0].startswith(("//", "/*")):
            start = text.rfind("\n", 0, match.start()) + 1
            comment = re.sub(r"^(/\*+|//[/!]?<?) ?|\s*\*/$", "", match[0])
            comments.append((line, comment, not text[start : match.start()].strip()))
        elif not match[0].startswith("'"):
            strings.append((line, match[0]))
    return joined(comments), strings


def texts_of_python(text):
    """The comments and the string literals of a Python file, with their lines."""
    comments, strings = [], []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            whole = not token.line[: token.start[1]].strip()
            comments.append((token.start[0], token.string[1:].strip(), whole))
        elif token.type == tokenize.STRING:
            strings.append((token.start[0], token.string))
    return joined(comments), strings


def texts_of_script(text):
    """The comments of a shell script or a meson file, and its other lines as strings."""
    comments, strings = [], []
    for number, line in enumerate(text.splitlines(), 1):
        match = re.search(r"(?:^|\s)#(?!!)\s*(.*)", line)
        if match:
            comments.append((number, match[1], not line[: match.start()].strip()))
        else:
            strings.append((number, line))
    return joined(comments), strings


def texts_of_page(text):
    """A page without its code and formulas."""
    return [(1, CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text))], []


def is_parenthesis(paragraph):
    """Whether the paragraph is a sentence in one pair of parentheses."""
    if not re.fullmatch(r"\([A-Z].*[.!?]\)", paragraph, re.S):
        return False
    depth = 0
    for i, c in enumerate(paragraph):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if depth == 0:
            return i == len(paragraph) - 1
    return False


def breaches_of(path, text):
    reader = {".hpp": texts_of_cpp, ".cpp": texts_of_cpp, ".py": texts_of_python, ".md": texts_of_page}
    comments, strings = reader.get(path.suffix, texts_of_script)(text)
    for match in NAME.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield f"{path}:{line}: {match[0]} is now {NAMES[match[0]]}"
    for first, block in comments + strings:

        def at(position):
            return f"{path}:{first + block.count(chr(10), 0, position)}"

        for pattern, better in PHRASE.items():
            for match in pattern.finditer(block):
                yield f"{at(match.start())}: '{' '.join(match[0].split())}': {better}"
    for first, block in comments:
        if path.suffix != ".md" and (match := BEGINNING.match(block)):
            yield f"{path}:{first}: begins with '{match[1].capitalize()}'"
        for match in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|$))+", block):
            if is_parenthesis(match[0].strip()):
                yield f"{at(match.start())}: a paragraph in parentheses"
        if path.parts[0] in ("dsl", "include"):
            for match in MEASURED.finditer(block):
                yield f"{at(match.start())}: '{match[0]}' belongs in docs/benchmarks.md"


def breaches(tree, _):
    files = [tree / "README.md", *(p for f in FOLDERS for p in sorted((tree / f).rglob("*")))]
    for file in files:
        path = file.relative_to(tree)
        if file.is_file() and not SKIPPED.fullmatch(path.as_posix()) and "__pycache__" not in path.parts:
            yield from breaches_of(path, file.read_text())
