"""URLs of people's pages, and of the way in."""

from __future__ import annotations

from django.urls import path

from accounts.views import (
    company,
    installer_parts,
    installers,
    invitations,
    me,
    people,
    signing_in,
)

app_name = "accounts"
urlpatterns = [
    path("", signing_in.home, name="home"),
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("invitation/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    path("me/", me.me, name="me"),
    path("m/me/", me.me, name="my-phone"),
    path("me/password/", me.my_password, name="my-password"),
    path("settings/", company.settings, name="settings"),
    path("first-steps/", company.first_step_list, name="first-steps"),
    path("skills/", company.skill_list, name="skill-list"),
    path("skills/new/", company.skill_form, name="skill-add"),
    path("skills/<int:pk>/", company.skill_form, name="skill-edit"),
    path("grades/new/", company.grade_form, name="grade-add"),
    path("grades/<int:pk>/", company.grade_form, name="grade-edit"),
    path("people/", people.user_list, name="user-list"),
    path("people/new/", people.user_add, name="user-add"),
    path("people/<int:pk>/", people.user_edit, name="user-edit"),
    path("people/<int:pk>/access/", people.user_access, name="user-access"),
    path("people/<int:pk>/disable/", people.user_disable, name="user-disable"),
    path("people/<int:pk>/enable/", people.user_enable, name="user-enable"),
    path("installers/", installers.installer_list, name="installer-list"),
    path("installers/new/", installers.installer_add, name="installer-add"),
    path("installers/<int:pk>/", installers.installer_detail, name="installer-detail"),
    path("installers/<int:pk>/edit/", installers.installer_edit, name="installer-edit"),
    path(
        "installers/<int:pk>/certificates/",
        installer_parts.certificate_add,
        name="certificate-add",
    ),
    path("installers/<int:pk>/leave/", installer_parts.leave_add, name="leave-add"),
    path(
        "certificates/<int:pk>/remove/",
        installer_parts.certificate_remove,
        name="certificate-remove",
    ),
    path("leave/<int:pk>/remove/", installer_parts.leave_remove, name="leave-remove"),
]
