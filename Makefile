# One line a target. `make` alone makes everything; `make only=2024/flevoland` makes one document.
SHELL := /bin/sh
PY := .venv/bin/python
export PYTHONPATH := src:.
ENGINE ?= embedded
$(if $(filter embedded quarto,$(ENGINE)),,$(error ENGINE is embedded or quarto, not $(ENGINE)))
BACKEND ?= loky
$(if $(filter loky dask,$(BACKEND)),,$(error BACKEND is loky or dask, not $(BACKEND)))
SCHEDULER ?=
WORKERS ?= 0
COUNT ?= 342
PORT ?= 0
WHERE := --backend $(BACKEND) --workers "$$WORKERS" --scheduler "$$SCHEDULER"
# Tests that take longest begin first, so that no processor waits for the other at the end. All folders are named one by
# one: pytest would put a folder inside another that is named too in the place of the other.
SLOWEST := sixth_wave pipeline coverage fieldwork analysis
# Tests with a target of their own, and folders without any.
ELSEWHERE := documents seeds browser benchmark reference
TESTS := $(SLOWEST) $(filter-out $(SLOWEST) $(ELSEWHERE),$(patsubst tests/%/,%,$(wildcard tests/*/)))
only ?=
EDITION ?=
DOWNLOADS ?=
FILE ?=
survey ?=
wave ?=
encoding ?=
delimiter ?=
export only EDITION DOWNLOADS FILE survey wave encoding delimiter SCHEDULER WORKERS COUNT PORT

publish: .venv/ready ## make the whole publication (the default); only=2024/flevoland makes one document; ENGINE=quarto uses Quarto; DOWNLOADS=access.log tells how often files were downloaded; BACKEND=dask a Dask cluster, SCHEDULER=address one that is there; WORKERS=1 one at a time
	@$(PY) -m pipeline $(if $(filter quarto,$(ENGINE)),quarto,publish) $(WHERE) $(if $(only),--only "$$only")

figures: .venv/ready ## make the figures only, without documents
	@$(PY) -m pipeline figures

preview: .venv/ready ## serve the publication on this machine and make a document again when its source changes; PORT=8000 chooses where
	@$(PY) -m pipeline.preview --port "$$PORT"

status: .venv/ready ## per wave and survey: what was delivered, verified, harmonised, kept and dropped
	@$(PY) -m pipeline status

test: .venv/ready figures ## build what the tests read and run all tests, notebooks included
	@OPENBLAS_NUM_THREADS=1 $(PY) -m pytest $(TESTS:%=tests/%) notebooks --ignore=tests/press/parity --nbval-lax -q -n auto --dist loadfile --no-loadscope-reorder

check: .venv/ready ## test the finished publication: pages, PDFs, links, numbers against their rows; then attack it (see audit)
	@$(PY) -m pytest tests/documents -q -n auto --dist loadfile
	@OPENBLAS_NUM_THREADS=1 $(PY) -m pipeline.audit

audit: .venv/ready ## attack the finished publication as an outsider would, and tell what it pins down of few people
	@OPENBLAS_NUM_THREADS=1 $(PY) -m pipeline.audit

browser-test: .venv/ready ## read the finished publication in a browser: axe-core, Nu, outloud, and what readers do (as root it installs what is missing)
	@sh tests/browser/setup.sh
	@.venv/checkers/bin/python -m pytest tests/browser -q -n auto

seeds: .venv/ready ## walk with two other draws of the example data, and check what comes out (10 minutes)
	@$(PY) -m pytest tests/seeds -q

lint: .venv/ready ## style and types, of the documents too
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/panache lint --quiet report notebooks 404.qmd && .venv/bin/pyright

check-delivery: .venv/ready ## examine a delivery before anyone believes it: FILE=path; for one without a passport survey= wave= encoding= delimiter= where needed
	@$(PY) -m pipeline.check_delivery "$$FILE" $(foreach name,survey wave encoding delimiter,$(if $($(name)),--$(name) "$$$(name)"))

coverage: .venv/ready ## count anew how often intervals hold the truth and verdicts are false: 1,000 draws (15 minutes on two cores)
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.coverage

bench: .venv/ready ## measure how fast estimates are, beside R's survey where it is installed (15 minutes)
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.benchmark

bench-press: .venv/ready figures ## measure how fast documents are made, beside Quarto where it is installed (5 minutes)
	@$(PY) -m tests.benchmark.documents

load-test: .venv/ready figures ## make COUNT documents (342, as there are gemeenten) through BACKEND: time, and memory of each worker (10 minutes)
	@$(PY) -m tests.benchmark.load --count "$$COUNT" $(WHERE)

fuzz: .venv/ready ## damage deliveries at random, 10,000 times: an error or the whole truth (3 minutes)
	@DAMAGES=10000 $(PY) -m pytest tests/deliveries/test_damage.py -q

data: .venv/ready ## make the example deliveries in data/raw anew (they are committed)
	@$(PY) -m pipeline data

reference: .venv/ready ## compute the reference values in tests/reference anew with R (they are committed; tests need no R)
	@cd tests/reference && ../../$(PY) make_data.py && Rscript make_reference.R && Rscript response.R && Rscript organisations.R

published: .venv/ready figures ## print published figures beside the example ones, and the ones missed
	@$(PY) -m pipeline.published

release: .venv/ready figures ## record what an edition published, or its next version with errata: EDITION=2024
	@$(PY) -m pipeline.release "$$EDITION"

stubs: .venv/ready ## write the committed stubs in report/ anew from config/publications.csv
	@$(PY) -m pipeline.stubs

lock: .venv/ready ## choose exact versions anew from pyproject.toml
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --output-file requirements.lock
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group checkers --output-file tests/browser/requirements.lock

clean: ## remove what was made, not the packages
	@rm -rf build publication data/processed pytask.lock

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

.venv/ready: requirements.lock pipeline/setup.sh
	@sh pipeline/setup.sh

.PHONY: publish figures preview status test check audit browser-test check-delivery fuzz seeds lint coverage bench bench-press load-test data reference published release stubs lock clean help
