"""URLs of the platform's console; they answer at the platform's own host only."""

from django.urls import path

from tenants.views import platform

app_name = "platform"
urlpatterns = [
    path("companies/", platform.company_list, name="company-list"),
    path("companies/<slug:schema_name>/suspend/", platform.company_suspend, name="company-suspend"),
    path("companies/<slug:schema_name>/resume/", platform.company_resume, name="company-resume"),
]
