#!/bin/bash
# Measures banking on a real Slurm beside what else a site would run, and writes docs/benchmarks.md and its plots. Every candidate
# (eng/bench-candidates.sh) is a cluster of its own, all are up at once, and rounds turn from one to the next, so that what else
# the machine does meets all of them.
#
#   QUICK=1        about 4 minutes instead of 45: fewer of everything, lua, slurmdbd and pingpong not at all unless CANDIDATES says so
#   ONLY=          sections, of: submissions stalls launch decisions queue facts holds sweep nodes; the report keeps what was measured of the others
#   CANDIDATES=    with it, some of: plain noop pingpong curl lua slurmdbd banked; without plain there is nothing to compare with
#   ONLY=report    nothing is measured: the report of what there is
#   ONLY=operator  only the operator, on a real API server, into docs/benchmarks-operator.md (eng/bench-operator.sh)
#   SIDECAR_BIN=   directory of the published sidecar to measure; default: the one of eng/publish.sh, which is made when
#                  it is not there
#   OUT=           the report; default docs/benchmarks.md, with QUICK=1 artifacts/bench/quick/benchmarks.md
#
# What was measured is in artifacts/bench, a file of numbers for each figure.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${ONLY:-}" = operator ]; then exec eng/bench-operator.sh; fi
if [ "$(id -u)" != 0 ]; then exec sudo --preserve-env=QUICK,ONLY,CANDIDATES,SIDECAR_BIN,OUT "$0" "$@"; fi

[ "${QUICK:-}" != 1 ] || : "${CANDIDATES:=plain noop curl banked}"
for part in figures candidates bare-sidecar submissions stalls launch decisions plots; do
	# shellcheck source=/dev/null
	. "eng/bench-$part.sh"
done
all_sections='submissions stalls launch decisions queue facts holds sweep nodes'
if [ "${QUICK:-}" = 1 ]; then
	home=artifacts/bench/quick
	troubles='0 hole' account_troubles=0
	settle_s=0.1 rounds=4 submissions=200 trouble_rounds=2 trouble_s=0.5 hole_s=6 account_rounds=1 account_s=2
	stall_rounds=1 stall_commands=30 stall_jobs=8 stall_limit_s=4
	blocks=20 launches=10 starts=3 hold_counts='10 10000' hold_rounds=3 refusals=20000 queued=2000
	all_sections='submissions stalls launch decisions queue facts holds'
else
	home=artifacts/bench/full
	troubles='0 20 100 hole' account_troubles='0 20'
	settle_s=0.5 rounds=12 submissions=500 trouble_rounds=5 trouble_s=1 hole_s=10 account_rounds=2 account_s=5.5
	stall_rounds=3 stall_commands=100 stall_jobs=30 stall_limit_s=8
	blocks=200 launches=60 starts=7 hold_counts='10 10000 1000000' hold_rounds=10 refusals=1000000 queued=20000
fi
sections=${ONLY:-$all_sections}
[ "$sections" != report ] || sections=
out=${OUT:-$([ "${QUICK:-}" = 1 ] && echo $home/benchmarks.md || echo docs/benchmarks.md)}
home=$PWD/$home
dir=$(mktemp -d "${TMPDIR:-/tmp}/slurm-banking-bench.XXXXXX")
chmod 755 "$dir"
pids=()

