"""Connections to shops and WeCom, raw inbound events, and the log of pulls."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import AmountField, FenField
from network.models import OrgUnit


class Connection(models.Model):
    """One shop or corp; secrets are sealed to this row, only four characters are shown."""

    class Platform(models.TextChoices):
        YOUZAN = "youzan", _("Youzan")
        TMALL = "tmall", _("Tmall / Taobao")
        WECOM = "wecom", _("WeCom")
        WECHATPAY = "wechatpay", _("WeChat Pay")

    platform = models.CharField(_("Platform"), max_length=10, choices=Platform.choices)
    name = models.CharField(_("Name"), max_length=60)
    shop_key = models.CharField(_("Shop or corp id"), max_length=64)
    sold_by = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="connections", verbose_name=_("Sold by")
    )
    base_url = models.CharField(_("Address of the platform"), max_length=200)
    client_id = models.CharField(_("App key or client id"), max_length=64)
    secret_sealed = models.TextField(editable=False)
    secret_tail = models.CharField(max_length=4, editable=False)
    extra_sealed = models.TextField(editable=False, blank=True)
    token_sealed = models.TextField(editable=False, blank=True)
    token_expires_at = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("Active"), default=True)
    pulled_until = models.DateTimeField(null=True, editable=False)
    last_pull_at = models.DateTimeField(null=True, editable=False)
    last_event_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)
    failures_in_a_row = models.PositiveIntegerField(default=0, editable=False)
    refused_pushes = models.PositiveIntegerField(default=0, editable=False)
    # Part of the callback address: it outlives every key rotation and tells nothing.
    public_id = models.UUIDField(default=uuid4, db_default=RandomUUID(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "shop_key"], name="shop_connected_once"),
            models.UniqueConstraint(fields=["public_id"], name="callback_address_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Webhook(models.Model):
    """An address of the company's own that a flow tells of what happened; its secret is sealed."""

    code = models.SlugField(_("Code"), max_length=40, db_index=False)
    name = models.CharField(_("Name"), max_length=60)
    url = models.CharField(_("Address"), max_length=300)
    secret_sealed = models.TextField(editable=False)
    secret_tail = models.CharField(max_length=4, editable=False)
    is_active = models.BooleanField(_("Active"), default=True)
    last_called_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="webhook_code_once")]

    def __str__(self) -> str:
        return self.name


class InboundEvent(models.Model):
    """What a platform told us, stored before it is understood."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Ignored")
        PARKED = "parked", _("Parked")
        DEAD = "dead", _("Failed")

    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="events")
    source = models.CharField(max_length=10)
    external_id = models.CharField(max_length=128)
    topic = models.CharField(max_length=80)
    order_number = models.CharField(max_length=64, blank=True)
    body = models.TextField()
    flags = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "source", "external_id"], name="inbound_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["received_at"], name="inbound_open", condition=models.Q(state="new")
            ),
            models.Index(fields=["connection", "-received_at"], name="inbound_latest"),
        ]

    def __str__(self) -> str:
        return self.external_id

    @property
    def source_name(self) -> str:
        """How it reached us, in a word for people."""
        return str(_SOURCE_NAMES.get(self.source, self.source))


_SOURCE_NAMES = {
    "push": _("Push"),
    "message": _("Message"),
    "listed": _("List"),
    "fetched": _("Fetched by number"),
    "callback": _("Callback"),
}


class HeardRefund(models.Model):
    """A refund a shop has told of, and how it stood when its order was last taken in.

    Kept for ever: Tmall names only the newest refund of a line, earlier ones are asked for by these
    numbers. Without a state it was heard of and is not taken in yet. One that is gone its shop knows
    no longer: it is not asked for, and what of it was paid back stays so.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="heard_refunds")
    order_number = models.CharField(max_length=64)
    refund_id = models.CharField(max_length=64)
    state = models.CharField(max_length=10, blank=True)
    refund_fen = FenField[int | None, int | None](null=True)
    line_ids = models.JSONField(default=list)
    is_gone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "refund_id"], name="refund_heard_once")
        ]
        indexes = [models.Index(fields=["connection", "order_number"], name="refunds_of_order")]

    def __str__(self) -> str:
        return self.refund_id


class SyncRun(models.Model):
    """One pull or reconciliation of one connection."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10)
    window_starts_at = models.DateTimeField()
    window_ends_at = models.DateTimeField()
    started_at = models.DateTimeField()
    duration_ms = AmountField(null=True)
    pulled = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["connection", "-started_at"], name="sync_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%F %R}"


class SentCard(models.Model):
    """A WeCom card asked for, with the platform's answer."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="cards")
    source_key = models.CharField(max_length=100)
    to_user = models.CharField(max_length=64)
    title = models.CharField(max_length=128)
    text = models.CharField(max_length=512)
    state = models.CharField(max_length=10)
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_key"], name="card_once")]

    def __str__(self) -> str:
        return self.title


class MapService(models.Model):
    """The map platform a company asks for ways and places, and its street map; at most one row."""

    class Provider(models.TextChoices):
        AMAP = "amap", _("AMap")
        TENCENT = "tencent", _("Tencent Maps")
        BAIDU = "baidu", _("Baidu Maps")
        OSRM = "osrm", _("OSRM")
        VALHALLA = "valhalla", _("Valhalla")

    class TileDatum(models.TextChoices):
        WGS84 = "wgs84", _("WGS-84 (OpenStreetMap and most of the world)")
        GCJ02 = "gcj02", _("GCJ-02 (Chinese street maps)")

    provider = models.CharField(
        _("Map platform"), max_length=10, choices=Provider.choices, blank=True
    )
    base_url = models.CharField(_("Address of the platform"), max_length=200, blank=True)
    key_sealed = models.TextField(editable=False, blank=True)
    key_tail = models.CharField(max_length=4, editable=False, blank=True)
    daily_limit = models.PositiveIntegerField(_("Questions a day at most"), default=2_000)
    is_active = models.BooleanField(_("Active"), default=True)
    tile_url = models.CharField(_("Address of the tiles"), max_length=300, blank=True)
    tile_datum = models.CharField(
        _("Datum of the tiles"),
        max_length=5,
        choices=TileDatum.choices,
        default=TileDatum.WGS84,
    )
    tile_credit = models.CharField(_("Who made the map"), max_length=120, blank=True)
    last_answer_at = models.DateTimeField(null=True, editable=False)
    last_error_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_map_service")]

    def __str__(self) -> str:
        return self.provider
