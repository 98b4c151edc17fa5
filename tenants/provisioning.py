"""The one way a new company comes to be, and how higher packages take part in it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tenants.utils import tenant_context
from psycopg import sql

from common import clock
from common.errors import Conflict
from tenants import slugs
from tenants.models import Tenant
from tenants.owner import owner_connection
from tenants.template_dump import template_sql

# First half of our advisory locks on slugs; the second half is a checksum of the schema's name.
_LOCK_CLASS = 5_310


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """The person who signs in first; the password is in clear and only ever in memory."""

    username: str
    display_name: str
    phone: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a hook is told about the new company, with the company's schema active.

    `password_hash` is that of the administrator's password, computed meanwhile.
    """

    tenant: Tenant
    admin: FirstAdmin | None
    pack: str | None
    password_hash: Future[str] | None = None


PackSource = Callable[[], Iterable[tuple[str, str]]]

new_tenant_hooks: list[tuple[int, Callable[[SignUp], None]]] = []
_pack_sources: list[PackSource] = []
demo_hooks: list[Callable[[], None]] = []


def on_new_tenant(hook: Callable[[SignUp], None], *, order: int = 100) -> Callable[[SignUp], None]:
    """Register what a package writes into every new schema; lower `order` runs first.

    All hooks share one transaction in the tenant's schema; an exception undoes the whole tenant.
    """
    new_tenant_hooks.append((order, hook))
    new_tenant_hooks.sort(key=lambda entry: entry[0])
    return hook


def offer_packs(source: PackSource) -> PackSource:
    """Register where sign-up finds the industry packs as (key, label) pairs."""
    _pack_sources.append(source)
    return source


def pack_choices() -> list[tuple[str, str]]:
    """Return (key, label) of every industry pack a new company may start with."""
    return [choice for source in _pack_sources for choice in source()]


def create_tenant(
    *, name: str, slug: str, kind: str = "company", admin: FirstAdmin | None, pack: str | None
) -> Tenant:
    """Create an active company with its schema, host name, first administrator and pack.

    Replays the template's dump together with the public rows in one transaction on a connection
    of its own; then the hooks write into the new schema in a second one, since no transaction may
    touch a tenant's tables and public ones together. Whatever fails, nothing is left behind.
    Raises Refused for a bad slug, Conflict for one that is taken or being made right now.
    """
    slug = slugs.check_slug(slug, reserved_allowed=kind == Tenant.Kind.PLATFORM)
    schema = slugs.schema_name(slug)
    structure = template_sql(schema)
    with owner_connection() as own:
        _hold(own, schema)
        _clear_half_made(own, schema)
        password_hash = _hash_beside(admin)
        _replay(own, structure, name=name, slug=slug, kind=kind)
        try:
            tenant: Tenant = Tenant.objects.select_related("plan").get(schema_name=schema)
            with tenant_context(tenant), transaction.atomic():
                for _order, hook in new_tenant_hooks:
                    hook(SignUp(tenant, admin, pack, password_hash))
        except BaseException:
            _discard(own, schema)
            raise
        own.execute(
            "UPDATE public.tenants_tenant SET status = %s WHERE schema_name = %s",
            (Tenant.Status.ACTIVE.value, schema),
        )
    tenant.status = Tenant.Status.ACTIVE
    return tenant


def _hash_beside(admin: FirstAdmin | None) -> Future[str] | None:
    """Hash in a thread: that takes a core as long as the replay takes the database."""
    if admin is None:
        return None
    beside = ThreadPoolExecutor(max_workers=1)
    password_hash = beside.submit(make_password, admin.password)
    beside.shutdown(wait=False)
    return password_hash


def _hold(own: psycopg.Connection[Any], schema: str) -> None:
    """Take the schema's advisory lock; it ends with the connection, so also with a killed process."""
    key = zlib.crc32(schema.encode()) - 2**31
    row = own.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK_CLASS, key)).fetchone()
    if not row or not row[0]:
        raise Conflict("tenant.busy", _("This address is being set up right now"))


def _clear_half_made(own: psycopg.Connection[Any], schema: str) -> None:
    """Remove what a killed process left: a row still in provisioning whose lock nobody holds."""
    row = own.execute(
        "SELECT status FROM public.tenants_tenant WHERE schema_name = %s", (schema,)
    ).fetchone()
    if row and row[0] == Tenant.Status.PROVISIONING:
        _discard(own, schema)
    elif row:
        raise Conflict("tenant.taken", _("This address is taken, please choose another"))


def _replay(
    own: psycopg.Connection[Any], structure: str, *, name: str, slug: str, kind: str
) -> None:
    try:
        with own.transaction():
            own.execute(structure.encode())
            own.execute(
                """
                WITH made AS (
                    INSERT INTO public.tenants_tenant
                        (schema_name, name, kind, status, plan_id, created_at)
                    SELECT %(schema)s, %(name)s, %(kind)s, %(status)s, min(id), %(now)s
                    FROM public.tenants_plan
                    RETURNING id
                )
                INSERT INTO public.tenants_domain (domain, tenant_id, is_primary)
                SELECT %(host)s, id, true FROM made
                """,
                {
                    "schema": slugs.schema_name(slug),
                    "name": name,
                    "kind": kind,
                    "status": Tenant.Status.PROVISIONING.value,
                    "now": clock.wall_now(),
                    "host": slugs.host(slug),
                },
            )
    except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateSchema) as error:
        sentence = _("This address is taken, please choose another")
        raise Conflict("tenant.taken", sentence) from error


def _discard(own: psycopg.Connection[Any], schema: str) -> None:
    with own.transaction():
        own.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        own.execute(
            "DELETE FROM public.tenants_domain WHERE tenant_id IN"
            " (SELECT id FROM public.tenants_tenant WHERE schema_name = %s)",
            (schema,),
        )
        own.execute("DELETE FROM public.tenants_tenant WHERE schema_name = %s", (schema,))


def clear_half_made_tenants() -> list[str]:
    """Remove every company whose setting up was cut off; returns their schema names."""
    names = Tenant.objects.filter(status=Tenant.Status.PROVISIONING)
    cleared: list[str] = []
    for schema in names.values_list("schema_name", flat=True):
        with owner_connection() as own:
            try:
                _hold(own, schema)
            except Conflict:
                continue
            _discard(own, schema)
            cleared.append(schema)
    return cleared
