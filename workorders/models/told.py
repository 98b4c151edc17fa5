"""That somebody of the company has told the customer what a flow wanted them to know."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workorders.models.order import WorkOrder
from workorders.models.stage import CustomerQuestion, FiredAction


class CustomerTold(models.Model):
    """When and how the customer was told: what a trigger said, or the link to a question."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("By phone")
        WECHAT = "wechat", _("By WeChat")
        MESSAGE = "message", _("By text message")
        SHOP = "shop", _("In the shop's chat")
        HERE = "here", _("In person")

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="customer_told")
    action = models.OneToOneField(FiredAction, models.CASCADE, null=True, related_name="told")
    question = models.OneToOneField(
        CustomerQuestion, models.CASCADE, null=True, related_name="told"
    )
    channel = models.CharField(_("How"), max_length=10, choices=Channel.choices)
    told_at = models.DateTimeField(_("When"))
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action=None, question__isnull=False)
                | models.Q(action__isnull=False, question=None),
                name="told_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}: {self.channel}"
