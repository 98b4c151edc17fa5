"""URLs of the public site."""

from django.urls import path

from tenants.views import public

app_name = "public"
urlpatterns = [
    path("", public.home, name="home"),
    path("sign-up/", public.sign_up, name="sign-up"),
    path("sign-up/done/<str:token>/", public.signed_up, name="signed-up"),
    path("find/", public.find_company, name="company-find"),
]
