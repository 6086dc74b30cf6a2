# shellcheck shell=bash
# Part of eng/bench.sh, sourced: what Slurm's users notice of a bank that is slow or gone. The banked cluster's sidecar is
# given a bank of which a file says how it answers (tests/benchmarks/stub_bank.c); four clients submit all the while, on
# whichever cluster is being measured. Blocks alternate between the two clusters.

trouble=${TROUBLE:-0 20 100 hole}
submitters_pause_us=20000

outages() {
	local mode round name
	start_stub_bank
	for mode in $trouble; do
		echo 0 >"$dir/mode"
		say "$outage_rounds blocks each way with a bank $(bank_is "$mode")"
		# Long enough for the sidecar to find that it answers, and to read the account again.
		sleep 3
		submit_round with 1
		echo "$mode" >"$dir/mode"
		for ((round = 0; round < outage_rounds; round++)); do
			for name in $( ((round % 2)) && echo with without || echo without with); do
				outage_block "$name" "$mode"
			done
		done
		paste "$dir/turnover.$mode.with" "$dir/turnover.$mode.without" | awk '{ print $1 / $2 }' >"$dir/ratio.turnover.$mode"
	done
	kill "$stub_bank_pid"
}

bank_is() {
	case $1 in
	0) echo "that answers at once" ;;
	hole) echo "that takes requests and never answers" ;;
	*) echo "that answers after $1 ms" ;;
	esac
}

start_stub_bank() {
	local port
	port=$(free_port)
	echo 0 >"$dir/mode"
	chmod 644 "$dir/mode"
	"$dir/stub_bank" "$port" "$dir/mode" &
	stub_bank_pid=$!
	sed -i "s|^url = .*|url = \"http://127.0.0.1:$port\"|" "$with/bank-config.toml"
	sleep 2
}

# Four clients submit jobs for next year; meanwhile sinfo and an update of a job are timed, and minimal jobs run.
outage_block() {
	local name=$1 mode=$2 job i began
	start_submitters "$name"
	job=$(in_cluster "$dir/$name" sbatch --parsable -A $account --begin=now+365days -o /dev/null --wrap true)
	for ((i = 0; i < outage_commands; i++)); do
		began=${EPOCHREALTIME/./}
		SLURM_CONF=$dir/$name/slurm.conf sinfo >"$dir/sinfo"
		echo $((${EPOCHREALTIME/./} - began)) >>"$dir/sinfo.$mode.$name"
		began=${EPOCHREALTIME/./}
		SLURM_CONF=$dir/$name/slurm.conf scontrol update "JobId=$job" "Comment=$i"
		echo $((${EPOCHREALTIME/./} - began)) >>"$dir/update.$mode.$name"
	done
	turnover "$name" >>"$dir/turnover.$mode.$name"
	stop_submitters
	SLURM_CONF=$dir/$name/slurm.conf scancel --user=$user --state=PENDING
	until [ -z "$(SLURM_CONF=$dir/$name/slurm.conf squeue -h --user=$user)" ]; do sleep 0.2; done
	sleep 0.5
}

# A group of processes of their own, which ends as one.
start_submitters() {
	(cd /tmp && exec setsid setpriv --reuid="$user" --regid="$user" --clear-groups --reset-env env SLURM_CONF="$dir/$1/slurm.conf" \
		"$dir/submit_loop" 4 100000 $account $submitters_pause_us) >"$dir/submitters" 2>&1 &
	submitters=$!
}

stop_submitters() {
	kill -TERM -- "-$submitters"
	wait "$submitters" 2>/dev/null || true
	submitters=
}

# Minimal jobs per second, from the first submission until none is left.
turnover() {
	local name=$1 i began=$EPOCHREALTIME
	for ((i = 0; i < outage_jobs; i++)); do
		in_cluster "$dir/$name" sbatch -Q -A $account -n1 --time=1 --job-name=turnover -o /dev/null --wrap true
	done
	until [ -z "$(SLURM_CONF=$dir/$name/slurm.conf squeue -h --name=turnover --states=PD,R,CG)" ]; do sleep 0.05; done
	awk -v n="$outage_jobs" -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", n / (to - from) }'
}

report_outages() {
	local mode what p q r
	echo
	echo "| with 4 clients submitting, and a bank | with the plugins | without | ratio | aim | reached |"
	echo "|---|---|---|---|---|---|"
	for mode in $trouble; do
		for what in sinfo update; do
			p=$(percentile 99 <"$dir/$what.$mode.with") q=$(percentile 99 <"$dir/$what.$mode.without")
			r=$(ratio "$p" "$q")
			row "$(bank_is "$mode"): \`$([ $what = sinfo ] && echo sinfo || echo scontrol update)\`, p99 of $((outage_rounds * outage_commands))" \
				"$(fixed 1 "$(ratio "$p" 1000)") ms" "$(fixed 1 "$(ratio "$q" 1000)") ms" "$(fixed 2 "$r")" "≤ 1.1" "$(verdict "$r" '<=' 1.1)"
			p=$(percentile 50 <"$dir/$what.$mode.with") q=$(percentile 50 <"$dir/$what.$mode.without")
			row "the same, p50" "$(fixed 1 "$(ratio "$p" 1000)") ms" "$(fixed 1 "$(ratio "$q" 1000)") ms" "$(ratio "$p" "$q")" "" ""
		done
		r=$(percentile 50 <"$dir/ratio.turnover.$mode")
		row "the same: minimal jobs ended per second, median of $outage_rounds blocks of $outage_jobs" \
			"$(fixed 1 "$(percentile 50 <"$dir/turnover.$mode.with")")" "$(fixed 1 "$(percentile 50 <"$dir/turnover.$mode.without")")" \
			"$(fixed 2 "$r")" "≥ 0.95" "$(verdict "$r" '>=' 0.95)"
	done
}
