"""Views go through selectors and services: a model is at most the name of a type to them."""

import ast

from tests.architecture.packages import ROOT, source_files


def views():
    found = source_files()
    return [path for path in found if path.name == "views.py" or "views" in path.parent.parts]


def is_for_types_only(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imported(body):
    """Yield the modules a body imports when it runs."""
    for node in body:
        if is_for_types_only(node):
            continue
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            yield from imported([n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)])


def test_a_view_imports_no_model():
    found = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in views()
        for module in imported(ast.parse(path.read_text(encoding="utf-8")).body)
        if "models" in module.split(".")[1:] and module.split(".")[0] != "django"
    }
    assert sorted(found) == []


def test_a_view_asks_no_manager():
    silent = [p for p in views() if ".objects" not in p.read_text(encoding="utf-8")]
    assert silent == views()
