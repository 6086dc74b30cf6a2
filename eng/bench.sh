#!/bin/bash
# Measures on a real Slurm, and writes docs/benchmarks.md. Two clusters are up at once, one with our plugins and one
# without; rounds alternate between them, so that what else the machine does meets both.
#
#   QUICK=1        about 5 minutes instead of 35
#   ONLY=operator  only the operator, on a real API server, into docs/benchmarks-operator.md (eng/bench-operator.sh)
#   ONLY=outages   only what a bank in trouble does to Slurm; the rows go to standard output and the report stays
#   TROUBLE=       with it, how the bank answers, of: 0 20 100 hole
#   SIDECAR_BIN=   directory of the published sidecar to measure; default: the one of eng/publish.sh, which is made when
#                  it is not there
#   OUT=           the report; default docs/benchmarks.md
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${ONLY:-}" = operator ]; then exec eng/bench-operator.sh; fi
if [ "$(id -u)" != 0 ]; then exec sudo --preserve-env=QUICK,ONLY,TROUBLE,SIDECAR_BIN,OUT "$0" "$@"; fi

# shellcheck source=eng/bench-figures.sh
. eng/bench-figures.sh
# shellcheck source=eng/bench-outages.sh
. eng/bench-outages.sh
out=${OUT:-docs/benchmarks.md}
if [ "${QUICK:-}" = 1 ]; then
	rounds=6 submissions=300 blocks=40 launches=20 starts=3 outage_rounds=3 outage_commands=40 outage_jobs=20
else
	rounds=16 submissions=1000 blocks=200 launches=60 starts=7 outage_rounds=6 outage_commands=100 outage_jobs=60
fi
account=bench user=games
dir=$(mktemp -d "${TMPDIR:-/tmp}/slurm-banking-bench.XXXXXX")
chmod 755 "$dir"
with=$dir/with without=$dir/without
# Cancelled jobs leave slurmctld's memory soon, and there is room for all until then.
export EXTRA_CONF=$'MinJobAge=2\nMaxJobCount=200000\nFirstJobId=1000' NODES=1

say() { echo "bench: $*"; }
finish() {
	local status=$?
	eng/banked-cluster.sh down "$with" || true
	eng/slurm-cluster.sh down "$without" || true
	[ -z "${submitters:-}" ] || stop_submitters || true
	[ -z "${stub_bank_pid:-}" ] || kill "$stub_bank_pid" 2>/dev/null || true
	if [ $status = 0 ]; then rm -rf "$dir"; else say "failed; logs are in $dir"; fi
}

build() {
	eng/install-packages.sh gcc libc6-dev libslurm-dev slurmctld slurmd slurm-client munge curl
	local program
	for program in submit_loop decision; do
		${CC:-cc} -std=gnu11 -O2 -g -Wall -Wextra -Werror -o "$dir/$program" "tests/benchmarks/$program.c" -lslurm -ldl
	done
	${CC:-cc} -std=gnu11 -O2 -g -Wall -Wextra -Werror -pthread -o "$dir/stub_bank" tests/benchmarks/stub_bank.c
	: "${SIDECAR_BIN:=$PWD/artifacts/publish/sidecar}"
	[ -x "$SIDECAR_BIN/sidecar" ] || eng/publish.sh
	export SIDECAR_BIN
}

in_cluster() {
	local cluster=$1
	shift
	# The user's own groups and environment, as sbatch would have them.
	(cd /tmp && setpriv --reuid="$user" --regid="$user" --clear-groups --reset-env env SLURM_CONF="$cluster/slurm.conf" "$@")
}

sidecar_version() { sed -n 's/.*sidecar \([0-9.]*+[0-9a-f]\{12\}\).*/\1/p' "$with/services/sidecar.log" | head -1; }
ctld_pid() { awk '$3 == "slurmctld-out" { print $1 }' "$1/pids"; }
sidecar_pid() { cut -d' ' -f1 "$with/services/sidecar.pid"; }

bring_up() {
	say "starting a cluster with the plugins and one without"
	eng/banked-cluster.sh up "$with"
	PLUGINS='' eng/slurm-cluster.sh up "$without"
	# shellcheck disable=SC1091
	. "$with/env.sh"
	bank account create $account
	bank account member $account "$(id -u $user)"
	bank deposit $account 900000000
	cp -r artifacts/plugins "$dir/"
	version=$(slurmctld -V | sed 's/^[^ ]* //; s/-.*//')
	library=$dir/plugins/$version/libslurm_banking.so
}

