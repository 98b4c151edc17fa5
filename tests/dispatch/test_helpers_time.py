"""A helper's time: booked as long as the visit lasts, seen on the board, warned of when it clashes."""

from datetime import timedelta

from django.urls import reverse

from dispatch.bookings import bookings
from dispatch.forms_crew import HelperForm
from dispatch.models import Assignment
from dispatch.selectors import candidates
from dispatch.services.assigning import assign
from dispatch.services.crew import send_helper
from tests.dispatch.town import MONDAY, agree, person, waiting
from workorders.services.crew import remove_helper


def held(town, number, hour, installer):
    order = agree(waiting(town, number), hour)
    begins = MONDAY.replace(hour=hour)
    assign(order_id=order.pk, installer_id=installer.pk, actor=town.dispatcher, start_at=begins)
    order.refresh_from_db()
    return order


def spans(installer):
    found = bookings([installer.pk], [MONDAY.date()]).get(installer.pk, ())
    return [(row.begins, row.lead) for row in found]


def test_a_helper_is_busy_while_the_visit_lasts_and_free_again_when_let_go(town):
    li, wang = person(town), person(town, km=2)
    order = held(town, 1, 14, li)
    send_helper(order_id=order.pk, installer_id=wang.pk, actor=town.dispatcher)
    assert spans(wang) == [(MONDAY.replace(hour=14), li.user.display_name)]
    other = agree(waiting(town, 2), 14, hours=1)
    ends = Assignment.objects.get(work_order=order).span.upper
    starts = [each.start_at for each in candidates(order=other) if each.is_feasible]
    assert all(at >= ends for at in starts)  # both are at the first visit until then
    moved = MONDAY.replace(hour=16)
    Assignment.objects.filter(work_order=order).update(span=(moved, moved + timedelta(hours=1)))
    assert spans(wang) == [(moved, li.user.display_name)]
    remove_helper(order_id=order.pk, installer_id=wang.pk, reason="另有安排", actor=town.dispatcher)
    assert spans(wang) == []


def test_a_clash_is_said_and_not_forbidden(town, client):
    li, wang = person(town), person(town, km=2)
    order, own = held(town, 1, 14, li), held(town, 2, 14, wang)
    client.force_login(town.dispatcher)
    labels = dict(HelperForm(actor=town.dispatcher, order=order)["helper"].field.choices)
    assert any(own.number in str(label) for label in labels.values())
    answer = client.post(
        reverse("dispatch:helper-add", args=[order.number]), {"helper": wang.pk}, follow=True
    )
    page = answer.content.decode()
    assert page.count(own.number) >= 2  # the message, and the row of the panel
    board = client.get(reverse("dispatch:board"), {"day": MONDAY.date()}).content.decode()
    assert board.count("data-clash") == 2
    assert f'id="x-block-{order.number}-{wang.pk}"' in board
    menu = client.get(reverse("dispatch:block-menu", args=[order.number])).content.decode()
    assert wang.user.display_name in menu
