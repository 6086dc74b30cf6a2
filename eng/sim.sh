#!/bin/bash
# Simulates jobs and faults against the sidecar's own code, deterministically by seed; stops at the first fault with its trace.
#
#   SEED=7 eng/sim.sh           one seed
#   SEEDS=1-10000 eng/sim.sh    a range; 1-2000 when neither is given
set -euo pipefail
cd "$(dirname "$0")/.."
name=SlurmBanking.Simulation.Tests
dotnet build tests/simulation --configuration Release -v quiet --nologo
exec "artifacts/bin/$name/release/$name" seeds "${SEED:-${SEEDS:-1-2000}}"
