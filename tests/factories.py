"""Makes the people and places a test needs; every call in the schema that is active."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from accounts.models import Installer, SkillGrade, User
from accounts.roles import Role
from network.models import OrgUnit, Region
from network.services import place_node


class UnitFactory(DjangoModelFactory):
    """An outlet at the top of the tree; give `parent` and `kind` for others."""

    class Meta:
        model = OrgUnit

    code = factory.Sequence(lambda n: f"U{n:04d}")
    name = factory.Sequence(lambda n: f"第{n}网点")
    kind = OrgUnit.Kind.OUTLET

    @classmethod
    def _create(cls, model_class: type[OrgUnit], **fields: object) -> OrgUnit:
        return place_node(model_class(**fields))


class RegionFactory(DjangoModelFactory):
    """A city; give `parent` and `level` for others."""

    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"R{n:04d}")
    name = factory.Sequence(lambda n: f"第{n}市")
    level = Region.Level.CITY

    @classmethod
    def _create(cls, model_class: type[Region], **fields: object) -> Region:
        return place_node(model_class(**fields))


class UserFactory(DjangoModelFactory):
    """A dispatcher of an outlet of their own; give `role` and `unit` for others."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"员工{n}")
    phone = factory.Sequence(lambda n: f"139{n:08d}")
    role = Role.DISPATCHER
    unit = factory.SubFactory(UnitFactory)


class GradeFactory(DjangoModelFactory):
    """The senior grade every company begins with."""

    class Meta:
        model = SkillGrade
        django_get_or_create = ("code",)

    code = "G4"
    name = "高级"
    rank = 4


class InstallerFactory(DjangoModelFactory):
    """An installer of an outlet, with a user of the same outlet."""

    class Meta:
        model = Installer

    outlet = factory.SubFactory(UnitFactory)
    user = factory.SubFactory(
        UserFactory, role=Role.INSTALLER, unit=factory.SelfAttribute("..outlet")
    )
    number = factory.Sequence(lambda n: f"A{n:04d}")
    grade = factory.SubFactory(GradeFactory)
