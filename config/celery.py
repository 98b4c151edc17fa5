"""The Celery application: rows of the outbox are the work, Redis is only the doorbell."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from common.garbage import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("kuaqu", task_cls="common.tasks:TenantTask")
app.conf.update(
    broker_url=os.environ.get("REDIS_URL", "redis://127.0.0.1:16379/0"),
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=300,
    task_soft_time_limit=240,
    task_ignore_result=True,
    task_default_queue="interactive",
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    },
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=2000,
)
# Otherwise Celery opens a connection per task, which takes longer than most of them; a stale one is
# found by TenantTask, which lets Django check it before the body.
app.conf["CELERY_DB_REUSE_MAX"] = 1_000_000
app.autodiscover_tasks(related_name="tasks")


def _on_worker_process(**_given: Any) -> None:
    collect_rarely()


worker_process_init.connect(_on_worker_process, weak=False)
