# shellcheck shell=bash
# Part of eng/bench.sh, sourced: what everybody else notices while four clients submit: sinfo, scontrol update, and how many minimal
# jobs end. Blocks turn from candidate to candidate.

submitters_pause_us=20000

stalls_section() {
	local trouble round name
	for trouble in $troubles; do
		say "$stall_rounds blocks each with a bank $(bank_is "$trouble")"
		warm_up
		bank_answers "$trouble"
		for ((round = 0; round < stall_rounds; round++)); do
			for name in $(in_turn "$round" $(stalled "$trouble")); do stall_block "$name" "$trouble"; done
		done
		bank_answers 0
	done
}

stalled() { if [ "$1" = 0 ]; then echo "${candidates[*]}"; else echo "${bank_candidates[*]}"; fi; }

# Four clients submit jobs for next year; meanwhile sinfo and an update of a job are timed, and minimal jobs run.
stall_block() {
	local name=$1 what=$2 job i end=$((SECONDS + stall_limit_s))
	job=$(in_cluster "$name" sbatch --parsable -A $account --begin=now+365days -o /dev/null --wrap true)
	start_submitters "$name"
	for ((i = 0; i < stall_commands && SECONDS < end; i++)); do
		timed "sinfo.$what.$name" with_conf "$name" sinfo
		timed "update.$what.$name" with_conf "$name" scontrol update "JobId=$job" "Comment=$i"
	done
	turnover "$name" >>"$results/turnover.$what.$name"
	stop_submitters
	states=PENDING,RUNNING,COMPLETING clear_queues "$name"
}

# Microseconds that a command takes, a failure included; what it says is nobody's business.
timed() {
	local sample=$1 began=${EPOCHREALTIME/./}
	shift
	"$@" >/dev/null 2>&1 || true
	echo $((${EPOCHREALTIME/./} - began)) >>"$results/$sample"
}

# A group of processes of their own, which ends as one.
start_submitters() {
	(cd /tmp && exec setsid setpriv --reuid="$user" --regid="$user" --clear-groups --reset-env env SLURM_CONF="$dir/$1/slurm.conf" \
		"$dir/submit_loop" -p $submitters_pause_us 4 100000 $account) >"$dir/submitters" 2>&1 &
	submitters=$!
	sleep 0.5
}

stop_submitters() {
	[ -n "${submitters:-}" ] || return 0
	kill -TERM -- "-$submitters" 2>/dev/null || true
	wait "$submitters" 2>/dev/null || true
	submitters=
}

# Minimal jobs that end per second, from the first submission until none is left, or the limit is over.
turnover() {
	local name=$1 i began=$EPOCHREALTIME end=$((SECONDS + stall_limit_s)) submitted=0 left
	for ((i = 0; i < stall_jobs && SECONDS < end; i++)); do
		in_cluster "$name" timeout "$stall_limit_s" sbatch -Q -A $account -n1 --time=1 --job-name=turnover -o /dev/null --wrap true 2>/dev/null &&
			submitted=$((submitted + 1))
	done
	left=$submitted
	while ((left > 0 && SECONDS < end)); do
		left=$(with_conf "$name" timeout 5 squeue -h --name=turnover --states=PD,R,CG 2>/dev/null | wc -l)
		sleep 0.05
	done
	awk -v n=$((submitted - left)) -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", n / (to - from) }'
}

report_stalls() {
	local trouble
	for trouble in $troubles; do table_of_stalls "$trouble"; done
}

table_of_stalls() {
	local trouble=$1 name what p
	echo
	echo "**While 4 clients submit, with a bank $(bank_is "$trouble")**"
	echo
	echo "| candidate | \`sinfo\`: p50, p99 of $(count "$results/sinfo.$trouble.plain") | p99 ÷ no plugin | \`scontrol update\`: p50, p99 | p99 ÷ no plugin | minimal jobs ended/s, p50 of $(count "$results/turnover.$trouble.plain") | ÷ no plugin |"
	echo "|---|---|---|---|---|---|---|"
	for name in $(stalled "$trouble"); do
		[ -e "$results/sinfo.$trouble.$name" ] || continue
		echo -n "| $(called "$name") "
		for what in sinfo update; do
			p=$(ratio "$(percentile 99 <"$results/$what.$trouble.$name")" "$(percentile 99 <"$results/$what.$trouble.plain")")
			echo -n "| $(two_ms "$results/$what.$trouble.$name") | $(if [ "$name" = banked ]; then verdict_with "$p" '<=' 1.1; else fixed 2 "$p"; fi) "
		done
		p=$(ratios_to_plain "turnover.$trouble" "$name" | percentile 50)
		echo "| $(fixed 1 "$(percentile 50 <"$results/turnover.$trouble.$name")") | $(if [ "$name" = banked ]; then verdict_with "$p" '>=' 0.95; else fixed 2 "$p"; fi) |"
	done
}