bank() { setpriv --reuid=slurm --regid=slurm --clear-groups env HOME="$with" BANK_DATABASE="$with/bank/bank.db" "$with/bin/bank/bank" "$@" >/dev/null; }

# From the process's start to its first line, which it logs when the plugins' socket listens, and to a known cluster.
start_to_ready() {
	local i pid began
	say "starts of the sidecar"
	for ((i = 0; i < starts; i++)); do
		eng/banked-cluster.sh stop sidecar "$with"
		: >"$with/services/sidecar.log"
		eng/banked-cluster.sh start sidecar "$with"
		pid=$(sidecar_pid)
		began=$(awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); printf "%.3f", $20 / hz }' "/proc/$pid/stat")
		began=$(awk -v began="$began" -v now="$(date +%s.%N)" '{ printf "%.3f", now - $1 + began }' /proc/uptime)
		since "$began" 'listens on' >>"$dir/listens"
		since "$began" 'cluster is known' >>"$dir/known"
	done
}

# Milliseconds from a time to the log line that holds a text.
since() {
	local at
	at=$(grep -m1 "$2" "$with/services/sidecar.log" | grep -oE '^[0-9-]+T[0-9:.]+Z')
	awk -v at="$(date -d "$at" +%s.%N)" -v from="$1" 'BEGIN { printf "%.0f\n", (at - from) * 1000 }'
}

# One round of submissions on one cluster; afterwards its queue is as empty as before.
submit_round() {
	local name=$1 clients=$2
	in_cluster "$dir/$name" "$dir/submit_loop" "$clients" $((submissions / clients)) $account >"$dir/round"
	sed -n 's/^rate //p' "$dir/round" >>"$dir/rate.$clients.$name"
	grep -v rate "$dir/round" >>"$dir/latency.$clients.$name"
	SLURM_CONF=$dir/$name/slurm.conf scancel --user=$user --state=PENDING
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		[ -n "$(SLURM_CONF=$dir/$name/slurm.conf squeue -h -t PENDING)" ] || break
		sleep 0.1
	done
	sleep 0.5
}

submissions_per_second() {
	local round clients
	for clients in 1 4; do
		say "$rounds rounds of $submissions submissions each way, $clients clients"
		for ((round = 0; round < rounds; round++)); do
			if ((round % 2)); then
				submit_round with $clients && submit_round without $clients
			else
				submit_round without $clients && submit_round with $clients
			fi
		done
		paste "$dir/rate.$clients.with" "$dir/rate.$clients.without" | awk '{ print $1 / $2 }' >"$dir/ratio.$clients"
	done
}

decisions() {
	local pause
	for pause in 0 1000; do
		say "$((blocks * 100)) decisions, a pause of $pause us before each"
		"$dir/decision" "$library" "$with/run/sidecar.sock" $account "$(id -u $user)" "$blocks" $pause >"$dir/decision.$pause"
	done
}
decided() { awk -v what="$2" '$1 == what { print $2 }' "$dir/decision.$1" | percentile "$3"; }

# Steps inside an allocation (the SPANK plugin alone) and whole jobs (all three plugins).
launch_steps() {
	local i name
	say "$launches launches of srun true, in an allocation and as jobs"
	for name in with without; do
		in_cluster "$dir/$name" sbatch --parsable -A $account -n1 --time=60 -o /dev/null --wrap 'sleep 3000' >"$dir/allocation.$name"
		until [ "$(SLURM_CONF=$dir/$name/slurm.conf squeue -h -o %T -j "$(cat "$dir/allocation.$name")")" = RUNNING ]; do sleep 0.2; done
	done
	# One kind after the other: what follows the start of a job must not disturb the steps.
	for ((i = 0; i < launches; i++)); do
		for name in $( ((i % 2)) && echo with without || echo without with); do
			timed "$name" step --jobid="$(cat "$dir/allocation.$name")" --overlap
		done
	done
	for ((i = 0; i < launches; i++)); do
		for name in $( ((i % 2)) && echo with without || echo without with); do
			timed "$name" job -A $account
		done
	done
	for name in with without; do SLURM_CONF=$dir/$name/slurm.conf scancel "$(cat "$dir/allocation.$name")"; done
	for i in step job; do
		paste "$dir/$i.with" "$dir/$i.without" | awk '{ print $1 / $2 }' >"$dir/ratio.$i"
	done
}

