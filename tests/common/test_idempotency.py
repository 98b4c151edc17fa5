"""A post sent twice takes effect once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import FileResponse, HttpResponse, JsonResponse
from django.template import Context, Template
from django.test import RequestFactory
from django_tenants.utils import tenant_context

from common.clock import wall_now
from common.errors import Conflict, Refused
from common.journal import idempotent, record
from common.journal.handlers import forget_old_keys
from common.journal.models import AuditRecord, IdempotencyKey

pytestmark = pytest.mark.usefixtures("tenant")


@idempotent(required=True)
def pay(request):
    """Answer with a number that differs at every run."""
    record(None, "test.paid", None, number=runs() + 1)
    return JsonResponse({"run": runs()}, status=201, headers={"HX-Trigger": "paid"})


@idempotent
def pay_if_asked(request):
    record(None, "test.paid", None)
    return HttpResponse("paid")


def runs() -> int:
    return AuditRecord.objects.filter(action="test.paid").count()


def post(body=None, *, key="k-1", path="/pay/", user=None, files=None, **headers):
    """Build a post as a form, with the key in the header."""
    if key:
        headers["Idempotency-Key"] = key
    request = RequestFactory().post(path, {**(body or {}), **(files or {})}, headers=headers)
    request.user = user or AnonymousUser()
    return request


def test_a_repeat_gets_the_kept_answer_and_has_no_effect():
    first, again = pay(post({"sum": "5"})), pay(post({"sum": "5"}))
    assert (
        (first.status_code, first.content)
        == (again.status_code, again.content)
        == (
            201,
            b'{"run": 1}',
        )
    )
    assert again["HX-Trigger"] == "paid"
    assert again["Content-Type"] == "application/json"
    assert first["X-Idempotency-Key"] == again["X-Idempotency-Key"] == "k-1"
    assert runs() == 1


def test_the_key_may_come_in_the_form():
    for _time in range(2):
        response = pay(post({"sum": "5", "_idempotency_key": "f-1"}, key=""))
        assert response["X-Idempotency-Key"] == "f-1"
    assert runs() == 1


@pytest.mark.parametrize(
    ("body", "path"), [({"sum": "6"}, "/pay/"), ({"sum": "5", "to": "x"}, "/pay/"), ({"sum": "5"}, "/other/")]
)  # fmt: skip
def test_the_key_of_another_request_is_refused(body, path):
    pay(post({"sum": "5"}))
    with pytest.raises(Refused) as refusal:
        pay(post(body, path=path))
    assert (refusal.value.code, refusal.value.status) == ("key.reused", 422)
    assert runs() == 1


def test_what_changes_with_every_rendering_does_not_make_it_another_request():
    pay(post({"sum": "5", "csrfmiddlewaretoken": "mask-1", "_idempotency_key": "k-1"}))
    pay(post({"sum": "5", "csrfmiddlewaretoken": "mask-2"}))
    assert runs() == 1


def test_a_photo_counts_by_its_content():
    def photo(raw):
        return {"photo": SimpleUploadedFile("a.jpg", raw)}

    pay(post(files=photo(b"one")))
    assert pay(post(files=photo(b"one"))).status_code == 201
    with pytest.raises(Refused):
        pay(post(files=photo(b"two")))


def test_a_json_body_counts_byte_by_byte():
    def send(body):
        raw = json.dumps(body)
        request = RequestFactory().post("/pay/", raw, "application/json")
        request.META["HTTP_IDEMPOTENCY_KEY"], request.user = "j-1", AnonymousUser()
        return pay(request)

    send({"sum": 5})
    send({"sum": 5})
    assert runs() == 1
    with pytest.raises(Refused):
        send({"sum": 6})


def test_two_people_may_send_the_same_key():
    pay(post())
    pay(post(user=get_user_model().objects.get(username="admin")))
    assert runs() == 2


def test_two_companies_may_send_the_same_key(other_tenant):
    pay(post())
    with tenant_context(other_tenant):
        pay(post())
        assert runs() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\nb"])
def test_a_missing_or_odd_key_is_a_bad_request(key):
    request = post(key="")
    request.META["HTTP_IDEMPOTENCY_KEY"] = key
    with pytest.raises(BadRequest):
        pay(request)


def test_without_a_key_an_unforced_view_simply_runs():
    for _time in range(2):
        assert "X-Idempotency-Key" not in pay_if_asked(post(key=""))
    assert runs() == 2
    assert not IdempotencyKey.objects.exists()


def test_a_view_that_is_only_read_needs_no_key():
    assert pay(RequestFactory().get("/pay/")).status_code == 201


def test_a_refused_request_leaves_its_key_free_for_the_corrected_one():
    @idempotent
    def refuse(request):
        record(None, "test.paid", None)
        raise Refused("no", "no")

    with pytest.raises(Refused):
        refuse(post({"sum": "-1"}))
    assert runs() == 0
    assert pay(post({"sum": "1"})).status_code == 201


def test_a_form_that_comes_back_leaves_its_key_free():
    @idempotent
    def complain(request):
        return HttpResponse("sum?", status=422)

    assert complain(post({"sum": "-1"}))["X-Idempotency-Key"] == "k-1"
    assert pay(post({"sum": "1"})).status_code == 201


@pytest.mark.parametrize("how", ["raises", "answers 500"])
def test_a_crash_leaves_neither_effect_nor_key(how):
    @idempotent
    def crash(request):
        record(None, "test.paid", None)
        if how == "raises":
            raise ZeroDivisionError
        return HttpResponse(status=500)

    with suppress(ZeroDivisionError):
        crash(post())
    assert (runs(), IdempotencyKey.objects.count()) == (0, 0)


def test_a_stream_cannot_be_kept_and_says_so():
    @idempotent
    def stream(request):
        return FileResponse(iter([b"x"]))

    with pytest.raises(TypeError, match="stream"):
        stream(post())


def test_keys_are_forgotten_after_a_week():
    pay(post(key="young"))
    pay(post(key="old"))
    week = timedelta(days=7, minutes=1)
    IdempotencyKey.objects.filter(key="old").update(created_at=wall_now() - week)
    forget_old_keys()
    assert [row.key for row in IdempotencyKey.objects.all()] == ["young"]


def test_every_form_gets_a_key_of_its_own_and_keeps_it_when_it_comes_back():
    page = Template("{% load idempotency %}{% idempotency_field key %}")
    first, second = page.render(Context()), page.render(Context())
    assert first != second
    assert 'name="_idempotency_key" value="k-9"' in page.render(Context({"key": "k-9"}))


@pytest.mark.commits
def test_of_a_hundred_simultaneous_repeats_one_takes_effect(tenant):
    gate = Barrier(10)

    def send(number):
        connection.set_tenant(tenant)
        if number < 10:
            gate.wait()
        try:
            response = pay(post({"sum": "5"}))
            return response.status_code, response.content
        except Conflict as conflict:
            return conflict.status, conflict.code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(100)))
    assert (201, b'{"run": 1}') in answers
    assert answers <= {(201, b'{"run": 1}'), (409, "key.running")}
    assert runs() == 1
