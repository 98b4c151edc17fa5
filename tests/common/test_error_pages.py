"""What cannot be read is answered with a sentence, never with an empty page or a 500."""

import pytest

from tests import cast
from tests.browsing import TenantClient

SIGN_IN = "/sign-in/"
FORM = "application/x-www-form-urlencoded"


def send(body, **headers):
    client = TenantClient(cast.ALPHA, **headers)
    return client.post(SIGN_IN, data=body, content_type=FORM)


def test_a_body_beyond_the_limit_is_413(database, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = send("username=" + "x" * 2000)
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()


def test_too_many_fields_are_400(database):
    answer = send("&".join(f"a{number}=1" for number in range(1500)))
    assert answer.status_code == 400
    assert "无法识别" in answer.content.decode()


@pytest.mark.parametrize(("size", "status"), [(2000, 413), (10, 422)])
def test_the_phone_reads_the_same_as_a_status(database, settings, size, status):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert send("username=" + "x" * size, HTTP_X_OUTBOX="1").status_code == status
