"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# After set-up, which the models need: a missing table would read and write `public` in silence.
from common.garbage import collect_rarely  # noqa: E402 - after Django is set up
from tenants.checks import check_at_start  # noqa: E402 - as above

check_at_start()
collect_rarely()
