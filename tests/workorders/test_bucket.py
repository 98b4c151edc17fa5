"""Files in a bucket: kept under the company's prefix, sent by views alone, 503 while it is away."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse
from django_tenants.utils import tenant_context

from common.errors import Unavailable
from config import files
from config.settings import BASE_DIR
from tests.s3_host import ACCESS_KEY, BUCKET, SECRET_KEY, Host, s3_host
from tests.workorders.walking import arrive
from tests.workorders.world import open_order, photo
from workorders.models import Evidence

VARIABLES = {"S3_BUCKET": BUCKET, "S3_ACCESS_KEY": ACCESS_KEY, "S3_SECRET_KEY": SECRET_KEY}


@pytest.fixture
def bucket(settings, monkeypatch, tenant) -> Iterator[Host]:
    """The default storage is a bucket on a server of this test."""
    with s3_host() as host:
        choose(monkeypatch, S3_ENDPOINT=host.url, S3_ADDRESSING="path", **VARIABLES)
        storages = copy.deepcopy(settings.STORAGES)
        storages["default"] = files.storage(BASE_DIR, production=False)
        settings.STORAGES = storages
        yield host


def choose(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_a_file_is_written_read_and_removed_under_the_companys_prefix(bucket, other_tenant):
    name = default_storage.save("evidence/a b.JPG", ContentFile(b"bytes"))
    assert list(bucket.objects) == [f"t_alpha/{name}"]
    assert "a b" not in name
    assert name.endswith(".jpg")
    with default_storage.open(name, "rb") as source:
        assert source.read() == b"bytes"
    assert (default_storage.size(name), default_storage.exists(name)) == (5, True)
    with tenant_context(other_tenant):
        assert not default_storage.exists(name)
        with pytest.raises(FileNotFoundError):
            default_storage.open(name, "rb")
    default_storage.delete(name)
    default_storage.delete(name)
    assert bucket.objects == {}


def test_no_file_has_an_address_in_the_bucket_and_none_is_public(bucket):
    name = default_storage.save("evidence/a.jpg", ContentFile(b"bytes"))
    with pytest.raises(TypeError):
        default_storage.url(name)
    sent = [header for headers in bucket.headers for header in headers]
    assert "x-amz-acl" not in {header.lower() for header in sent}


@pytest.mark.parametrize("broken", [500, 503, 403])
def test_a_bucket_that_refuses_is_away(bucket, broken):
    name = default_storage.save("evidence/a.jpg", ContentFile(b"bytes"))
    bucket.broken = broken
    for act in (
        lambda: default_storage.save("evidence/b.jpg", ContentFile(b"x")),
        lambda: default_storage.open(name, "rb"),
        lambda: default_storage.size(name),
        lambda: default_storage.delete(name),
    ):
        with pytest.raises(Unavailable, match="存储"):
            act()


def test_a_photo_that_cannot_be_stored_is_answered_503_and_taken_when_sent_again(
    bucket, world, client
):
    order = arrive(open_order(world), world)
    client.force_login(world.installer.user)
    headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
    address = reverse("workorders-phone:job-photo", args=[order.number])

    def send():
        fields = {"photo": photo(), "seq": "1", "label": "铭牌照"}
        return client.post(address, fields, headers=headers)

    bucket.broken = 500
    refused = send()
    assert refused.status_code == 503
    assert "存储" in refused.json()["error"]["message"]
    assert not Evidence.objects.filter(kind="photo").exists()
    bucket.broken = 0
    assert send().status_code == 200
    kept = Evidence.objects.get(kind="photo")
    picture = reverse("workorders:evidence-file", args=[kept.pk])
    shown = client.get(picture)
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    bucket.broken = 500
    assert client.get(picture).status_code == 503
    bucket.broken = 0
    bucket.objects.clear()
    assert client.get(picture).status_code == 404


def test_a_server_that_is_not_there_is_away(bucket, settings):
    storages = copy.deepcopy(settings.STORAGES)
    storages["default"]["OPTIONS"]["endpoint_url"] = "http://127.0.0.1:9"
    settings.STORAGES = storages
    with pytest.raises(Unavailable):
        default_storage.save("evidence/a.jpg", ContentFile(b"x"))
    with pytest.raises(CommandError, match="cannot be kept"):
        call_command("check_files")


def test_the_command_says_whether_files_can_be_kept(bucket, capsys):
    call_command("check_files")
    assert "TenantBucket" in capsys.readouterr().out
    assert bucket.objects == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"S3_BUCKET": ""}, "S3_ENDPOINT needs S3_BUCKET"),
        ({"S3_SECRET_KEY": ""}, "S3_SECRET_KEY"),
        ({"S3_ENDPOINT": "storage.example"}, "https://"),
        ({"S3_ADDRESSING": "dots"}, "S3_ADDRESSING"),
        ({"S3_ENDPOINT": "http://storage.example"}, "plain http"),
    ],
)
def test_half_a_bucket_keeps_the_product_from_starting(monkeypatch, changes, words):
    choose(monkeypatch, S3_ENDPOINT="https://storage.example", **VARIABLES)
    choose(monkeypatch, **changes)
    with pytest.raises(ImproperlyConfigured, match=words):
        files.storage(BASE_DIR, production=True)


def test_without_a_bucket_files_are_kept_in_a_folder(monkeypatch):
    monkeypatch.delenv("S3_BUCKET", raising=False)
    monkeypatch.delenv("S3_ENDPOINT", raising=False)
    assert files.storage(BASE_DIR, production=True)["BACKEND"].endswith("TenantFiles")
