# What can be done here. Everything sets itself up: packages through apt (root or sudo), builds, servers.
.DEFAULT_GOAL := help
SHELL := /bin/bash
CONFIGURATION ?= Release

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

build: ## launchable sidecar and bank in artifacts/bin/
	@eng/build.sh

plugins: ## the Slurm plugins, for the installed Slurm, in artifacts/plugins/ (SLURM_VERSION=24.11.5: for another one, from SLURM_SOURCE=tree or tarball, or fetched)
	@eng/build-plugins.sh

publish: ## native (AOT) sidecar and operator in artifacts/publish/
	@eng/publish.sh

install: ## everything in place on this machine: DESTDIR=, PREFIX=/usr, PLUGINDIR=, SYSCONFDIR=/etc, UNITDIR=, COMPONENTS="sidecar bank plugins" (docs/install.md)
	@eng/install.sh

uninstall: ## take away what make install put there; refuses while Slurm's configuration names the plugins
	@eng/install.sh uninstall

deb: ## Debian packages in artifacts/deb/, clean by lintian; SLURM_VERSION=: the plugins for another release
	@eng/deb.sh

image: ## both container images, with podman or docker; what can be pinned or mirrored: Dockerfile's arguments, eng/image.sh
	@eng/image.sh

contract: ## ask a bank for the REST contract: URL=, ACCOUNTS=file, BANK_TOKEN in the environment; it writes jobs (docs/contract.md)
	@dotnet build tests/contract --configuration Release -v quiet --nologo >/dev/null
	@artifacts/bin/SlurmBanking.Contract.Tests/release/SlurmBanking.Contract.Tests ask "$(URL)" "$(ACCOUNTS)"

demo: system programs plugins ## a job's whole life on a real Slurm, in a minute (KEEP=1 leaves it up)
	@eng/demo.sh

demo-picture: system programs plugins publish ## docs/demo.svg: what the demo prints, as it comes
	@eng/demo-picture.sh

test: system ## every test, on real servers; ends with N passed, N failed, N skipped
	@eng/test.sh all

test-fast: ## the tests that need no server
	@eng/test.sh fast

bench: build plugins ## measure on a real Slurm beside what else a site would run, 45 minutes, into docs/benchmarks.md (QUICK=1: 4 minutes; ONLY=, eng/bench.sh: parts of it)
	@eng/bench.sh

bench-bank: ## measure the bank with 64 clients on both stores, into docs/benchmarks-bank.md
	@eng/bench-bank.sh

bench-micro: ## measure the pieces one by one, time and allocations, into docs/benchmarks-micro.md (QUICK=1: within a minute)
	@eng/bench-micro.sh

scale: ## what the benchmarks mean for a site of another size (NODES=, JOBS_A_DAY=, ...), into docs/scale.md
	@eng/scale.sh

sim: ## simulate jobs and faults: SEED=n, or SEEDS=a-b
	@eng/sim.sh

fuzz: ## send the sidecar whatever it may be sent: COUNT frames (5000000), SEED=n
	@eng/fuzz.sh

dashboard-picture: build plugins publish ## docs/dashboard.svg: the main panels, from a real Prometheus beside a real Slurm, in five minutes
	@eng/install-packages.sh prometheus
	@PICTURE=$(CURDIR)/docs/dashboard.svg artifacts/bin/SlurmBanking.Slurm.Tests/release/SlurmBanking.Slurm.Tests \
		--filter-class '*DashboardPictureTests' --no-ansi --progress off

faults: build plugins publish ## every fault on a real Slurm, RUNS times each (1), as a table: fault, runs, lost, double
	@eng/faults.sh

verify: ## what is too long for every change: 10 000 simulations, mutations, all faults, a million frames
	@eng/verify.sh

verify-slurm: build plugins publish ## the scenarios on another Slurm, in a chroot of Debian's: RELEASE=24.11, 26.05, or one of eng/slurm-releases
	@eng/verify-slurm.sh "$(RELEASE)"

verify-packages: deb ## the packages, installed and removed for real in a Debian 12 that systemd runs, a job's life in between
	@eng/verify-packages.sh

verify-slinky: ## our values in Slinky's real chart: CHART=its helm/slurm
	@eng/verify-chart.sh slinky "$(CHART)"

verify-soperator: ## our values in soperator's real charts: CHART=its helm/slurm-cluster
	@eng/verify-chart.sh soperator "$(CHART)"

format: ## format all C#
	@dotnet tool restore >/dev/null && dotnet csharpier format .

clean: ## remove everything that was built
	@rm -rf artifacts

# What a cluster takes, without the tests.
programs:
	@eng/build.sh sidecar bank cli

system:
	@eng/check-system.sh

.PHONY: help system programs build plugins publish install uninstall deb image contract demo demo-picture test test-fast bench bench-bank bench-micro scale sim fuzz dashboard-picture faults verify verify-slurm verify-packages verify-slinky verify-soperator format clean
