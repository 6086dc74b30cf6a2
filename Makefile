# What can be done here. Everything sets itself up: packages through apt (root or sudo), builds, servers.
.DEFAULT_GOAL := help
SHELL := /bin/bash
CONFIGURATION ?= Release

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

build: ## launchable sidecar and bank in artifacts/bin/
	@eng/build.sh

plugins: ## the Slurm plugins, for the installed Slurm, in artifacts/plugins/ (SLURM_PREFIX, SLURM_SOURCE point elsewhere)
	@eng/build-plugins.sh

publish: ## native (AOT) sidecar in artifacts/publish/
	@eng/publish.sh

demo: build plugins ## a job's whole life on a real Slurm, in a minute (KEEP=1 leaves it up)
	@eng/demo.sh

test: ## every test, on real servers; ends with N passed, N failed, N skipped
	@eng/test.sh all

test-fast: ## the tests that need no server
	@eng/test.sh fast

bench: build plugins ## measure on a real Slurm, into docs/benchmarks.md (QUICK=1 for fewer rounds; ONLY=operator: that alone, on an API server)
	@eng/bench.sh

sim: ## simulate jobs and faults: SEED=n, or SEEDS=a-b
	@eng/sim.sh

fuzz: ## send the sidecar whatever it may be sent: COUNT frames (5000000), SEED=n
	@eng/fuzz.sh

faults: build plugins publish ## every fault on a real Slurm, RUNS times each (1), as a table: fault, runs, lost, double
	@eng/faults.sh

verify: ## what is too long for every change: 10 000 simulations, mutations, all faults, a million frames
	@eng/verify.sh

format: ## format all C#
	@dotnet tool restore >/dev/null && dotnet csharpier format .

clean: ## remove everything that was built
	@rm -rf artifacts

.PHONY: help build plugins publish demo test test-fast bench sim fuzz faults verify format clean
