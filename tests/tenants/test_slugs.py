"""Which addresses a company may have."""

import pytest

from tenants.slugs import LONGEST, check_slug, host, schema_name, slug_problem


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("abc", None),
        ("north-star", None),
        ("a1-b2-c3", None),
        ("a" * LONGEST, None),
        ("ab", "slug.length"),
        ("a" * (LONGEST + 1), "slug.length"),
        ("", "slug.length"),
        ("1abc", "slug.shape"),
        ("abc-", "slug.shape"),
        ("-abc", "slug.shape"),
        ("a--b", "slug.shape"),
        ("a_bc", "slug.shape"),
        ("a.bc", "slug.shape"),
        ("杭州安装", "slug.shape"),
        ('ab"; drop', "slug.shape"),
        ("abc\n", "slug.shape"),
        ("www", "slug.reserved"),
        ("platform", "slug.reserved"),
        ("static", "slug.reserved"),
    ],
)
def test_an_address_is_letters_digits_and_hyphens_and_not_reserved(slug, code):
    problem = slug_problem(slug)
    assert (problem.code if problem else None) == code


def test_an_address_is_lower_case_and_trimmed():
    assert check_slug(" North-Star ") == "north-star"


def test_the_schema_name_is_made_from_the_address():
    assert schema_name("north-star") == "t_north_star"
    assert host("north-star") == "north-star.localhost"
