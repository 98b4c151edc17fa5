"""Addresses of the screen for failed tasks."""

from django.urls import path

from common.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.task_list, name="task-list"),
    path("retry/", views.tasks_retry, name="tasks-retry"),
    path("<int:row_id>/retry/", views.task_retry, name="task-retry"),
    path("<int:row_id>/skip/", views.task_skip, name="task-skip"),
]
