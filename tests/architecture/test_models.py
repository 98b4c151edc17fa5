"""Foreign keys point down, and never between a company's tables and public ones."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tests.architecture.packages import ORDER, package_of

SHARED = {name for name in settings.SHARED_APPS if name != "django.contrib.contenttypes"}
RANK = {name: rank for rank, name in enumerate(ORDER)} | {"dashboards": ORDER.index("integrations")}


def own_models():
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if package_of(model.__module__) in ORDER]


def relations():
    """Every (model, field name, model pointed to), many-to-many tables included."""
    return [
        (model, field.name, field.related_model)
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
    ]


def is_shared(model):
    return model._meta.app_config.name in SHARED


def test_a_foreign_key_points_to_its_own_package_or_one_below():
    upwards = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model, name, target in relations()
        if package_of(target.__module__) in RANK
        and RANK[package_of(target.__module__)] > RANK[package_of(model.__module__)]
    ]
    assert upwards == []


def test_integrations_and_dashboards_do_not_point_at_each_other():
    pair = {"integrations", "dashboards"}
    found = [
        f"{model._meta.label}.{name}"
        for model, name, target in relations()
        if {package_of(model.__module__), package_of(target.__module__)} == pair
    ]
    assert found == []


def test_no_foreign_key_joins_a_companys_table_and_a_public_one():
    crossing = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model, name, target in relations()
        if is_shared(model) != is_shared(target)
    ]
    assert crossing == []


def test_contenttypes_alone_stands_in_both_lists():
    both = set(settings.SHARED_APPS) & set(settings.TENANT_APPS)
    assert both == {"django.contrib.contenttypes"}


def test_every_table_has_a_primary_key_of_its_own():
    """A table without one cannot be moved to another server while it is in use."""
    without = [model._meta.label for model in own_models() if model._meta.pk is None]
    assert without == []


def test_no_generic_foreign_key():
    generic = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.private_fields
    ]
    assert generic == []


@pytest.mark.parametrize(
    "model",
    [model for model in own_models() if not is_shared(model)],
    ids=lambda model: model._meta.label,
)
def test_a_column_has_one_index_at_most(model):
    """`unique=True` or `db_index=True` on text makes a second, LIKE-only index in every schema."""
    doubled = [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField)
        and (field.unique or field.db_index)
        and not field.primary_key
    ]
    assert doubled == []
