"""The shops our orders came from, read without reading the orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

from workorders.models import ShopOrder

if TYPE_CHECKING:
    from django.db.models import QuerySet


def one_order_of_each_shop() -> QuerySet[ShopOrder]:
    """Return one order for every shop and unit that sold there, however many orders there are.

    The index `shop_order_sellers` is entered once for each of them: PostgreSQL itself would walk
    all of it for a DISTINCT or a GROUP BY.
    """
    return ShopOrder.objects.filter(pk__in=_first_ids())


_KEY = "platform, shop_key, sold_by_id"
_LEAPS = """
WITH RECURSIVE seller AS (
    (SELECT {key}, id FROM {table} ORDER BY {key} LIMIT 1)
    UNION ALL
    SELECT later.* FROM seller, LATERAL (
        SELECT {key}, id FROM {table}
        WHERE ({key}) > (seller.platform, seller.shop_key, seller.sold_by_id)
        ORDER BY {key} LIMIT 1
    ) AS later
) SELECT id FROM seller
"""


def _first_ids() -> list[int]:
    table = sql.Identifier(ShopOrder._meta.db_table)
    query = sql.SQL(_LEAPS).format(key=sql.SQL(_KEY), table=table)
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [pk for (pk,) in cursor.fetchall()]
