"""The photos of a claim go through the same reader as every other picture."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from settlement.models import Dispute, DisputePhoto
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import Company
from tests.settlement.disputes.test_any_line import branch_line
from tests.settlement.disputes.test_disputes import paid_job
from tests.workorders.test_uploads import BAD

pytestmark = [
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin"),
]
SAID = {"amount": "5.00", "reason": "路程不止", "kind": "8"}


@pytest.mark.parametrize("at_desk", [True, False])
def test_what_is_no_picture_is_refused_with_a_sentence_and_no_dispute_is_filed(
    company: Company,
    client: TenantClient,
    at_desk: bool,
) -> None:
    settlement = paid_job(company)
    branch = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    own = settlement.lines.filter(party_role="installer").order_by("seq")[0]
    line, who = (
        (branch_line(settlement, company), branch) if at_desk else (own, company.installer.user)
    )
    name = "settlement:dispute-claim-send" if at_desk else "settlement-phone:dispute-send"
    address = reverse(name, args=["line", line.pk], urlconf="config.urls")
    client.force_login(who)
    for kind, (content, status) in BAD.items():
        sent: dict[str, Any] = {
            **SAID,
            "photo_1": SimpleUploadedFile("a.jpg", content, "image/jpeg"),
        }
        headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
        with transaction.atomic():
            answer = client.post(address, sent, headers=headers)
            assert answer.status_code == status, (kind, answer.content.decode()[:300])
            assert len(answer.json()["error"]["message"]) > 4, kind
    assert not Dispute.objects.exists()
    assert not DisputePhoto.objects.exists()
