#!/bin/bash
# Sends a published sidecar's sockets whatever they may be sent, by seed, and fails when it dies, errs, stops answering or
# grows. Which frames are sent follows from the seed; which meet at the same moment does not.
#
#   COUNT=5000000    frames
#   SEED=1
set -euo pipefail
cd "$(dirname "$0")/.."
name=SlurmBanking.Fuzz.Tests
dotnet build tests/fuzz --configuration Release -v quiet --nologo
eng/publish.sh
exec "artifacts/bin/$name/release/$name" frames "${SEED:-1}" "${COUNT:-5000000}"
