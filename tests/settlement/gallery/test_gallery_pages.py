"""The gallery's pages: cards, one template, and a copy into a draft of headquarters'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from accounts.roles import Role
from network.models import OrgUnit
from settlement.engine.lint import check_rules
from settlement.gallery.reading import templates
from settlement.models import RuleDraft, RuleSet
from settlement.rulebook.drafts import start_draft
from settlement.services.publishing import publish_preset
from tests.factories import UnitFactory, UserFactory

if TYPE_CHECKING:
    from accounts.models import User

NEW = {"key": "my_rules", "name": "我们的规则", "industry": "home_appliances"}
ADDRESS = "/settlement/rules/gallery/"


@pytest.fixture
def admin(tenant: Any, client: Any) -> User:
    user = UserFactory(role=Role.HQ_ADMIN, unit=OrgUnit.objects.get(code="HQ"))
    client.cookies["lang"] = "en"
    client.force_login(user)
    return user


def test_the_gallery_shows_every_template_with_who_gets_what(admin: User, client: Any) -> None:
    page = client.get(ADDRESS).content.decode()
    assert all(f'id="x-template-{each.key}"' in page for each in templates())
    assert all(each.name in page for each in templates())


def test_a_template_is_shown_in_words_with_its_example(admin: User, client: Any) -> None:
    for template in templates():
        answer = client.get(f"{ADDRESS}{template.key}/")
        shown = answer.context["shown"]
        assert answer.status_code == 200
        assert sum(line.amount_fen for line in shown.lines) == template.facts.paid_fen
        assert all(line.why for line in shown.lines)


def test_a_copy_becomes_a_draft_in_a_new_rule_set(admin: User, client: Any) -> None:
    answer = client.post(f"{ADDRESS}review_coefficient/copy/", NEW)
    draft = RuleDraft.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/drafts/{draft.pk}/")
    assert (draft.rule_set.key, draft.rule_set.industry) == ("my_rules", "home_appliances")
    assert draft.body["name"] == "我们的规则"
    assert [each for each in check_rules(draft.body) if each.level == "fault"] == []
    again = client.post(f"{ADDRESS}review_coefficient/copy/", NEW)
    assert again.status_code == 422
    assert RuleSet.objects.filter(key="my_rules").count() == 1


def test_a_copy_into_an_existing_rule_set_is_its_next_version_and_waits_for_an_open_draft(
    admin: User, client: Any
) -> None:
    published = publish_preset("bathrooms", actor=admin)
    assert published
    into = {"rule_set": published.version.rule_set_id}
    assert client.post(f"{ADDRESS}per_hour/copy/", into).status_code == 302
    draft = RuleDraft.objects.get()
    assert (draft.base, draft.body["version"]) == (published.version, "2025.2")
    assert client.post(f"{ADDRESS}per_hour/copy/", into).status_code == 409


@pytest.mark.parametrize(
    "typed", [{}, {"key": "x_y"}, NEW | {"key": "No Key"}, NEW | {"industry": "pianos"}]
)
def test_a_copy_without_a_place_to_go_keeps_what_was_typed(
    admin: User, client: Any, typed: dict[str, str]
) -> None:
    answer = client.post(f"{ADDRESS}per_hour/copy/", typed, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert not RuleDraft.objects.exists()


def test_only_headquarters_copies(admin: User, client: Any) -> None:
    manager = UserFactory(role=Role.REGION_MANAGER, unit=UnitFactory(kind="branch"))
    client.force_login(manager)
    page = client.get(f"{ADDRESS}per_hour/").content.decode()
    assert 'id="x-copy"' not in page
    assert client.post(f"{ADDRESS}per_hour/copy/", NEW).status_code == 422
    assert client.get(f"{ADDRESS}nobody/").status_code == 404


def test_every_template_opens_in_the_editor_part_by_part(admin: User, client: Any) -> None:
    rule_set = RuleSet.objects.create(key="all", name="all", industry="x")
    draft = start_draft(rule_set=rule_set, body=templates()[0].body, actor=admin)
    for template in templates():
        RuleDraft.objects.filter(pk=draft.pk).update(body=template.body)
        page = f"/settlement/rules/drafts/{draft.pk}/"
        parts = [f"c:{part['code']}" for part in template.body["components"]]
        parts += [f"g:{name}" for name in template.body.get("grids", {})]
        parts += [f"t:{name}" for name in template.body.get("tables", {})]
        for part in parts:
            answer = client.get(page, {"part": part})
            assert answer.status_code == 200, (template.key, part)
