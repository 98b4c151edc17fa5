"""Every text for people has a Chinese translation with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from common.message_extraction import messages

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
_HALF_WIDTH = re.compile(r"[\u3400-\u9fff”》）][,;:(]|[,;:][\u3400-\u9fff“《（]")
_OWN_TEXTS = ("settlement/gallery/templates", "settlement/presets", "catalog/packs")


@pytest.fixture(scope="module")
def catalogue() -> dict[tuple[str, str, str], polib.POEntry]:
    path = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES" / "django.po"
    return {(e.msgctxt or "", e.msgid, e.msgid_plural or ""): e for e in polib.pofile(str(path))}


@pytest.fixture(scope="module")
def wanted() -> dict[tuple[str, str, str], str]:
    return messages()


def _chinese(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr)


def test_every_message_is_translated_and_none_is_fuzzy(catalogue, wanted):
    missing = {
        f"{place}: {key[1]}"
        for key, place in wanted.items()
        if key not in catalogue or not _chinese(catalogue[key]) or catalogue[key].fuzzy
    }
    assert not missing


def test_translations_keep_the_placeholders_of_their_message(catalogue):
    different = [
        entry.msgid
        for entry in catalogue.values()
        if set(_PLACEHOLDER.findall(_chinese(entry)))
        != set(_PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert not different


def test_the_catalogue_holds_no_message_that_no_longer_exists(catalogue, wanted):
    assert not [key[1] for key in catalogue if key not in wanted]


def test_chinese_sentences_are_set_with_full_width_marks(catalogue):
    foreign = [text for e in catalogue.values() if _HALF_WIDTH.search(text := _chinese(e))]
    assert not foreign


@pytest.mark.parametrize(
    ("word", "only"),
    [
        ("增项", ()),  # 附加费
        ("单外费", ("Extra charge off the list",)),  # the one charge of this name; all are 附加费
        ("每满或", ()),
    ],
)
def test_a_thing_has_one_chinese_word(catalogue, word, only):
    used = {entry.msgid for entry in catalogue.values() if word in _chinese(entry)}
    assert used == set(only)


@pytest.mark.parametrize("folder", _OWN_TEXTS)
def test_texts_shipped_with_the_product_are_set_with_full_width_marks(folder):
    files = list((Path(settings.BASE_DIR) / folder).glob("*.toml"))
    foreign = [
        line for f in files for line in f.read_text().splitlines() if _HALF_WIDTH.search(line)
    ]
    assert files
    assert not foreign


@pytest.mark.parametrize(
    ("msgid", "values", "said"),
    [
        (
            "%(name)s, the work order %(number)s %(service)s you completed is settled: %(lines)s."
            " Tap to see each line.",
            {"name": "李师傅", "number": "XG-2035", "service": "空调安装",
             "lines": "基础服务费380.00元+跨区补贴120.00元"},
            "李师傅，您完成的XG-2035工单（空调安装）已结算，基础服务费380.00元+跨区补贴120.00元，点击查看明细",
        ),
        ("Master %(surname)s", {"surname": "李"}, "李师傅"),
        ("%(label)s %(amount)s yuan", {"label": "跨区补贴", "amount": "120.00"}, "跨区补贴120.00元"),
        ("Too late: %(name)s was faster", {"name": "刘海涛"}, "手慢了，已被刘海涛师傅抢走"),
    ],
)  # fmt: skip
def test_what_installers_are_told_reads_as_promised(catalogue, msgid, values, said):
    assert _chinese(catalogue["", msgid, ""]) % values == said
