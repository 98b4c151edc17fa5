#!/usr/bin/env python
"""Django's command line; schema-changing commands connect as the owner role."""

import os
import sys

OWNER_COMMANDS = {"migrate", "migrate_schemas", "prepare", "create_tenant"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("KUAQU_DB_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
