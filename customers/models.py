"""Customers across channels, with their contacts and addresses as records of their own."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import Region


class Customer(models.Model):
    """A person or household; channels' identities point here."""

    name = models.CharField(_("Name"), max_length=60, blank=True)
    member_level = models.CharField(_("Member level"), max_length=20, blank=True)
    tags = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ChannelIdentity(models.Model):
    """Who the customer is to one shop."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    platform = models.CharField(max_length=20)
    shop_key = models.CharField(max_length=64)
    buyer_ref = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "shop_key", "buyer_ref"], name="buyer_known_once_a_shop"
            )
        ]

    def __str__(self) -> str:
        return self.buyer_ref


class Contact(models.Model):
    """A name and number to call; ciphertext stays until dispatch needs the number."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(_("Name"), max_length=60, blank=True)
    phone = models.CharField(_("Phone"), max_length=30, blank=True)
    phone_last4 = models.CharField(max_length=4, blank=True)
    name_cipher = models.TextField(blank=True)
    phone_cipher = models.TextField(blank=True)
    source_key = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["phone_last4"], name="contact_last4"),
            models.Index(fields=["name"], name="contact_name", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A place of service; coordinates are WGS-84, the original and its datum are kept."""

    class Precision(models.TextChoices):
        EXACT = "exact", _("Exact")
        DISTRICT = "district", _("District centre (estimated)")
        CITY = "city", _("City centre (estimated)")
        NONE = "none", _("Not located")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    province = models.CharField(_("Province"), max_length=30, blank=True)
    city = models.CharField(_("City"), max_length=30, blank=True)
    district = models.CharField(_("District"), max_length=30, blank=True)
    detail = models.CharField(_("Street and number"), max_length=200, blank=True)
    detail_cipher = models.TextField(blank=True)
    division_code = models.CharField(max_length=12, blank=True)
    region = models.ForeignKey(
        Region, models.SET_NULL, null=True, blank=True, related_name="addresses"
    )
    lon = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    original_lon = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    original_lat = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    datum = models.CharField(max_length=8, blank=True)
    precision = models.CharField(max_length=10, choices=Precision.choices, default=Precision.NONE)
    note = models.CharField(_("Site notes"), max_length=200, blank=True)
    source_key = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        indexes = [
            # Few are nowhere, and every list asks how many wait to be placed.
            models.Index(
                fields=["precision"], condition=models.Q(precision="none"), name="address_nowhere"
            )
        ]

    def __str__(self) -> str:
        return f"{self.city}{self.district}{self.detail}"
