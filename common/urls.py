"""URLs of no domain: the language switch."""

from django.urls import path

from common.language import set_language

urlpatterns = [path("language/", set_language, name="set_language")]
