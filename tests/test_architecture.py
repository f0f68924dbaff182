"""The walls of the house: imports point down, the middle is pure, core knows no trade, files stay small, the hot path stays lean."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kakosheet"
FILES = sorted(PACKAGE.rglob("*.py"))

# Low to high; those on one line never import one another.
LAYERS = (
    {"core"},
    {"policy"},
    {"sheets", "formats", "files", "importers", "notify", "render"},
    {"book"},
    {"reminders", "reviews", "evidence", "messages"},
    {"app"},
    {"cli"},
    {"__init__", "__main__"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
PURE = {"core", "policy", "sheets"}
LOADERS = {"policy/resources.py", "policy/templates.py", "policy/loader.py"}
OUTSIDE = {
    "os", "io", "pathlib", "zipfile", "shutil", "tempfile", "glob", "socket", "smtplib", "subprocess", "urllib", "http", "sqlite3",
    "random", "secrets", "uuid", "openpyxl", "xlsxwriter", "python_calamine", "pandas", "numpy", "matplotlib", "requests", "click",
}  # fmt: skip
# What reads the clock, the disk or the environment without an import that gives it away.
IMPURE_CALLS = re.compile(r"(?:(?:dt\.)?(?:datetime|date)\.(?:now|today|utcnow)|time\.\w*time\w*|open|input|print)\(")
HEAVY = ("pandas", "numpy", "openpyxl", "matplotlib", "xlsxwriter", "pydantic", "babel", "asyncio")

MOST_LINES, MOST_FUNCTION_LINES = 400, 50


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, `from kakosheet import core` counting as `kakosheet.core`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            module = node.module or ""
            yield from (
                ((node.lineno, f"kakosheet.{a.name}") for a in node.names)
                if module == "kakosheet"
                else [(node.lineno, module)]
            )


@pytest.mark.parametrize("path", FILES, ids=place)
def test_imports_point_down(path: Path) -> None:
    me = unit(path)
    assert me in LEVEL, f"{me} has no layer: name it in LAYERS"
    wrong = []
    for line, name in imports(ast.parse(path.read_text("utf-8"))):
        top, _, rest = name.partition(".")
        other = rest.split(".")[0]
        if top == "kakosheet" and other in LEVEL and other != me and LEVEL[other] >= LEVEL[me]:
            wrong.append(f"line {line}: {me} may not import {other}")
    assert not wrong


@pytest.mark.parametrize("path", [p for p in FILES if unit(p) in PURE and place(p) not in LOADERS], ids=place)
def test_the_middle_is_pure(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    wrong = [f"line {line}: imports {name}" for line, name in imports(tree) if name.split(".")[0] in OUTSIDE]
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    wrong += [
        f"line {call.lineno}: calls {source}"
        for call in calls
        if IMPURE_CALLS.match(source := f"{ast.unparse(call.func)}(")
    ]
    assert not wrong


def test_the_mechanism_knows_no_trade_and_no_file_format() -> None:
    words = re.compile(r"dispute|seller|paypal|xlsx", re.IGNORECASE)
    found = [
        f"{place(path)}:{number}: {line.strip()}"
        for path in FILES
        if unit(path) == "core"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if words.search(line)
    ]
    assert not found


RULES = {"rule", "table_rule", "rows", "check"}


def rules(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions of a file that are decorated as rules, makers or checks, and those that they name as `why`."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for function in functions.values():
        for call in (one for one in function.decorator_list if isinstance(one, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in RULES:
                yield function
                named = (word.value for word in call.keywords if word.arg == "why")
                yield from (functions[one.id] for one in named if isinstance(one, ast.Name) and one.id in functions)


@pytest.mark.parametrize("path", [p for p in FILES if unit(p) == "sheets"], ids=place)
def test_rules_get_things_by_name(path: Path) -> None:
    """No rule takes a star argument of cells, and none cuts its arguments up by number."""
    wrong = []
    for function in rules(path):
        named = {argument.arg for argument in (*function.args.posonlyargs, *function.args.args)}
        wrong += [f"{function.name}: *{function.args.vararg.arg}"] if function.args.vararg else []
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in named:
                numbers = [n for n in ast.walk(node.slice) if isinstance(n, ast.Constant) and isinstance(n.value, int)]
                wrong += [f"{function.name}: {ast.unparse(node)}"] if numbers else []
    assert not wrong


def test_one_class_a_thing() -> None:
    """No two classes go by one name."""
    homes: dict[str, list[str]] = {}
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        for name in (node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            homes.setdefault(name, []).append(place(path))
    assert not {name: found for name, found in homes.items() if len(found) > 1}


@pytest.mark.parametrize("room", ["core", "policy"])
def test_no_circle_of_imports(room: str) -> None:
    """Nor one that is hidden inside a function."""
    modules = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in FILES if unit(p) == room}
    graph = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text("utf-8"))
        inner = (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom))
        named = {f"{n.module}.{alias.name}" for n in inner for alias in n.names}
        graph[name] = ({module for _, module in imports(tree)} | named) & modules.keys() - {name}
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("path", FILES, ids=place)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = {
        node.name: lines
        for node in functions
        if (lines := (node.end_lineno or 0) - min([node, *node.decorator_list], key=lambda one: one.lineno).lineno + 1)
        > MOST_FUNCTION_LINES
    }
    assert not long


def heavy_imports(*arguments: str, folder: Path) -> tuple[int, list[str]]:
    """Exit code of `kakosheet ARGUMENTS` in a fresh interpreter, and which heavy modules it has loaded at its end."""
    script = (
        "import sys\n"
        "code = 0\n"
        "try:\n"
        "    from kakosheet.cli import main\n"
        "    main()\n"
        "except SystemExit as leaving:\n"
        "    code = leaving.code or 0\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "open('loaded', 'w', encoding='utf-8').write(' '.join(loaded))\n"
        "sys.exit(code)\n"
    )
    environment = {
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(folder / "state"),
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
    }
    loaded = folder / "loaded"
    loaded.unlink(missing_ok=True)
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert loaded.exists(), done.stderr
    return done.returncode, loaded.read_text("utf-8").split()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book of ours in a folder of its own; the hot path has to run on real data, not on an empty table."""
    if not re.search(
        r"^def main|^main\b|import .*\bmain\b", (PACKAGE / "cli" / "__init__.py").read_text("utf-8"), re.MULTILINE
    ):
        pytest.skip("there is no command line yet")
    folder = tmp_path_factory.mktemp("hot")
    code, _ = heavy_imports("new", "book.xlsx", "--sample", folder=folder)
    assert code == 0
    return folder / "book.xlsx"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("check", "book.xlsx"),
        ("refresh", "book.xlsx"),
        ("add", "book.xlsx", "purchases", "item=Lamp"),
        ("set", "book.xlsx", "Start!Z99=1"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_hot_path_loads_nothing_heavy(arguments: tuple[str, ...], book: Path) -> None:
    code, loaded = heavy_imports(*arguments, folder=book.parent)
    assert code in (0, 1), f"kakosheet {' '.join(arguments)} ended with {code}"
    assert loaded == []
