#!/bin/bash
# Publishes what runs on its own, ahead of time, as native executables: artifacts/publish/{sidecar,operator,bank,sbank}/.
#
#   eng/publish.sh [sidecar|operator|bank|sbank ...]      default: sidecar, operator and sbank
# Analyzers have their say when the solution is built (eng/build.sh): here they would look at the same lines once more for each program.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/install-packages.sh gcc libc6-dev zlib1g-dev
[ $# -gt 0 ] || set -- sidecar operator sbank
for program in "$@"; do
	out=artifacts/publish/$program
	echo "compiling the $program ahead of time (about a minute)"
	source=$([ "$program" = sbank ] && echo cli || echo "$program")
	dotnet publish "$source" --configuration Release --runtime "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" \
		--output "$out" -p:RunAnalyzers=false -v quiet --nologo
	mv -f "$out/SlurmBanking.${source^}" "$out/$program"
	rm -f "$out"/*.{pdb,dbg,json}
	chmod 755 "$out"/*
	[ "$program" != sbank ] || install -m 644 cli/sbank.1 "$out/"
done
