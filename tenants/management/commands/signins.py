"""Prints where to go and how to sign in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tenants.signins import sign_in_text


class Command(BaseCommand):
    """`signins`: addresses and sign-ins as text."""

    help = "Print the addresses of the public site and the companies, and their sign-ins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write the text."""
        self.stdout.write(sign_in_text())
