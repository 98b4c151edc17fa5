"""What was done on site: steps, evidence, materials."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Material
from common.fields import AmountField, FenField
from workorders.models.order import WorkOrder


class StepDone(models.Model):
    """A step of the item version that was finished."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="steps_done")
    seq = models.PositiveSmallIntegerField()
    installer = models.ForeignKey("accounts.Installer", models.PROTECT)
    note = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work_order", "seq"], name="step_done_once")]

    def __str__(self) -> str:
        return f"{self.work_order_id}#{self.seq}"


class Evidence(models.Model):
    """A photo or signature, re-encoded and without position data, in the tenant's storage.

    Where and when a photo was taken is read before it is re-encoded and stands here, with who said
    it. `is_far` and `is_old` are what the company's radius and the visit said of it at that time.
    `stay` is the stay it was given in; `duplicate_of` and `duplicate_request` the same picture of
    another order, or one a customer sent; `alike` another order's picture that looks the same.
    `look` has the quarters of what it looks like (`workorders.looks`).
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        SIGNATURE = "signature", _("Signature")
        CONSENT = "consent", _("Consent to a charge")
        ARRIVAL = "arrival", _("Photo of the arrival")
        LATE = "late", _("Sent after the handover")

    class Source(models.TextChoices):
        PICTURE = "picture", _("from the picture")
        ORIGINAL = "original", _("from the original picture")
        PHONE = "phone", _("from the phone")
        SERVER = "server", _("when received")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    seq = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=60, blank=True)
    file = models.FileField(upload_to="evidence")
    sha256 = models.CharField(max_length=64)
    size_bytes = AmountField()
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="copies")
    duplicate_request = models.ForeignKey(
        "workorders.RequestPhoto", models.SET_NULL, null=True, related_name="+"
    )
    look = ArrayField(models.IntegerField(), null=True)
    alike = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    stay = models.ForeignKey(
        "workorders.StageStay", models.SET_NULL, null=True, related_name="evidence"
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    taken_at = models.DateTimeField()
    time_source = models.CharField(
        max_length=8, choices=Source.choices, default="server", db_default="server"
    )
    kept_at = models.DateTimeField(null=True)
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    lat = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    accuracy_m = AmountField(null=True)
    from_site_m = AmountField(null=True)
    place_source = models.CharField(max_length=8, choices=Source.choices, blank=True, db_default="")
    is_far = models.BooleanField(default=False, db_default=False)
    is_old = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["sha256"], name="evidence_sha"),
            GinIndex(fields=["look"], name="evidence_look"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_known(self) -> bool:
        """Whether another order had this picture before, or a customer sent it."""
        return self.duplicate_of_id is not None or self.duplicate_request_id is not None


class Signature(models.Model):
    """Who signed under a picture of a signature, and how the pen moved.

    `strokes` is read and written by `workorders.strokes` alone; none from phones that sent none.
    """

    class Relation(models.TextChoices):
        SELF = "self", _("The customer in person")
        FAMILY = "family", _("Family")
        PROPERTY = "property", _("Property management")
        COLLEAGUE = "colleague", _("Colleague or staff")
        NEIGHBOUR = "neighbour", _("Neighbour")
        OTHER = "other", _("Somebody else")

    evidence = models.OneToOneField(Evidence, models.CASCADE, related_name="signature")
    name = models.CharField(_("Name"), max_length=40, blank=True)
    relation = models.CharField(_("Signed by"), max_length=10, choices=Relation.choices, blank=True)
    strokes = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.name


class MaterialUsed(models.Model):
    """A material used on site at the price of that moment."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="materials_used")
    material = models.ForeignKey(Material, models.PROTECT, related_name="uses")
    quantity_milli = AmountField(_("Quantity, thousandths"))
    unit_price_fen = FenField(_("Unit price"))
    recorded_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "material"], name="material_once"),
            models.CheckConstraint(
                condition=models.Q(quantity_milli__gt=0), name="material_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material_id}×{self.quantity_milli}"
