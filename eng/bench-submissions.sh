# shellcheck shell=bash
# Part of eng/bench.sh, sourced: submissions as fast as slurmctld takes them, candidate after candidate in each round.

submissions_section() {
	local clients trouble kind
	say "$rounds rounds of $submissions submissions each, 1 and 4 clients, warm accounts"
	for clients in 1 4; do
		rounds_of "warm.0.$clients" "$rounds" "${candidates[*]}" "$clients" $((submissions / clients)) $account
	done
	for trouble in ${troubles#0 }; do
		say "$trouble_rounds rounds with a bank $(bank_is $trouble)"
		warm_up
		bank_answers $trouble
		if [ $trouble = hole ]; then
			rounds_of "warm.hole.4" "$trouble_rounds" "$(some_of plain banked)" -t "$trouble_s" 4 100000 $account
			# Their clients give up after 10 s, and slurmctld has more than one to wait for when they do.
			rounds_of "warm.hole.4" 1 "$(some_of curl lua)" -f -t "$hole_s" 4 100000 $account
		else
			rounds_of "warm.$trouble.4" "$trouble_rounds" "${bank_candidates[*]}" -t "$trouble_s" 4 100000 $account
		fi
		bank_answers 0
	done
	for trouble in $account_troubles; do
		for kind in cold empty; do
			say "$account_rounds rounds of $account_s s, $kind accounts, with a bank $(bank_is $trouble)"
			warm_up
			bank_answers $trouble
			"$kind"_accounts $trouble
			bank_answers 0
		done
	done
}

# Long enough for the sidecar to find that the bank answers, and to read the account again.
warm_up() {
	sleep 3
	submit_round none banked 1 100 $account
	clear_queues banked
}

# A new account with each submission: nobody can know what it has.
cold_accounts() {
	local round name
	for ((round = 0; round < account_rounds; round++)); do
		for name in $(in_turn "$round" "${bank_candidates[@]}"); do
			submit_round "cold.$1.4" "$name" -t "$account_s" -m 1000000 4 100000 "cold$1x${round}n"
		done
		clear_queues "${bank_candidates[@]}"
	done
}

# Ten accounts without money, submitted on again and again; without a bank all of it is accepted.
empty_accounts() {
	local round name refused
	for ((round = 0; round < account_rounds; round++)); do
		for name in $(in_turn "$round" "${bank_candidates[@]}"); do
			refused=(-r)
			[ "$name" != plain ] || refused=()
			# The first of each account is let in or refused as it can be: not measured.
			[ "$name" != banked ] || [ "$round" != 0 ] || know_empty_accounts
			submit_round "empty.$1.4" "$name" "${refused[@]}" -t "$account_s" -m 10 4 100000 empty
		done
		clear_queues "${bank_candidates[@]}"
	done
}

know_empty_accounts() {
	local i
	for ((i = 0; i < 10; i++)); do in_cluster banked sbatch -Q -A "empty$i" -t60 -n1 --begin=now+365days -o /dev/null --wrap true >/dev/null 2>&1 || true; done
	sleep 2
}

# rounds_of WHAT ROUNDS "CANDIDATES" SUBMIT_LOOP_ARGUMENTS
rounds_of() {
	local what=$1 count=$2 round name before
	local -a who
	read -ra who <<<"$3"
	shift 3
	before=$(sidecar_cpu_us)
	for ((round = 0; round < count; round++)); do
		for name in $(in_turn "$round" "${who[@]}"); do submit_round "$what" "$name" "$@"; done
		clear_queues "${who[@]}"
	done
	[[ " ${who[*]} " != *" banked "* ]] || echo $(($(sidecar_cpu_us) - before)) >"$results/whole.$what"
}

# submit_round WHAT CANDIDATE SUBMIT_LOOP_ARGUMENTS: samples of rate.WHAT.CANDIDATE, latency, and processor time per submission:
# slurmctld's in the round, and the sidecar's until the next candidate's turn.
submit_round() {
	local what=$1 name=$2 pid before sidecar=0
	shift 2
	pid=$(ctld_pid "$name")
	[ "$name" != banked ] || sidecar=$(sidecar_cpu_us)
	before=$(cpu_us "$pid")
	in_cluster "$name" "$dir/submit_loop" "$@" >"$dir/round"
	before=$(($(cpu_us "$pid") - before))
	# What it still does about them must not meet the next candidate.
	sleep "$settle_s"
	[ "$what" != none ] || return 0
	[ "$name" != banked ] || sidecar=$(($(sidecar_cpu_us) - sidecar))
	sed -n 's/^rate //p' "$dir/round" >>"$results/rate.$what.$name"
	sed -n 's/^count //p' "$dir/round" >>"$results/count.$what.$name"
	grep -v '[a-z]' "$dir/round" >>"$results/latency.$what.$name" || true
	awk -v us="$before" '/^count/ && $2 { printf "%.1f\n", us / $2 }' "$dir/round" >>"$results/cpu.$what.$name"
	[ "$name" != banked ] || awk -v us="$sidecar" '/^count/ && $2 { printf "%.1f\n", us / $2 }' "$dir/round" >>"$results/sidecar.$what"
}

# Sweeps included, and the squeue processes that they started.
sidecar_cpu_us() { cpu_of_all_us "$(sidecar_pid)"; }

# With all that comes later: other candidates' rounds, cancelled jobs, squeue.
until_gone() {
	[ ! -e "$results/whole.$1" ] || awk -v us="$(cat "$results/whole.$1")" '{ n += $1 } END { printf ", and %.0f µs until it was gone", us / n }' "$results/count.$1.banked"
}

# Round by round against the candidate without a plugin.
ratios_to_plain() { paste "$results/$1.$2" "$results/$1.plain" | awk '$2 > 0 { print $1 / $2 }'; }

report_submissions() {
	local clients trouble kind
	for clients in 1 4; do
		table_of_submissions "warm.0.$clients" 0.98 "Submissions, $clients client$([ $clients = 1 ] || echo s), warm accounts, a bank that answers at once"
	done
	for trouble in ${troubles#0 }; do
		table_of_submissions "warm.$trouble.4" 0.98 "Submissions, 4 clients, warm accounts, a bank $(bank_is $trouble)"
	done
	for trouble in $account_troubles; do
		for kind in cold empty; do
			table_of_submissions "$kind.$trouble.4" 0.9 "Submissions, 4 clients, $(
				[ $kind = cold ] && echo "a new account with each" || echo "ten empty accounts again and again"
			), a bank $(bank_is $trouble)"
		done
	done
}

table_of_submissions() {
	local what=$1 aim=$2 name r latency
	echo
	echo "**$3**"
	echo
	echo "| candidate | submissions/s, p50 (p10) of $(count "$results/rate.$what.plain") rounds | ÷ no plugin | a submission: p10, p50, p99 | slurmctld's processor time for each |"
	echo "|---|---|---|---|---|"
	for name in "${candidates[@]}"; do
		[ -e "$results/rate.$what.$name" ] || continue
		r=$(ratios_to_plain "rate.$what" "$name" | percentile 50)
		latency="–"
		[ ! -s "$results/latency.$what.$name" ] || latency=$(three_ms "$results/latency.$what.$name")
		echo "| $(called "$name") | $(fixed 0 "$(percentile 50 <"$results/rate.$what.$name")") ($(fixed 0 "$(percentile 10 <"$results/rate.$what.$name")"))" \
			"| $(if [ "$name" = banked ]; then verdict_with "$r" '>=' "$aim"; else fixed 3 "$r"; fi)" \
			"| $latency | $([ ! -s "$results/cpu.$what.$name" ] || echo "$(fixed 0 "$(percentile 50 <"$results/cpu.$what.$name")") µs") |"
	done
	if [ -e "$results/sidecar.$what" ]; then
		echo
		echo "The sidecar took $(fixed 0 "$(percentile 50 <"$results/sidecar.$what")") µs of processor time for each of slurm-banking's in the rounds (p50," \
			"with the $settle_s s after each)$(until_gone "$what")."
	fi
}
