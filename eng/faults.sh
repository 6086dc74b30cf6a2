#!/bin/bash
# Every fault on a real Slurm with real processes; prints fault, runs, lost and double, and ends with 1 on any loss.
#
#   RUNS=3 eng/faults.sh                    each fault three times; default 1
#   FAULTS='slurmctld' eng/faults.sh        those whose name contains the text
#
# What it starts it has to be able to build first: make build plugins publish.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/install-packages.sh slurmctld slurmd slurm-client munge curl faketime
name=SlurmBanking.Faults.Tests
exec "artifacts/bin/$name/release/$name" table "${RUNS:-1}" "${FAULTS:-}"
