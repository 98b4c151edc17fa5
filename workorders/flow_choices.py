"""What can be chosen in the designer: facts and their values, roles, and the company's own lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.selectors import active_items, categories, materials
from customers.models import Customer
from network.divisions import Level, division, divisions
from network.models import Region
from network.order_types import order_type_names
from workorders.facts import FLAGS, label_of, value_words
from workorders.flow.reading_conditions import ANSWER
from workorders.flow.words import FACTS, MARKS, NUMBER_FACTS, ROLE_NAMES
from workorders.hooks import known_hooks
from workorders.milestones import awaited_milestones, released_milestones
from workorders.models import ShopOrder, WorkOrder
from workorders.templatetags.channels import channel_name

if TYPE_CHECKING:
    from workorders.flow import Field, Flow, Form, Stage

Choices = list[tuple[str, str]]


def role_choices() -> Choices:
    """Return the roles people have."""
    return [(role, _(name)) for role, name in ROLE_NAMES.items() if role != "system"]


class FlowChoices:
    """The choices for one flow, or without its parts for none.

    Every list of the company's is looked up when it is asked for.
    """

    def __init__(self, flow: Flow | None) -> None:
        self._flow = flow

    @property
    def _forms(self) -> tuple[Form, ...]:
        return self._flow.forms if self._flow else ()

    @property
    def _stages(self) -> tuple[Stage, ...]:
        return self._flow.stages if self._flow else ()

    @cached_property
    def facts(self) -> Choices:
        """Facts that conditions ask for, with the answers of the flow's forms."""
        known = [(key, _(word)) for key, word in {**FACTS, **NUMBER_FACTS}.items()]
        often = Counter(field.label for field in self.answers.values())
        return [
            *known,
            *(
                (key, field.label if often[field.label] == 1 else self._told_apart(field))
                for key, field in self.answers.items()
            ),
        ]

    def _told_apart(self, field: Field) -> str:
        """What a question is called that is asked in more than one form."""
        form = next(form.name for form in self._forms if form.field(field.key) == field)
        return f"{form} · {field.label}"

    def tasks_of(self, stage: str) -> Choices:
        """The tasks of a stage; none for none."""
        return [(task.key, task.name) for s in self._stages if s.key == stage for task in s.tasks]

    @cached_property
    def answers(self) -> Mapping[str, Field]:
        """The fields whose answers conditions may ask for, by fact."""
        fields = [field for form in self._forms for field in form.fields]
        asked = ("choice", "choices", "number", "computed")
        return {f"{ANSWER}{field.key}": field for field in fields if field.kind in asked}

    def is_number(self, fact: str) -> bool:
        """Whether a fact is compared with a number."""
        answer = self.answers.get(fact)
        return fact in NUMBER_FACTS or (answer is not None and not answer.options)

    def values(self, fact: str) -> Choices:
        """The values a fact of codes can have; empty where anything may be typed."""
        if fact in self.answers:
            return list(self.answers[fact].options)
        found = self.__dict__.setdefault("_values", {})
        if fact not in found:
            found[fact] = self._company_values(fact)
        return list(found[fact])

    def _company_values(self, fact: str) -> Choices:
        if fact == "order_type":
            return [(key, str(name)) for key, name in order_type_names().items()]
        if fact == "item":
            return [(item.code, item.name) for item in active_items()]
        if fact == "category":
            return [(name, name) for name in categories()]
        if fact == "region":
            provinces = [(each.code, each.name) for each in divisions(Level.PROVINCE)]
            own = Region.objects.order_by("path").values_list("code", "name")
            return list({**dict(own), **dict(provinces)}.items())
        if fact == "customer_level":
            levels = Customer.objects.exclude(member_level="").order_by("member_level")
            return [
                (level, level) for level in levels.values_list("member_level", flat=True).distinct()
            ]
        if fact == "channel":
            used = ShopOrder.objects.order_by("platform").values_list("platform", flat=True)
            names = dict.fromkeys(["youzan", "tmall", "manual", "import", *used.distinct()])
            return [(name, channel_name(name)) for name in names]
        if fact == "tag":
            rows = WorkOrder.objects.exclude(tags=[]).order_by("-pk").values_list("tags", flat=True)
            return [(tag, tag) for tag in dict.fromkeys(t for tags in rows[:500] for t in tags)]
        if fact == "mark":
            return [(mark, _(word)) for mark, word in MARKS.items()]
        if fact == "site_fact":
            return [
                (f"{kind}:{value}", f"{label_of(kind)}{_(': ')}{value_words(kind, value)}")
                for kind in FLAGS
                for value in ("yes", "no")
            ]
        return []

    def label(self, fact: str, code: str) -> str:
        """Return what a value of a fact is called; an unknown one keeps its code."""
        place = division(code) if fact == "region" else None
        return dict(self.values(fact)).get(code) or (place.name if place else code)

    @cached_property
    def roles(self) -> Choices:
        """The roles people have."""
        return role_choices()

    @cached_property
    def all_roles(self) -> Choices:
        """The roles that may take ways, what goes by itself included."""
        return [(role, _(name)) for role, name in ROLE_NAMES.items()]

    @cached_property
    def stages(self) -> Choices:
        """The flow's stages."""
        return [(stage.key, stage.name) for stage in self._stages]

    @cached_property
    def forms(self) -> Choices:
        """The flow's forms."""
        return [(form.key, form.name) for form in self._forms]

    @cached_property
    def departments(self) -> list[str]:
        """The departments the flow names."""
        tasks = [task.department for stage in self._stages for task in stage.tasks]
        return list(dict.fromkeys([*(s.department for s in self._stages), *tasks, ""]))[:-1]

    @cached_property
    def items(self) -> Choices:
        """The items an order can be opened of."""
        return [(item.code, item.name) for item in active_items()]

    @cached_property
    def hooks(self) -> Choices:
        """The company's webhooks in use."""
        return [(code, f"{name} ({code})") for code, name in known_hooks()]

    @cached_property
    def milestones(self) -> Choices:
        """The milestones rules wait for, and those that published flows reach."""
        names = sorted({*awaited_milestones(), *released_milestones()})
        return [(name, name) for name in names]

    @cached_property
    def materials(self) -> Choices:
        """The materials in use."""
        return [(each.code, f"{each.name} ({each.unit})") for each in materials()]
