"""An order's stay in each stage: when, whose, what departments did and who agreed meanwhile."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from workorders.models.flow import FlowVersion
from workorders.models.order import WorkOrder


class StageStay(models.Model):
    """One stay of an order in a stage; `left_at` is None while it lasts.

    `meaning` and `installer` are those of its beginning; rows from before they were kept have none.
    """

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="stays")
    flow_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    meaning = models.CharField(max_length=10, blank=True, default="", db_default="")
    installer = models.ForeignKey("accounts.Installer", models.PROTECT, null=True, related_name="+")
    department = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20, blank=True)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_order"],
                condition=models.Q(left_at__isnull=True),
                name="one_open_stay",
            )
        ]
        indexes = [
            models.Index(fields=["stage", "entered_at"], name="stay_stage"),
            models.Index(
                fields=["left_at"], name="stay_left", condition=models.Q(left_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_order_id}@{self.stage}"


class StageTask(models.Model):
    """What one department has to do during a stay."""

    stay = models.ForeignKey(StageStay, models.CASCADE, related_name="tasks")
    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    department = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20)
    form = models.CharField(max_length=30, blank=True)
    due_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stay", "key"], name="task_once_a_stay")]
        indexes = [
            models.Index(
                fields=["role", "due_at"],
                name="tasks_open",
                condition=models.Q(done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class StageApproval(models.Model):
    """One person's yes to a way that asks for several; see `workorders.agreed`.

    `values` are what the person answered to it, `mark` the fingerprint of what they agreed to.
    """

    stay = models.ForeignKey(StageStay, models.CASCADE, related_name="approvals")
    way = models.CharField(max_length=30)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    values = models.JSONField(default=dict, db_default={})
    mark = models.CharField(max_length=64, default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stay", "way", "user"], name="approval_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.way}:{self.user_id}"


class FiredTrigger(models.Model):
    """A trigger that was asked for a stay: never again for the same one.

    `moment` is the limit or appointment it was about: another one asks it again.
    """

    stay = models.ForeignKey(StageStay, models.CASCADE, related_name="fired")
    trigger = models.CharField(max_length=30)
    moment = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "trigger", "moment"],
                name="trigger_once_a_moment",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.trigger


class FiredAction(models.Model):
    """What a fired trigger does, an action each; `value` is what it is about (a tag, a milestone…).

    `contents` are all its values as the flow had them when it fired: they are what is done, however
    late, and read through `workorders.fired_actions.action_of`. `result` says in words what came of it. One that failed by chance is tried again at `retry_at`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("In progress")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    fired = models.ForeignKey(FiredTrigger, models.CASCADE, related_name="actions")
    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="fired_actions")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=300, blank=True)
    contents = models.JSONField(default=dict, db_default={})
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    result = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fired", "place"], name="action_once_a_trigger")
        ]
        indexes = [
            models.Index(
                fields=["retry_at"],
                name="actions_to_retry",
                condition=models.Q(retry_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class FormAnswers(models.Model):
    """A filled-in form; `values` is read through `workorders.flow.answers.read_answers`.

    `text` holds every value as words in small letters, for the search. A later filling replaces the row of the stay.
    """

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="answers")
    stay = models.ForeignKey(StageStay, models.CASCADE, related_name="answers")
    task = models.ForeignKey(StageTask, models.CASCADE, null=True, related_name="answers")
    flow_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="+")
    form = models.CharField(max_length=30)
    name = models.CharField(max_length=60, default="")
    values = models.JSONField()
    text = models.TextField(blank=True)
    complete = models.BooleanField(default=False)
    filled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filled_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "form", "task"], name="form_once_a_stay", nulls_distinct=False
            )
        ]
        indexes = [GinIndex(fields=["text"], name="answers_text", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return f"{self.work_order_id}:{self.form}"


class CustomerQuestion(models.Model):
    """A question to the customer, answered by a signed link."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="questions")
    stay = models.ForeignKey(StageStay, models.CASCADE, related_name="questions")
    text = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    remark = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text


class StaffNotice(models.Model):
    """What somebody of the staff has to look at, shown until it was seen.

    It is about an order, or leads to the `page` of what it is about, if that has one.

    A flow's own words stand in `text`; ours are a `code` with values, read in the reader's language.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    work_order = models.ForeignKey(
        WorkOrder, models.CASCADE, null=True, related_name="staff_notices"
    )
    page = models.CharField(max_length=200, blank=True, default="", db_default="")
    text = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=20, blank=True, default="", db_default="")
    params = models.JSONField(default=dict, db_default={})
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "-at"],
                name="staff_notices_unseen",
                condition=models.Q(seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.text


class ExpectedMaterial(models.Model):
    """A material that a flow adds to what an order is expected to use, in thousandths of its unit."""

    work_order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="expected_materials")
    material = models.ForeignKey("catalog.Material", models.PROTECT, related_name="+")
    quantity_milli = models.PositiveIntegerField()
    reason = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_order", "material"], name="expected_once")
        ]

    def __str__(self) -> str:
        return f"{self.material_id}×{self.quantity_milli}"
