"""The company's flows: listed with drafts and followers, copied from the library, kept frozen."""

import re

import pytest

from accounts.roles import Role
from tests.workorders.flow_pages import TOILET, browser, library_draft, person
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.walking import assign
from workorders.flow import Company, read_flow
from workorders.flow_findings import findings
from workorders.flow_gallery import cards_for, flow_cards, trades
from workorders.flow_graph import graph
from workorders.models import FlowDraft, FlowVersion

pytestmark = pytest.mark.django_db


def shown(client, url, *, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_tells_how_many_open_orders_follow_which_version(world):
    publish(edited({"op": "stage", "stage": "waiting", "name": "一"}))
    another(world)
    newest = publish(edited({"op": "stage", "stage": "waiting", "name": "二"}))
    page = shown(browser(person()), "/orders/flows/")
    assert f"/orders/flows/versions/{newest.pk}/" in page
    assert (
        f"/orders/flows/versions/{FlowVersion.objects.get(number=newest.number - 1, key='installation').pk}/"
        in page
    )


def test_a_version_tells_how_many_orders_stand_in_each_stage(world):
    publish(edited())
    for _each in range(3):
        order = another(world)
    assign(another(world), world)
    older = order.flow_version
    publish(edited({"op": "stage", "stage": "waiting", "name": "新"}))
    another(world)
    page = shown(browser(person()), f"/orders/flows/versions/{older.pk}/")
    rows = re.findall(
        r'<td class="x-main">([^<]*).*?<td class="x-n">([^<]*)</td>\s*</tr>', page, re.S
    )
    told = dict(rows)
    names = {stage.key: stage.name for stage in read_flow(older.body).stages}
    assert told[names["waiting"]] == "3"
    assert told[names["assigned"]] == "1"
    assert set(told.values()) == {"3", "1", "—"}


def test_the_graph_names_the_orders_in_each_stage():
    flow = read_flow(edited())
    told = {node["id"]: node["text"] for node in graph(flow, (), "", {"waiting": 4})["nodes"]}
    names = {stage.key: stage.name for stage in flow.stages}
    assert told["waiting"] == f"{names['waiting']} · 4"
    assert told["assigned"] == names["assigned"]


def test_the_graph_marks_stages_and_ways_with_the_numbers_of_what_the_checks_found():
    never = [{"fact": "tag", "any_of": ["never"]}]
    nobody = {"key": "extra", "name": "加急", "from": ["waiting"], "to": "on_hold", "roles": []}
    flow = read_flow(
        edited(
            {"op": "way", "stage": "on_site", "way": "complete", "when": never},
            {"op": "add_way", "way": nobody},
        )
    )
    found = findings(flow, Company(people={"dispatcher": 1, "hq_admin": 1, "region_manager": 1,
                                           "outlet_manager": 1}))  # fmt: skip
    told = {each.finding.code: number for number, each in enumerate(found, start=1)}
    drawn = graph(flow, found, "", {})
    nodes = {node["id"]: node for node in drawn["nodes"]}
    edges = {(edge["source"], edge["target"]): edge for edge in drawn["edges"]}
    assert str(told["stuck_without_else"]) in nodes["on_site"]["text"].split("⚠")[1]
    assert nodes["on_site"]["fault"] == "error"
    assert nodes["en_route"]["fault"] == "warning"
    assert nodes["in_review"]["fault"] == ""
    assert str(told["nobody_may"]) in nodes["waiting"]["text"].split()[0]
    hold = edges["waiting", "on_hold"]
    assert (hold["text"], hold["fault"]) == (f"⚠{told['nobody_may']}", "error")


def test_every_flow_of_the_library_has_a_card_and_its_trade_and_words_find_it():
    assert len(flow_cards()) >= 40
    assert len(trades()) >= 20
    assert sum(trades().values()) == len(flow_cards())
    card = next(card for card in flow_cards() if card.key == TOILET)
    assert card in cards_for(trade=card.trade)
    assert card in cards_for(words=card.blocks[0])
    assert cards_for(words="没有这样的词") == []


@pytest.mark.parametrize("role", [Role.REGION_MANAGER, Role.OUTLET_MANAGER])
def test_managers_look_and_do_not_copy(world, role):
    client = browser(person(role))
    assert (
        "csrfmiddlewaretoken"
        not in shown(client, f"/orders/flows/library/{TOILET}/").split("<main")[1]
    )
    assert client.post(f"/orders/flows/library/{TOILET}/copy/", {"name": "x"}).status_code == 403
    assert FlowDraft.objects.count() == 0


def test_a_flow_of_the_library_is_copied_as_a_new_flow_under_a_key_that_is_free(world):
    client = browser(person())
    for name in ("马桶安装", "马桶安装二"):
        answer = client.post(f"/orders/flows/library/{TOILET}/copy/", {"name": name})
        assert answer.status_code == 302
    first, second = FlowDraft.objects.order_by("pk")
    assert (first.key, second.key) == (TOILET, f"{TOILET}_2")
    assert read_flow(second.body).key == second.key
    assert "马桶安装二" in shown(client, f"/orders/flows/drafts/{second.pk}/")


def test_a_copy_without_a_name_keeps_the_form_and_says_what_is_missing(world):
    answer = browser(person()).post(f"/orders/flows/library/{TOILET}/copy/", {"name": " "})
    assert answer.status_code == 422
    assert "id_name-error" in answer.content.decode()


def test_a_flow_has_one_draft_and_the_second_copy_is_led_to_it(world):
    admin = person()
    publish(edited())
    draft = library_draft(admin, into="installation")
    assert draft.key == draft.body["key"] == "installation"
    client = browser(admin)
    answer = client.post(
        f"/orders/flows/library/{TOILET}/copy/", {"name": "x", "into": "installation"}
    )
    assert answer.status_code == 409
    assert f"/orders/flows/drafts/{draft.pk}/" in answer.content.decode()


def test_an_old_version_is_read_and_copied_as_it_was(world):
    old = publish(edited({"op": "stage", "stage": "waiting", "name": "旧名"}))
    publish(edited())
    client = browser(person())
    assert "旧名" in shown(client, f"/orders/flows/versions/{old.pk}/")
    assert client.post(f"/orders/flows/versions/{old.pk}/draft/", {}).status_code == 302
    assert FlowDraft.objects.get().body == old.body


def test_a_discarded_draft_leaves_what_was_published(world):
    version = publish(edited())
    client = browser(person())
    client.post(f"/orders/flows/versions/{version.pk}/draft/", {})
    draft = FlowDraft.objects.get()
    assert client.post(f"/orders/flows/drafts/{draft.pk}/discard/", {}).status_code == 302
    assert not FlowDraft.objects.exists()
    assert FlowVersion.objects.filter(pk=version.pk).exists()
