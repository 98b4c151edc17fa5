"""What a browser is given in production: scripts and styles of ours are slim, and still the same."""

from __future__ import annotations

import esprima
import pytest
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile

from common.static_files import SlimStaticFilesStorage, slimmed


def source(name: str) -> bytes:
    for finder in get_finders():
        for path, storage in finder.list([]):
            if path == name:
                with storage.open(path) as found:
                    return found.read()
    raise LookupError(name)


def served(folder, *names: str) -> dict[str, bytes]:
    """What `collectstatic` leaves of these files, by their own names."""
    storage = SlimStaticFilesStorage(location=folder, base_url="/static/")
    plain = StaticFilesStorage(location=folder, base_url="/static/")
    for name in names:
        plain.save(name, ContentFile(source(name)))
    for _ in storage.post_process({name: (plain, name) for name in names}):
        pass
    return {name: (folder / storage.stored_name(name)).read_bytes() for name in names}


def test_a_script_is_served_without_its_comments_and_says_the_same(tmp_path):
    (slim,) = served(tmp_path, "js/outbox.js").values()
    whole = source("js/outbox.js").decode()
    assert len(slim) < 0.75 * len(whole)
    assert "/*" not in slim.decode()
    assert [token.value for token in esprima.tokenize(slim.decode())] == [
        token.value for token in esprima.tokenize(whole)
    ]


def test_a_style_is_served_without_its_comments(tmp_path):
    (slim,) = served(tmp_path, "css/phone.css").values()
    assert b"/*" not in slim
    assert len(slim) < len(source("css/phone.css"))


@pytest.mark.parametrize("name", ["vendor/idiomorph-0.8.0/a.js", "js/read.txt"])
def test_what_others_made_and_what_is_no_script_stays_as_it_is(name):
    assert slimmed(name, b"/* licence */ a;\n\n b") == b"/* licence */ a;\n\n b"