say() { echo "bench, after $SECONDS s: $*" >&2; }
finish() {
	local status=$?
	stop_submitters || true
	stop_candidates
	[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
	if [ $status = 0 ]; then rm -rf "$dir"; else say "failed; logs are in $dir"; fi
}

needs_clusters() { [[ " $sections " =~ \ (submissions|stalls|launch|decisions|queue)\  ]]; }

facts_section() { VALUES=$results/values DRAIN=$results/drain eng/bench-facts.sh >"$results/rows"; }
report_facts() { table_of_rows; }
sweep_section() { bench_in_tests SweepBench; }
report_sweep() { table_of_rows; }
nodes_section() { bench_in_tests NodesBench; }
report_nodes() { table_of_rows; }
bench_in_tests() {
	BENCH_ROWS=$results/rows BENCH_VALUES=$results/values artifacts/bin/SlurmBanking.Sidecar.Tests/release/SlurmBanking.Sidecar.Tests --filter-class "*.$1" \
		--progress off --no-ansi >&2
}
queue_section() {
	say "a queue of $queued jobs"
	local i tz name cpu pid
	pid=$(ctld_pid plain)
	in_cluster plain "$dir/submit_loop" 4 $((queued / 4)) $account >/dev/null
	for ((i = 0; i < 5; i++)); do
		for tz in $(in_turn $i with without); do
			cpu=$(cpu_us "$pid")
			timed "squeue.$tz" with_conf plain env $([ $tz = without ] || echo TZ=UTC0) SLURM_TIME_FORMAT=%s squeue --all --noheader --states=all \
				--Format=jobid:,arrayjobid:,userid:,account:,state:,submittime:,starttime:,endtime:,timelimit:,tres-alloc:,admin_comment:
			echo $(($(cpu_us "$pid") - cpu)) >>"$results/ctld"
		done
	done
	with_conf plain squeue -h -a -t all | wc -l >"$results/jobs"
	VALUES=$results/values value squeue.us $(($(percentile 50 <"$results/squeue.with") / $(cat "$results/jobs")))
	VALUES=$results/values value squeue.ctld_us "$(awk -v n="$(cat "$results/jobs")" '{ s += $1 } END { print s / NR / n }' "$results/ctld")"
	clear_queues plain
}
report_queue() {
	echo
	echo "| what | with TZ, as we ask | without | ratio | aim | reached |"
	echo "|---|---|---|---|---|---|"
	row "squeue of $(cat "$results/jobs") waiting jobs, p50 of 5" "$(ms "$(percentile 50 <"$results/squeue.with")") ms" \
		"$(ms "$(percentile 50 <"$results/squeue.without")") ms" "$(ratio "$(percentile 50 <"$results/squeue.with")" "$(percentile 50 <"$results/squeue.without")")" "" ""
	row "slurmctld's processor time for one, mean of 10" "$(ms "$(awk '{ s += $1 } END { print s / NR }' "$results/ctld")") ms" "" "" "" ""
}
table_of_rows() {
	echo
	echo "| what | measured | compared with | ratio | aim | reached |"
	echo "|---|---|---|---|---|---|"
	cat "$results/rows"
}

measure() {
	local section
	for section in $sections; do
		results=$home/$section
		rm -rf "$results"
		mkdir -p "$results"
		say "--- $section"
		load >"$results/load.before"
		"${section}_section"
		load >"$results/load.after"
		{
			date -u +'%F %H:%M UTC'
			sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1
			echo "$(nproc) cores, kernel $(uname -r)"
			git describe --always --dirty
		} >"$results/when"
	done
}

title_of() {
	case $1 in
	submissions) echo "Submissions" ;;
	stalls) echo "What others notice meanwhile" ;;
	launch) echo "Launch, memory, start" ;;
	decisions) echo "A decision" ;;
	queue) echo "Listing the queue" ;;
	facts) echo "Facts and a backlog" ;;
	holds) echo "Open holds" ;;
	sweep) echo "The sweep of a long queue" ;;
	nodes) echo "Many nodes" ;;
	esac
}

# What plots draws of a section.
picture_of() {
	local picture
	for picture in $(
		case $1 in
		submissions) echo submissions latency ;;
		stalls) echo stalls ;;
		decisions) echo decision ;;
		facts) echo drain ;;
		esac
	); do
		echo
		echo "![$picture](benchmarks-$picture.svg)"
	done
}

