# mailscope. `make help` lists the targets. `demo` and `test` install what is missing by themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export SWIFT_BACKTRACE ?= enable=no

.PHONY: help demo test build deb lint conformance package-test tpm bench fuzz clean prerequisites

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: prerequisites ## the main job on a simulated tenant, on loopback, in under 30 seconds after the build
	swift build
	scripts/demo

test: prerequisites lint ## lint, build with tests, run them, and parse the generated PowerShell
	swift build --build-tests
	Tests/powershell/run
	swift test --skip-build --disable-xctest 2>&1 | tee .build/test.log || \
	  { echo "What failed, out of .build/test.log:"; grep -A4 '^✘ \|^error: ' .build/test.log | tail -150; exit 1; }

build: prerequisites ## release binaries with a static Swift runtime, in .build/release
	scripts/release
	@ls -lh .build/release/mailscope .build/release/mailscope-simulator

deb: prerequisites ## Debian packages, in .build/deb; built twice, they are the same bytes
	scripts/prerequisites package
	scripts/release
	scripts/deb

lint: ## the formatter's lint, strictly
	swift format lint --strict --recursive Package.swift Sources Tests

conformance: prerequisites ## unmodified third-party clients (PyPI) against the simulated tenant
	Tests/conformance/run

package-test: deb ## lintian, then the packages under a real systemd: installed, run, upgraded, removed, purged
	lintian --allow-root --fail-on error,warning .build/deb/*.deb
	Tests/systemd/run

tpm: prerequisites ## keys in a software TPM 2.0 and a PKCS#11 token, against the simulated tenant
	swift build
	Tests/tpm/run

bench: prerequisites ## measure against the bars of docs/performance.md, both sides in one run
	scripts/bench

fuzz: prerequisites ## libFuzzer with AddressSanitizer, a minute on each target (SECONDS_EACH=60)
	Fuzz/run $${SECONDS_EACH:-60}

prerequisites: ## install the Debian packages that are missing
	@scripts/prerequisites

clean: ## remove everything that was built
	rm -rf .build .build-* .venv-*
