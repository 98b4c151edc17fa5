"""The common package as a Django app, so that its templates tags and checks are found."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Registers the start-up check that every URL names its permission."""

    name = "common"

    def ready(self) -> None:
        """Load the checks, and let form fields speak as the product does."""
        from common import access_check  # noqa: F401  (registers itself)
        from common.field_words import speak_plainly

        speak_plainly()
