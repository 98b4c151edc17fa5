# Every target is a command of common/machine: Python's standard library and nothing else.
PYTHON ?= python3
MACHINE = $(PYTHON) -m common.machine

export BIND DOMAIN

.DEFAULT_GOAL := help
.PHONY: help setup run stop reset test tenant manage bench shots

help:
	@echo "make run      start everything / 启动全部      BIND=0.0.0.0:8000 DOMAIN=example.cn"
	@echo "make test     all checks and tests / 全部检查与测试"
	@echo "make setup    environment only / 只准备环境"
	@echo "make stop     stop a run from another terminal / 停止运行"
	@echo "make reset    stop and wipe all data / 停止并清空数据"
	@echo "make tenant   add an empty company / 新增空白公司      NAME=…"
	@echo "make manage   a management command / 管理命令      DO=\"check_invariants --all\""
	@echo "make bench    the figures of docs/benchmarks.md / 基准测试"
	@echo "make shots    pictures of the main screens / 截图"

setup run stop reset test:
	@$(MACHINE) $@

tenant:
	@test -n "$(NAME)" || { echo "make tenant NAME=…"; exit 2; }
	@$(MACHINE) manage create_tenant "$(NAME)"

manage:
	@test -n "$(DO)" || { echo "make manage DO=\"…\""; exit 2; }
	@$(MACHINE) manage $(DO)

bench:
	@$(MACHINE) with-servers -m bench

shots:
	@$(MACHINE) with-servers -m pytest -q tests/e2e/shots/screens.py tests/e2e/shots/states.py
