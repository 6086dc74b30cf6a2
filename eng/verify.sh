#!/bin/bash
# What is too long for every change, one after another; its last result is recorded in docs/testing.md.
#
#   SEEDS=1-10000   simulations
#   RUNS=3          of every fault on a real Slurm
#   COUNT=5000000   fuzzed frames
set -euo pipefail
cd "$(dirname "$0")/.."
step() {
	local from=$SECONDS
	echo "== $1"
	"${@:2}"
	printf '== %s: passed in %d s\n' "$1" $((SECONDS - from))
}
step 'simulations' env SEEDS="${SEEDS:-1-10000}" bash -c 'eng/sim.sh | tail -1'
step 'mutations of the sidecar, each found by the simulation' eng/mutations.sh
step 'the operator in trouble and killed' bash -c 'eng/build.sh && eng/publish.sh operator && artifacts/bin/SlurmBanking.Kubernetes.Tests/release/SlurmBanking.Kubernetes.Tests \
	--filter-trait Run=verify --progress off --no-ansi'
step 'a minute of 64 clients at the bank, on both stores' bash -c 'eng/install-packages.sh postgresql && \
	artifacts/bin/SlurmBanking.Bank.Tests/release/SlurmBanking.Bank.Tests --filter-trait Run=verify --progress off --no-ansi'
step 'frames' env COUNT="${COUNT:-5000000}" eng/fuzz.sh
step 'submissions and records of any content, on the plugins' bash -c 'eng/install-packages.sh valgrind && artifacts/bin/SlurmBanking.Plugins.Tests/release/SlurmBanking.Plugins.Tests \
	--filter-trait Run=verify --progress off --no-ansi'
step 'faults on a real Slurm' env RUNS="${RUNS:-3}" make faults
step 'a job that takes too much memory, under cgroups' bash -c 'eng/build-plugins.sh && eng/publish.sh sidecar && \
	artifacts/bin/SlurmBanking.Slurm.Tests/release/SlurmBanking.Slurm.Tests --filter-trait Run=verify --progress off --no-ansi'
step 'scenarios on Slurm 24.11' make verify-slurm RELEASE=24.11
step 'scenarios on Slurm 26.05' make verify-slurm RELEASE=26.05
step 'scenarios on Slurm 26.05.3, from source' make verify-slurm RELEASE=26.05.3
step 'packages, installed and removed for real' bash -c 'eng/publish.sh sidecar bank && eng/build-plugins.sh && make verify-packages'
step 'both images, built and run' eng/verify-image.sh
