#!/bin/bash
# Publishes the sidecar ahead of time: one native executable and libe_sqlite3.so beside it, in artifacts/publish/sidecar/.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/install-packages.sh gcc libc6-dev zlib1g-dev
echo "compiling the sidecar ahead of time (about a minute)"
dotnet publish sidecar --configuration Release --runtime "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" \
	--output artifacts/publish/sidecar -v quiet --nologo
mv -f artifacts/publish/sidecar/SlurmBanking.Sidecar artifacts/publish/sidecar/sidecar
rm -f artifacts/publish/sidecar/*.{pdb,dbg,json}
chmod 755 artifacts/publish/sidecar/*
