"""What plans and pay look at of a person, as plain values; one statement reads any number of people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

from django.db import connection

from network.geo import point_or_none

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from accounts.models import Installer
    from network.geo import Point

_READ = """
SELECT i.id, i.outlet_id, o.code, o.path, o.lon::float8, o.lat::float8,
       i.home_lon::float8, i.home_lat::float8, g.code,
       i.rating_x10, i.max_jobs_per_day, i.radius_m,
       (SELECT json_object_agg(s.code, held.rank)::text
          FROM accounts_installerskill held JOIN accounts_skill s ON s.id = held.skill_id
         WHERE held.installer_id = i.id),
       (SELECT json_object_agg(c.code, c.valid_until)::text
          FROM accounts_certification c WHERE c.installer_id = i.id),
       (SELECT json_agg(json_build_array(h.weekday, h.starts, h.ends) ORDER BY h.weekday)::text
          FROM accounts_workinghours h WHERE h.installer_id = i.id),
       (SELECT json_agg(json_build_array(l.starts_on, l.ends_on) ORDER BY l.id)::text
          FROM accounts_leave l WHERE l.installer_id = i.id)
  FROM accounts_installer i
  JOIN network_orgunit o ON o.id = i.outlet_id
  JOIN accounts_skillgrade g ON g.id = i.grade_id
 WHERE i.id = ANY(%s)
 ORDER BY i.id
"""


@dataclass(frozen=True, slots=True)
class Worker:
    """An installer with outlet, grade, skills, certificates, usual hours and leave.

    `skills` maps a trade to the grade rank, `certificates` a code to its last valid day; `hours`
    are (weekday from 0, from, to), `leaves` (first day, last day). Places are WGS-84 (lon, lat).
    """

    pk: int
    outlet_id: int
    outlet_code: str
    outlet_path: str
    outlet_point: Point | None
    home_point: Point | None
    grade: str
    rating_x10: int | None
    max_jobs_per_day: int
    radius_m: int
    skills: Mapping[str, int]
    certificates: Mapping[str, date]
    hours: tuple[tuple[int, time, time], ...]
    leaves: tuple[tuple[date, date], ...]

    @property
    def begins_at(self) -> Point | None:
        """Where the day begins: at home, else at the outlet; None when neither is known."""
        return self.home_point or self.outlet_point


def read_workers(ids: Collection[int]) -> list[Worker]:
    """Return people by id, in that order; one statement, none for nobody."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(ids)])
        return [_read(row) for row in cursor.fetchall()]


def workers(found: Iterable[Installer | Worker]) -> list[Worker]:
    """Return plain values of people, whichever way they were read.

    Of installers read with `skills__skill`, `certifications`, `hours` and `leaves` prefetched and
    outlet and grade joined in this asks nothing more.
    """
    return [each if isinstance(each, Worker) else _plain(each) for each in found]


def _plain(installer: Installer) -> Worker:
    outlet = installer.outlet
    return Worker(
        pk=installer.pk,
        outlet_id=installer.outlet_id,
        outlet_code=outlet.code,
        outlet_path=outlet.path,
        outlet_point=point_or_none(outlet.lon, outlet.lat),
        home_point=point_or_none(installer.home_lon, installer.home_lat),
        grade=installer.grade.code,
        rating_x10=installer.rating_x10,
        max_jobs_per_day=installer.max_jobs_per_day,
        radius_m=installer.radius_m,
        skills={held.skill.code: held.rank for held in installer.skills.all()},
        certificates={held.code: held.valid_until for held in installer.certifications.all()},
        hours=tuple(sorted((row.weekday, row.starts, row.ends) for row in installer.hours.all())),
        leaves=tuple((row.starts_on, row.ends_on) for row in installer.leaves.all()),
    )


def _read(row: tuple[Any, ...]) -> Worker:
    skills, certificates, hours, leaves = (json.loads(text) if text else () for text in row[12:])
    return Worker(
        pk=row[0],
        outlet_id=row[1],
        outlet_code=row[2],
        outlet_path=row[3],
        outlet_point=point_or_none(row[4], row[5]),
        home_point=point_or_none(row[6], row[7]),
        grade=row[8],
        rating_x10=row[9],
        max_jobs_per_day=row[10],
        radius_m=row[11],
        skills=dict(skills),
        certificates={
            code: date.fromisoformat(until) for code, until in dict(certificates).items()
        },
        hours=tuple(
            (weekday, time.fromisoformat(starts), time.fromisoformat(ends))
            for weekday, starts, ends in hours
        ),
        leaves=tuple(
            (date.fromisoformat(first), date.fromisoformat(last)) for first, last in leaves
        ),
    )
