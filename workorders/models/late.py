"""What an installer's phone told of an order after it was taken from them: evidence, no more."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from workorders.models.order import WorkOrder
from workorders.models.work import Evidence


class LateEntry(models.Model):
    """Something an earlier holder did while the order was theirs, and sent afterwards.

    It is shown and never counted: no stage moves by it and nobody is paid by it. `contents` is read
    and written by `workorders.late_contents` alone; what was drawn, and a photo beside it, are
    evidence of the kind LATE.
    """

    class Kind(models.TextChoices):
        SIGNATURE = "signature", _("Signature")
        FORM = "form", _("Form filled in")
        CHECK_IN = "check_in", _("Arrival")
        CHARGE = "charge", _("Extra charge")
        CONSENT = "consent", _("Consent to a charge")
        ANSWER = "answer", _("Customer's answer")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="late_entries")
    installer = models.ForeignKey("accounts.Installer", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    label = models.CharField(max_length=120, blank=True)
    contents = models.JSONField(default=dict)
    photo = models.ForeignKey(Evidence, models.SET_NULL, null=True, related_name="+")
    drawn = models.ForeignKey(Evidence, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["work_order", "installer"], name="late_entry_of_order")]

    def __str__(self) -> str:
        return f"{self.work_order_id} {self.kind}"
