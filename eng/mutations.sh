#!/bin/bash
# Shows that the simulation finds bugs: applies each patch of tests/simulation/mutations to a copy of the sources, one at a
# time, and simulates a failover and then seeds, until the auditor is no longer content. A mutation that survives fails this script.
#
#   SEEDS=1-400    how long a mutation is looked for
#   ONLY=text      only mutations with that in their names
set -euo pipefail
cd "$(dirname "$0")/.."
seeds=${SEEDS:-1-400} name=SlurmBanking.Simulation.Tests
copy=$(mktemp -d "${TMPDIR:-/tmp}/slurm-banking-mutations.XXXXXX")
trap 'rm -rf "$copy"' EXIT
git ls-files -z -co --exclude-standard | tar -c --null -T - | tar -x -C "$copy"

build() { (cd "$copy" && dotnet build tests/simulation --configuration Release -v quiet --nologo) >"$copy/build.log" 2>&1 || { cat "$copy/build.log" >&2; return 1; }; }
simulate() {
	local program=$copy/artifacts/bin/$name/release/$name
	"$program" --filter-class '*.FailoverTests' --progress off --no-ansi >/dev/null 2>&1 || { echo "the simulated failover" >"$copy/trace.log"; return 1; }
	"$program" seeds "$seeds" >/dev/null 2>"$copy/trace.log"
}

echo "without a mutation, seeds $seeds"
build
simulate || { tail -1 "$copy/trace.log"; exit 1; }
survived=0
printf '%-45s %s\n' mutation 'found by'
for patch in tests/simulation/mutations/*"${ONLY:-}"*.patch; do
	(cd "$copy" && git apply --unsafe-paths --whitespace=nowarn --directory="$copy" "$OLDPWD/$patch")
	build
	if simulate; then
		found='NOTHING: it survives'
		survived=$((survived + 1))
	else
		found=$(tail -1 "$copy/trace.log" | cut -c1-120)
	fi
	printf '%-45s %s\n' "$(basename "$patch" .patch)" "$found"
	(cd "$copy" && git apply -R --unsafe-paths --whitespace=nowarn --directory="$copy" "$OLDPWD/$patch")
done
[ "$survived" = 0 ]
