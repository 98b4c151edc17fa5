"""Whatever Django's checks find wrong in a field is said in the product's own sentences."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

NUMBER = forms.IntegerField(min_value=2, max_value=9)
LENGTH = forms.CharField(min_length=3, max_length=5)
AMOUNT = forms.DecimalField(max_digits=4, decimal_places=1)


@pytest.mark.parametrize(
    ("field", "typed", "english", "chinese"),
    [
        (NUMBER, "1", "Enter at least 2", "请填写不小于 2 的数"),
        (NUMBER, "10", "Enter at most 9", "请填写不大于 9 的数"),
        (NUMBER, "1.5", "Enter a whole number such as 3", "请填写整数，例如 3"),
        (NUMBER, "", "Fill this in", "请填写此项"),
        (LENGTH, "ab", "Too short: at least 3 characters are needed, these are 2", "太短：至少 3 个字，现为 2 个"),
        (LENGTH, "abcdef", "Too long: at most 5 characters fit, these are 6", "太长：最多 5 个字，现为 6 个"),
        (AMOUNT, "x", "Enter a number such as 12.5", "请填写数字，例如 12.5"),
        (AMOUNT, "1.25", "Digits behind the point: 1 at most", "小数点后最多 1 位"),
        (AMOUNT, "12345", "Digits: 4 at most", "最多填写 4 位数字"),
        (forms.DateField(), "x", "Enter a day such as 2026-11-30", "请填写日期，例如 2026-11-30"),
        (forms.DateTimeField(), "x", "Enter a day and a time such as 2026-11-30 18:30", "请填写日期和时间，例如 2026-11-30 18:30"),
        (forms.EmailField(), "x", "Enter an e-mail address such as li@example.cn", "请填写邮箱，例如 li@example.cn"),
        (forms.URLField(assume_scheme="https"), "x y", "Enter an address such as https://example.cn", "请填写网址，例如 https://example.cn"),
        (forms.RegexField(r"^a$"), "b", "Enter it as shown in the example", "请按示例的格式填写"),
        (forms.FileField(), "x", "Choose the file again; nothing arrived", "没有收到文件，请重新选择"),
        (forms.FileField(), SimpleUploadedFile("a.csv", b""), "The file is empty; choose another", "文件是空的，请另选一个"),
        (forms.CharField(), "a\0", "There is a character in it that cannot be kept; type it anew", "其中有无法保存的字符，请重新输入"),
        (forms.MultipleChoiceField(choices=[("a", "A")]), "a", "Choose from the list", "请从列表中选择"),
        (forms.MultipleChoiceField(choices=[("a", "A")]), ["b"], "b is not one of the available choices", "b 不在可选项之中"),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "b is not one of the available choices", "b 不在可选项之中"),
    ],
)  # fmt: skip
def test_a_bad_value_is_answered_in_the_readers_language_and_in_our_words(
    field: forms.Field, typed: Any, english: str, chinese: str
) -> None:
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        with pytest.raises(forms.ValidationError) as found:
            field.clean(typed)
        with override(language):
            assert sentence in found.value.messages
