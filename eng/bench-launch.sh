# shellcheck shell=bash
# Part of eng/bench.sh, sourced: launching steps and jobs, memory, and the sidecar's start.

launch_section() {
	local i name kind
	for name in plain banked; do
		submit_round none "$name" 1 10 $account
		clear_queues "$name"
		rss_kb "$(ctld_pid "$name")" >"$results/ctld.first.$name"
	done
	memory_of_submissions
	start_to_ready
	say "$launches launches of srun true, in an allocation and as jobs"
	for name in plain banked; do allocate "$name"; done
	# One kind after the other: what follows the start of a job must not disturb the steps.
	for kind in step job; do
		for ((i = 0; i < launches; i++)); do
			for name in $(in_turn $i plain banked); do
				if [ $kind = step ]; then
					timed "$kind.$name" in_cluster "$name" srun --jobid="$(cat "$dir/allocation.$name")" --overlap -n1 true
				else
					timed "$kind.$name" in_cluster "$name" srun -A $account -n1 true
				fi
			done
		done
	done
	for name in plain banked; do
		memory_of_step "$name"
		with_conf "$name" scancel "$(cat "$dir/allocation.$name")"
	done
}

allocate() {
	in_cluster "$1" sbatch --parsable -A $account -n1 --time=60 -o /dev/null --wrap 'sleep 3000' >"$dir/allocation.$1"
	until [ "$(with_conf "$1" squeue -h -o %T -j "$(cat "$dir/allocation.$1")")" = RUNNING ]; do sleep 0.2; done
}

# slurmctld's, after as many submissions at both, all of them gone again.
memory_of_submissions() {
	local round name
	say "memory of $((rounds * submissions)) submissions"
	for ((round = 0; round < rounds; round++)); do
		for name in plain banked; do submit_round none "$name" 4 $((submissions / 4)) $account; done
		clear_queues plain banked
	done
	sleep 3
	for name in plain banked; do rss_kb "$(ctld_pid "$name")" >"$results/ctld.after.$name"; done
	echo $((rounds * submissions)) >"$results/submissions"
}

# Of a step that sleeps.
memory_of_step() {
	local name=$1 pid srun
	in_cluster "$name" srun --jobid="$(cat "$dir/allocation.$name")" --overlap -n1 sleep 30 &
	srun=$!
	sleep 2
	for pid in $(pgrep -x slurmstepd); do
		grep -qzxF "SLURM_CONF=$dir/$name/slurm.conf" "/proc/$pid/environ" || continue
		rss_kb "$pid"
	done | sort -n | tail -1 >"$results/stepd.$name"
	kill $srun 2>/dev/null || true
	wait $srun 2>/dev/null || true
}

# From the process's start to its first line, which it logs when the plugins' socket listens, and to a known cluster.
start_to_ready() {
	local i pid began
	say "starts of the sidecar"
	for ((i = 0; i < starts; i++)); do
		eng/banked-cluster.sh stop sidecar "$dir/banked"
		: >"$dir/banked/services/sidecar.log"
		eng/banked-cluster.sh start sidecar "$dir/banked"
		pid=$(sidecar_pid)
		began=$(awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); printf "%.3f", $20 / hz }' "/proc/$pid/stat")
		began=$(awk -v began="$began" -v now="$(date +%s.%N)" '{ printf "%.3f", now - $1 + began }' /proc/uptime)
		since "$began" 'listens on' >>"$results/listens"
		since "$began" 'cluster is known' >>"$results/known"
	done
	sleep 3
	rss_kb "$(sidecar_pid)" >"$results/sidecar.idle"
}

# Milliseconds from a time to the log line that holds a text.
since() {
	local at
	at=$(grep -m1 "$2" "$dir/banked/services/sidecar.log" | grep -oE '^[0-9-]+T[0-9:.]+Z')
	awk -v at="$(date -d "$at" +%s.%N)" -v from="$1" 'BEGIN { printf "%.0f\n", (at - from) * 1000 }'
}

report_launch() {
	local kind what r
	echo
	echo "| what | slurm-banking | no plugin | ratio or difference | aim | reached |"
	echo "|---|---|---|---|---|---|"
	for kind in step job; do
		what="\`srun true\` $([ $kind = step ] && echo "in an allocation" || echo "as a job of its own"), p50, p99 of $(count "$results/$kind.plain")"
		r=$(ratios_to_plain $kind banked | percentile 50)
		row "$what" "$(two_ms "$results/$kind.banked")" "$(two_ms "$results/$kind.plain")" "$r" "$([ $kind = job ] || echo '≤ 1.03')" \
			"$([ $kind = job ] || verdict "$r" '<=' 1.03)"
	done
	memory_row "slurmctld's RSS at first" ctld.first ''
	memory_row "slurmctld's RSS after $(cat "$results/submissions") submissions" ctld.after 3
	memory_row "slurmstepd's RSS" stepd 2
	r=$(mb "$(cat "$results/sidecar.idle")")
	row "sidecar's RSS, idle" "$r MB" "" "" "≤ 35 MB" "$(verdict "$r" '<=' 35)"
	r=$(percentile 50 <"$results/listens")
	row "sidecar's start until it serves the plugins, p50 of $(count "$results/listens")" "$r ms" "" "" "≤ 100 ms" "$(verdict "$r" '<=' 100)"
	row "sidecar's start until it knows the cluster, p50" "$(percentile 50 <"$results/known") ms" "" "" "" ""
}

memory_row() {
	local with without difference
	with=$(cat "$results/$2.banked") without=$(cat "$results/$2.plain")
	difference=$(mb $((with - without)))
	row "$1" "$(mb "$with") MB" "$(mb "$without") MB" "$difference MB" "${3:+≤ $3 MB}" "${3:+$(verdict "$difference" '<=' "$3")}"
}
