"""What one company stores is nowhere to be found from another's side."""

import pytest
from django.db import connection

pytestmark = pytest.mark.usefixtures("database")


def test_smoke(tenant, other_tenant):
    assert connection.schema_name == "t_alpha"
    assert connection.settings_dict["USER"] == "kuaqu_app"


@pytest.mark.commits
def test_smoke2(tenant, other_tenant):
    assert connection.schema_name == "t_alpha"