report() {
	local section
	cat <<TXT
# Benchmarks

Made by \`${QUICK:+QUICK=$QUICK }make bench\`; what stands above the findings is lost at the next run. The operator's figures are in
[benchmarks-operator.md](benchmarks-operator.md), the bank's in [benchmarks-bank.md](benchmarks-bank.md), those of single functions in
[benchmarks-micro.md](benchmarks-micro.md)$([ ! -e docs/scale.md ] || echo ", what follows for larger sites in [scale.md](scale.md)").

Slurm $(cat "$home/slurm"). Candidates are whole clusters, up at once on one machine; rounds turn from one to the next; a ratio is the median of the
rounds' ratios, or of percentiles where it says so. p50 is the median.
TXT
	for section in $all_sections; do
		results=$home/$section
		[ -e "$results/when" ] || continue
		echo
		echo "## $(title_of "$section")"
		echo
		echo "$(sed -n 1p "$results/when"), $(sed -n 2p "$results/when"), $(sed -n 3p "$results/when"); load average $(cat "$results/load.before") before," \
			"$(cat "$results/load.after") after (the measurement included); $(sed -n 4p "$results/when")."
		if awk -v cores="$(nproc)" '{ exit !($1 > cores) }' "$results/load.before"; then
			echo "**The load was high when this section began**, by other work or by the section before: p99s and times may be its doing too."
		fi
		"report_$section"
		picture_of "$section"
	done
	cat <<'TXT'

## How

- Submissions: `tests/benchmarks/submit_loop.c` calls `slurm_submit_batch_job` in a loop, as an ordinary user, for jobs that begin in a
  year; after each round they are cancelled. Each candidate (`eng/bench-candidates.sh`) has its own slurmctld, slurmd and munged. slurmctld's
  processor time is told by the kernel in steps of 10 ms a round.
- slurmctld's StateSaveLocation is in memory: on ext4 candidates differed by a factor of up to three by where their directories happened to lie (inodes that were
  freed within the last seconds are looked through: `recently_deleted` in `perf`). The sidecar's state is on the disk.
- The candidates that ask a bank ask the same one, which does nothing but answer (`tests/benchmarks/stub_bank.c`). libcurl and lua
  (`tests/benchmarks/rivals`) ask whether the job may be submitted and no more: they hold nothing, and report neither starts nor ends. They give up after 5 s and let the job in.
- A C plugin that asks a C process (`tests/benchmarks/rivals/job_submit_pingpong.c`) sends a frame of a submission's size to a process that answers at once, and waits for it:
  the least that any plugin can cost that does not decide inside slurmctld.
- What others notice: four clients submit, 20 ms between two submissions of each, to whichever cluster is being measured. `scontrol update`
  changes a job's comment. A job is minimal that runs `true`. Commands are stopped after the time of a block, and count with what they took.
- A decision: `tests/benchmarks/decision.c` opens the plugins' library as the job_submit plugin does and has the running
  sidecar decide; blocks of 100 alternate with 100 round trips of frames of the same size between two C processes.
- `srun true` in an allocation is the SPANK plugin alone; as a job of its own it includes job_submit and jobcomp.
- Listing: `squeue` of waiting jobs on the cluster without a plugin. Without TZ libc looks at /etc/localtime for each time that it writes.
- Facts: `tests/benchmarks/facts.c` reports ends of jobs as jobcomp does, each after the receipt of the one before it on
  its connection, as many as there can be and then 1000 a second, while the bank does not answer; decisions are asked for every millisecond beside it. A sidecar of its
  own, without Slurm (`eng/bench-facts.sh`).
- Open holds: sidecars whose queue can't be listed, so that nothing is released.
- A long queue: a script stands for `squeue` and prints a listing of half waiting, a quarter running and a quarter ended jobs, a
  tenth of all in arrays; a plugin asks for a decision every 2 ms meanwhile (`tests/sidecar/Executable/SweepBench.cs`).
- Many nodes: `tests/sidecar/NodeRole/NodesBench.cs` connects as so many nodes' sidecars would, each over a connection of its own that stays.
- The sidecar's start is taken from the kernel's start time of the process, which counts in steps of 10 ms.
TXT
	sed -n '/^<!-- findings -->$/,$p' "$out" 2>/dev/null || true
}

trap finish EXIT
trap 'exit 130' INT TERM
build_candidates
build_bare
mkdir -p "$home"
if needs_clusters; then
	start_candidates
	echo "$version" >"$home/slurm"
else
	version=$(slurmctld -V | sed 's/^[^ ]* //; s/-.*//')
	cp -r artifacts/plugins "$dir/"
	library=$dir/plugins/$version/libslurm_banking.so
fi
measure
mkdir -p "$(dirname "$out")"
report >"$dir/report.md"
cp "$dir/report.md" "$out"
plots "$(dirname "$out")"
say "written to $out"
