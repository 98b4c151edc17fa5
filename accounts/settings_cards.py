"""The cards of the settings page: what a person may open, by address name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from common.access import Perm

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Card:
    """One card; `url` is filled in for the person who looks."""

    label: str | Promise
    note: str | Promise
    icon: str
    url_name: str
    perm: Perm
    url: str = ""


_GROUPS: tuple[tuple[str | Promise, tuple[Card, ...]], ...] = (
    (
        _("Network"),
        (
            Card(
                _("Units"),
                _("Headquarters, branches, outlets, agents and dealers"),
                "building",
                "network:unit-tree",
                Perm.NETWORK_VIEW,
            ),
            Card(
                _("Regions"),
                _("Where you work, with city level, price band and settling branch"),
                "map",
                "network:region-tree",
                Perm.NETWORK_VIEW,
            ),
            Card(
                _("Levels and bands"),
                _("Your own city levels, price bands and cost levels; many regions by file"),
                "stack-2",
                "network:tier-list",
                Perm.NETWORK_VIEW,
            ),
            Card(
                _("Geofences"),
                _("Ports, airports, plants: points with a radius that prices refer to"),
                "navigation",
                "network:geofence-list",
                Perm.NETWORK_VIEW,
            ),
            Card(
                _("Fuel price"),
                _("Changes by region and day, with their source; rules compensate freight"),
                "truck",
                "network:fuel-list",
                Perm.NETWORK_VIEW,
            ),
            Card(
                _("Service territories"),
                _("Which outlet serves which region, and how far"),
                "map-pin",
                "network:territory-list",
                Perm.NETWORK_VIEW,
            ),
        ),
    ),
    (
        _("People"),
        (
            Card(
                _("People"),
                _("Who signs in, in which role and for which unit"),
                "users",
                "accounts:user-list",
                Perm.PEOPLE_VIEW,
            ),
            Card(
                _("Installers"),
                _("Skills, certificates, working hours and leave"),
                "user-check",
                "accounts:installer-list",
                Perm.PEOPLE_VIEW,
            ),
            Card(
                _("Skills and grades"),
                _("The trades of your company and the grades in them"),
                "certificate",
                "accounts:skill-list",
                Perm.PEOPLE_VIEW,
            ),
        ),
    ),
    (
        _("Work and money"),
        (
            Card(
                _("Industry packs"),
                _("Ready-made service items to import"),
                "package",
                "catalog:pack-list",
                Perm.CATALOG_VIEW,
            ),
            Card(
                _("Flows"),
                _("The stages of your work orders; ready-made flows by trade to copy"),
                "route",
                "workorders:flow-list",
                Perm.FLOW_VIEW,
            ),
            Card(
                _("Temporary modes"),
                _("Busy season, severe weather: new orders follow a variant for a time"),
                "bolt",
                "workorders:switch-list",
                Perm.FLOW_VIEW,
            ),
            Card(
                _("Running orders and versions"),
                _("Take running orders to a newer version; insert a stage for all"),
                "route",
                "workorders:move-list",
                Perm.FLOW_VIEW,
            ),
            Card(
                _("Hours of business"),
                _("When the company works: limits in business time pass then alone"),
                "clock",
                "workorders:business-hours",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("Proof from the site"),
                _("How far from the address check-ins and photos count as being there"),
                "map-pin",
                "workorders:site-radius",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("Rules of the rosters"),
                _("Rest between shifts, days in a row, hours a week, jobs per shift"),
                "calendar-event",
                "dispatch:roster-rule",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("Help on site"),
                _("Whose people installers may ask to come and help"),
                "users",
                "dispatch:help-rule",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("Support between regions"),
                _("What lending somebody to another city for a day costs, and who has to agree"),
                "users",
                "dispatch:support-rule",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("Dispatch policy"),
                _("What counts how much when an installer is chosen; tried on yesterday first"),
                "adjustments",
                "dispatch:policy",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("How orders are given"),
                _("Which orders find their installer by themselves, in which steps; the grab pool"),
                "route",
                "dispatch:way-list",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("Repair requests"),
                _("Whether customers may ask for repairs without an account"),
                "qrcode",
                "workorders:request-door",
                Perm.CATALOG_MANAGE,
            ),
            Card(
                _("Settlement rules"),
                _("The rule sets in force, line by line"),
                "receipt",
                "settlement:rule-list",
                Perm.RULES_VIEW,
            ),
        ),
    ),
    (
        _("System"),
        (
            Card(
                _("Connections"),
                _("Shops and WeCom: state, last pull, errors"),
                "plug-connected",
                "integrations:connection-list",
                Perm.CONNECTION_VIEW,
            ),
            Card(
                _("Failed tasks"),
                _("Work in the background that did not succeed"),
                "alert-triangle",
                "outbox:task-list",
                Perm.TASK_MANAGE,
            ),
            Card(
                _("First steps"),
                _("What a new company does first"),
                "checklist",
                "accounts:first-steps",
                Perm.NETWORK_MANAGE,
            ),
        ),
    ),
)


def settings_cards(user: User) -> list[tuple[str | Promise, list[Card]]]:
    """Return the groups with the cards this person may open; empty groups are left out."""
    found = [
        (label, [card for card in map(_ready, cards) if card.url and user.has(card.perm)])
        for label, cards in _GROUPS
    ]
    return [(label, cards) for label, cards in found if cards]


def _ready(card: Card) -> Card:
    try:
        url = reverse(card.url_name)
    except NoReverseMatch:
        url = ""
    return Card(card.label, card.note, card.icon, card.url_name, card.perm, url)