timed() {
	local name=$1 kind=$2 began=${EPOCHREALTIME/./}
	in_cluster "$dir/$name" srun -n1 "${@:3}" true
	echo $((${EPOCHREALTIME/./} - began)) >>"$dir/$kind.$name"
}

report() {
	local clients r pause p50 p99 q50 q99 what
	echo "# Benchmarks"
	echo
	echo "The operator's figures are in [benchmarks-operator.md](benchmarks-operator.md)."
	echo
	echo "Made by \`${QUICK:+QUICK=$QUICK }make bench\`; edits are lost at the next run. Candidates alternate in one run on one machine, a ratio is"
	echo "the median of the rounds' ratios."
	echo
	echo "| | |"
	echo "|---|---|"
	echo "| date | $(date -u +'%F %H:%M UTC') |"
	echo "| machine | $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, kernel $(uname -r) |"
	echo "| load average | $load_before before, $(load) after (the measurement included) |"
	echo "| Slurm | $version |"
	echo "| sidecar | $(sidecar_version), compiled ahead of time |"
	if awk -v busy="${load_before%% *}" -v cores="$(nproc)" 'BEGIN { exit !(busy > cores / 2) }'; then
		echo
		echo "**The machine was busy with other work** when this run began: p99s and times are its doing too, and a figure that was"
		echo "not reached here may be on a quiet machine. Only ratios of p50s say something."
	fi
	echo
	echo "| what | with the plugins | without | ratio or difference | aim | reached |"
	echo "|---|---|---|---|---|---|"
	for clients in 1 4; do
		r=$(percentile 50 <"$dir/ratio.$clients")
		what="$clients client$([ $clients = 1 ] || echo s)"
		row "submissions/s, $what ($rounds rounds of $submissions)" "$(fixed 0 "$(percentile 50 <"$dir/rate.$clients.with")")" \
			"$(fixed 0 "$(percentile 50 <"$dir/rate.$clients.without")")" "$(fixed 3 "$r")" "≥ 0.98" "$(verdict "$r" '>=' 0.98)"
		for p in 50 99; do
			r=$(percentile $p <"$dir/latency.$clients.with")
			q=$(percentile $p <"$dir/latency.$clients.without")
			row "a submission, $what, p$p" "$(fixed 0 "$r") µs" "$(fixed 0 "$q") µs" "$(awk "BEGIN { printf \"%+.0f µs\", $r - $q }")" "" ""
		done
	done
	for what in step job; do
		r=$(percentile 50 <"$dir/ratio.$what")
		p50=$(percentile 50 <"$dir/$what.with")
		q50=$(percentile 50 <"$dir/$what.without")
		if [ $what = step ]; then
			row "\`srun true\` in an allocation, p50 of $launches" "$(fixed 1 "$(ratio "$p50" 1000)") ms" "$(fixed 1 "$(ratio "$q50" 1000)") ms" "$(fixed 3 "$r")" \
				"≤ 1.03" "$(verdict "$r" '<=' 1.03)"
		else
			row "\`srun true\` as a job of its own, p50 of $launches" "$(fixed 1 "$(ratio "$p50" 1000)") ms" "$(fixed 1 "$(ratio "$q50" 1000)") ms" "$(fixed 3 "$r")" "" ""
		fi
	done
	row "slurmctld's RSS at first" "$(mb "$ctld_with_first") MB" "$(mb "$ctld_without_first") MB" \
		"$(mb $((ctld_with_first - ctld_without_first))) MB" "" ""
	r=$(mb $((ctld_with - ctld_without)))
	row "slurmctld's RSS after $((2 * rounds * submissions)) submissions" "$(mb "$ctld_with") MB" "$(mb "$ctld_without") MB" \
		"$r MB" "≤ 3 MB" "$(verdict "$r" '<=' 3)"
	report_outages
	echo
	echo "| what | measured | compared with | ratio | aim | reached |"
	echo "|---|---|---|---|---|---|"
	for pause in 0 1000; do
		what="a decision $([ $pause = 0 ] && echo "back to back" || echo "after a rest of 1 ms")"
		p50=$(decided $pause decision 50) q50=$(decided $pause pingpong 50)
		p99=$(decided $pause decision 99) q99=$(decided $pause pingpong 99)
		r=$(ratio "$p50" "$q50")
		row "$what, p50 of $((blocks * 100))" "$(fixed 1 "$p50") µs" "C ping-pong $(fixed 1 "$q50") µs" "$(fixed 2 "$r")" "≤ 2" "$(verdict "$r" '<=' 2)"
		row "$what, p99" "$(fixed 0 "$p99") µs" "C ping-pong $(fixed 0 "$q99") µs" "" "≤ 1000 µs" "$(verdict "$p99" '<=' 1000)"
	done
	r=$(mb "$sidecar_idle")
	row "sidecar's RSS, idle" "$r MB" "" "" "≤ 35 MB" "$(verdict "$r" '<=' 35)"
	r=$(mb "$sidecar_after")
	row "sidecar's RSS, after all that" "$r MB" "" "" "≤ 70 MB" "$(verdict "$r" '<=' 70)"
	r=$(percentile 50 <"$dir/listens")
	row "sidecar's start until it serves the plugins, p50 of $starts" "$r ms" "" "" "≤ 100 ms" "$(verdict "$r" '<=' 100)"
	row "sidecar's start until it knows the cluster, p50 of $starts" "$(percentile 50 <"$dir/known") ms" "" "" "" ""
	cat "$dir/facts.rows" "$dir/sweep.rows"
	cat <<'TXT'

What is measured, how:

- Submissions: `tests/benchmarks/submit_loop.c` calls `slurm_submit_batch_job` in a loop, as an ordinary user on a warm
  account with money enough, for jobs that begin in a year; after each round they are cancelled. Two complete clusters
  are up, one with the plugins, the sidecar and a bank, one plain; each has its own slurmctld, slurmd and munged.
- A decision: `tests/benchmarks/decision.c` opens the plugins' library as the job_submit plugin does and has the running
  sidecar decide; blocks of 100 alternate with 100 round trips of frames of the same size between two C processes.
- `srun true` in an allocation is the SPANK plugin alone; as a job of its own it includes job_submit and jobcomp.
- A bank in trouble: four clients submit, 20 ms between two submissions of each, to whichever cluster is being measured;
  the account is warm, and policy lets in what the bank can't be asked about. `scontrol update` changes a job's comment.
  A job is minimal that runs `true`; of 4 × 50 submissions a second none but these begin.
- Facts: `tests/benchmarks/facts.c` reports ends of jobs as jobcomp does, each after the receipt of the one before it on
  its connection, while the bank does not answer; decisions are asked for every millisecond beside it. A sidecar of its
  own, without Slurm (`eng/bench-facts.sh`).
- A long queue: a script stands for `squeue` and prints a listing of half waiting, a quarter running and a quarter ended jobs, a
  tenth of all in arrays; a plugin asks for a decision every 2 ms meanwhile (`tests/sidecar/Executable/SweepBench.cs`).
- The sidecar's start is taken from the kernel's start time of the process, which counts in steps of 10 ms.
TXT
}

trap finish EXIT
trap 'exit 130' INT TERM
load_before=$(load)
build
bring_up
if [ "${ONLY:-}" = outages ]; then
	submit_round with 1
	outages
	report_outages
	exit
fi
sleep 3
ctld_with_first=$(rss_kb "$(ctld_pid "$with")") ctld_without_first=$(rss_kb "$(ctld_pid "$without")")
start_to_ready
sleep 3
sidecar_idle=$(rss_kb "$(sidecar_pid)")
submissions_per_second
ctld_with=$(rss_kb "$(ctld_pid "$with")") ctld_without=$(rss_kb "$(ctld_pid "$without")")
launch_steps
decisions
sidecar_after=$(rss_kb "$(sidecar_pid)")
outages
eng/bench-facts.sh >"$dir/facts.rows"
BENCH_ROWS=$dir/sweep.rows artifacts/bin/SlurmBanking.Sidecar.Tests/release/SlurmBanking.Sidecar.Tests \
	--filter-class '*SweepBench' --progress off --no-ansi
mkdir -p "$(dirname "$out")"
report >"$dir/report.md"
cp "$dir/report.md" "$out"
say "written to $out"
cat "$out"
OUT='' eng/bench-operator.sh
