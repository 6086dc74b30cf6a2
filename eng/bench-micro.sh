#!/bin/bash
# Measures the pieces of a decision, of reading and of posting, one by one, and writes docs/benchmarks-micro.md. Several minutes, after the build.
#
#   QUICK=1   a short run, within a minute
#   FILTER=   only those whose method's name fits, as in FILTER='*DecisionBenchmarks*'
#   OUT=      the report; default docs/benchmarks-micro.md
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=eng/bench-figures.sh
. eng/bench-figures.sh
out=${OUT:-docs/benchmarks-micro.md}
table=$(mktemp)
trap 'rm -f "$table" "$table.report"' EXIT

dotnet build tests/benchmarks --configuration Release -v quiet --nologo
load_before=$(load)
OUT=$table artifacts/bin/SlurmBanking.Benchmarks/release/SlurmBanking.Benchmarks micro ${QUICK:+--quick} ${FILTER:+--filter "$FILTER"}
report() {
	echo "# Micro benchmarks"
	echo
	echo "Made by \`${QUICK:+QUICK=1 }make bench-micro\`; what stands above the findings is lost at the next run."
	echo
	echo "| | |"
	echo "|---|---|"
	echo "| date | $(date -u +'%F %H:%M UTC') |"
	echo "| machine | $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, kernel $(uname -r) |"
	echo "| load average | $load_before before, $(load) after (the measurement included) |"
	echo "| measured | $(git describe --always --dirty), on the .NET runtime $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1) |"
	if awk -v busy="${load_before%% *}" -v cores="$(nproc)" 'BEGIN { exit !(busy > cores / 2) }'; then
		echo
		echo "**The machine was busy with other work** when this run began: the times are its doing too. What is allocated does not depend on it."
	fi
	echo
	cat "$table"
	echo
	cat <<'TXT'
What is measured (`tests/benchmarks/Micro`, BenchmarkDotNet; the error is half of the 99.9 % confidence interval): a cluster of 1000 nodes in four
partitions. The teller and the socket are the sidecar's own parts on a warm account, with nobody who commits beside; both ends of the socket are one thread's,
so that a turn is two sends and two receives and no switch of threads. "Allocated" is of the whole process.
TXT
	echo
	sed -n '/^<!-- findings -->$/,$p' "$out" 2>/dev/null || true
}
report >"$table.report"
mv "$table.report" "$out"
echo "bench: written to $out"
