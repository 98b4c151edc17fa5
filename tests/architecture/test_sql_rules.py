"""SQL of ours keeps the way to several servers open: the rules of docs/scale.md, read from the text."""

import re

import pytest

from tests.architecture.packages import PACKAGES, ROOT, source_files

# What is forbidden, and the danger behind it.
EVERYWHERE = [
    (r"\bSET\s+CONSTRAINTS\b", "a silent no-op where a table lives on another server"),
    (r"\bcheck_constraints\(", "rests on SET CONSTRAINTS"),
    (r"\bSERIALIZABLE\b", "write skew is not refused across servers"),
    (r"\bset_config\s*\(\s*'(?!search_path)", "never reaches the server that holds the table"),
    (r"\bcurrent_setting\s*\(", "is empty on the server that holds the table"),
    (r"\bMERGE\s+INTO\b", "is refused with generated ids"),
    (r"\bCREATE\s+(OR\s+REPLACE\s+)?RULE\b", "rules do not travel"),
    (r"\bINHERITS\s*\(", "a company's tables may not inherit"),
    (r"advisory\w*lock\w*\([^)]*\)\s+FROM\b", "locks on the wrong server"),
    (r"\bconstraint_name\b", "is empty where the table is remote: classify by message as well"),
]
IN_TRIGGERS = [
    (r"\bNOTIFY\b|\bpg_notify\b", "is lost silently inside a trigger"),
    (r"\bREFERENCING\s+(NEW|OLD)\s+TABLE\b", "transition tables cannot be read there"),
    (r"TG_TABLE_NAME\s*(=|<>|!=|IN\b)", "a table may carry another name where it is stored"),
]


def texts():
    """(path, text without comments) of every file that may hold SQL, migrations included."""
    paths = {*source_files(), *(p for n in PACKAGES for p in (ROOT / n).rglob("migrations/*.py"))}
    for path in sorted(paths):
        yield path.relative_to(ROOT), re.sub(r"#.*", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("pattern", "danger"), EVERYWHERE)
def test_forbidden_sql_is_nowhere(pattern, danger):
    found = [str(path) for path, text in texts() if re.search(pattern, text)]
    assert found == [], danger


@pytest.mark.parametrize(("pattern", "danger"), IN_TRIGGERS)
def test_trigger_functions_know_no_table_and_tell_nobody(pattern, danger):
    found = [
        str(path)
        for path, text in texts()
        if "RETURNS trigger" in text and re.search(pattern, text, re.IGNORECASE)
    ]
    assert found == [], danger


def test_trigger_functions_stand_in_public_alone():
    made = [
        (str(path), name)
        for path, text in texts()
        for name in re.findall(r"CREATE (?:OR REPLACE )?FUNCTION\s+([\w.\"]+)", text)
    ]
    assert made, "the guards of the ledger are made somewhere"
    assert [where for where, name in made if not name.startswith("public.")] == []


def test_tables_named_in_trigger_functions_are_qualified():
    bodies = [
        (str(path), body)
        for path, text in texts()
        for body in re.findall(r"RETURNS trigger.*?\$\$(.*?)\$\$", text, re.DOTALL)
    ]
    loose = [
        where
        for where, body in bodies
        if re.search(
            r"\b(?:FROM|INTO|UPDATE|JOIN)\s+(?!%I\.%I|public\.|pg_catalog\.)[a-z]\w*_\w+", body
        )
    ]
    assert loose == []


@pytest.mark.parametrize(
    "bad",
    [
        "SET CONSTRAINTS ALL IMMEDIATE",
        "SELECT pg_advisory_xact_lock(id) FROM orders",
        "SELECT set_config('app.user', '1', true)",
        "current_setting('app.user')",
    ],
)
def test_the_patterns_do_find_what_they_forbid(bad):
    assert any(re.search(pattern, bad) for pattern, _danger in EVERYWHERE)
