#!/bin/bash
# Measures the bank with 64 clients, on SQLite and on PostgreSQL, and writes docs/benchmarks-bank.md. Four minutes, after the builds.
#
#   QUICK=1    5 s for each row: to see that it runs, or what a change does
#   BANK_BIN=  the executable to measure; default: the one of eng/publish.sh, which is made when it is not there
#   OUT=       the report; default docs/benchmarks-bank.md
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=eng/bench-figures.sh
. eng/bench-figures.sh
out=${OUT:-docs/benchmarks-bank.md}
if [ "${QUICK:-}" = 1 ]; then jobs_s=5 all_s=5; else jobs_s=30 all_s=60; fi
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT

eng/install-packages.sh postgresql
dotnet build tests/bank --configuration Release -v quiet --nologo
: "${BANK_BIN:=$PWD/artifacts/publish/bank/bank}"
[ -x "$BANK_BIN" ] || eng/publish.sh bank
load_before=$(load)
BANK_BIN=$BANK_BIN BENCH_ROWS=$rows artifacts/bin/SlurmBanking.Bank.Tests/release/SlurmBanking.Bank.Tests \
	--filter-trait Run=bench --progress off --no-ansi
report() {
	echo "# Benchmarks of the bank"
	echo
	echo "Made by \`make bench-bank\`; what stands above the findings is lost at the next run."
	echo
	echo "| | |"
	echo "|---|---|"
	echo "| date | $(date -u +'%F %H:%M UTC') |"
	echo "| machine | $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, kernel $(uname -r) |"
	echo "| load average | $load_before before, $(load) after (the measurement included) |"
	echo "| bank | $(git describe --always --dirty) |"
	if awk -v busy="${load_before%% *}" -v cores="$(nproc)" 'BEGIN { exit !(busy > cores / 2) }'; then
		echo
		echo "**The machine was busy with other work** when this run began: the figures are its doing too."
	fi
	echo
	echo "Aims: 3000 jobs created and settled a second on SQLite, 1000 on PostgreSQL."
	echo
	echo "| store | what | jobs settled/s | requests/s | p50 ms | p99 ms | most ms | processors | bank, ms | database, ms | clients, ms |"
	echo "|---|---|---|---|---|---|---|---|---|---|---|"
	sort "$rows"
	cat <<TXT

What is measured, how (\`tests/bank/Load\`): 64 clients at once, each on a connection of its own, in one process beside the bank and PostgreSQL on the
same cores, in raw HTTP. "processors" is how many of them all three had together; behind it, in ms for each request, what of their time
the bank took, PostgreSQL's processes, and the clients: on a machine that is busy with other work that says more than requests a second do. 16 accounts, which
all share.

- jobs, ${jobs_s} s: each client creates a job and settles it to another amount, again and again. Every record names a cluster.
- everything, ${all_s} s: creates, settles, corrects, repeats, deposits (each twice), renews leases, at random.

Afterwards the books have to say, account by account, what the clients were told, to the hundredth; \`bank verify\` has to be content; no answer may be
another than the one that is right, and the bank's log may hold no warning and no 5xx. Else there is no report.
TXT
	sed -n '/^<!-- findings -->$/,$p' "$out" 2>/dev/null || true
}
report >"$rows.report"
mv "$rows.report" "$out"
echo "bench: written to $out"
