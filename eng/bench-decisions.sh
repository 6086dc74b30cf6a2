# shellcheck shell=bash
# Part of eng/bench.sh, sourced: what one decision takes, plugin and sidecar, without slurmctld around it.

decisions_section() {
	local pause kind
	for pause in 0 1000; do
		say "$((blocks * 100)) decisions, a pause of $pause us before each"
		"$dir/decision" "$library" "$dir/banked/run/sidecar.sock" $account "$(id -u $user)" "$blocks" $pause >"$dir/decisions"
		for kind in decision pingpong; do
			sed -n "s/^$kind //p" "$dir/decisions" >"$results/$kind.$pause"
		done
	done
}

report_decisions() {
	local pause what p50 p99 q50 q99
	echo
	echo "| what | measured | compared with | ratio | aim | reached |"
	echo "|---|---|---|---|---|---|"
	for pause in 0 1000; do
		what="a decision $([ $pause = 0 ] && echo "back to back" || echo "after a rest of 1 ms")"
		p50=$(percentile 50 <"$results/decision.$pause") q50=$(percentile 50 <"$results/pingpong.$pause")
		p99=$(percentile 99 <"$results/decision.$pause") q99=$(percentile 99 <"$results/pingpong.$pause")
		row "$what, p50 of $(count "$results/decision.$pause")" "$(fixed 1 "$p50") µs" "C ping-pong $(fixed 1 "$q50") µs" \
			"$(ratio "$p50" "$q50")" "≤ 2" "$(verdict "$(ratio "$p50" "$q50")" '<=' 2)"
		row "$what, p99" "$(fixed 0 "$p99") µs" "C ping-pong $(fixed 0 "$q99") µs" "" "≤ 1000 µs" "$(verdict "$p99" '<=' 1000)"
	done
}

# Open holds: sidecars of their own, whose queue can't be listed any more, so that nothing is released.
holds_section() {
	local -A at
	local holds round
	start_bare_bank
	for holds in ${hold_counts}; do
		say "a sidecar with $holds open holds"
		start_bare_sidecar "$dir/holds$holds" yes
		at[$holds]=$sidecar
		sleep 2
		rss_kb "$sidecar" >"$results/rss.0.$holds"
		"$dir/decision" "$library" "$dir/holds$holds/run/sidecar.sock" $account "$(id -u $user)" 0 0 "$holds" >/dev/null
		sleep 3
		rss_kb "$sidecar" >"$results/rss.$holds"
	done
	for ((round = 0; round < hold_rounds; round++)); do
		for holds in $(in_turn "$round" ${hold_counts}); do
			"$dir/decision" "$library" "$dir/holds$holds/run/sidecar.sock" $account "$(id -u $user)" 5 0 >"$dir/decisions"
			sed -n 's/^decision //p' "$dir/decisions" >>"$results/decision.$holds"
			sed -n 's/^pingpong //p' "$dir/decisions" >>"$results/pingpong.$holds"
		done
	done
	for holds in ${hold_counts}; do kill "${at[$holds]}"; done
	say "a million refusals"
	start_bare_sidecar "$dir/refusals"
	sleep 2
	rss_kb "$sidecar" >"$results/rss.idle"
	"$dir/decision" "$library" "$dir/refusals/run/sidecar.sock" empty "$(id -u $user)" 0 0 "$refusals" >/dev/null
	sleep 3
	rss_kb "$sidecar" >"$results/rss.refused"
	echo "$refusals" >"$results/refusals"
	kill "$sidecar"
}

report_holds() {
	local holds first='' p ratio_now
	echo
	echo "| what | measured | compared with | ratio | aim | reached |"
	echo "|---|---|---|---|---|---|"
	for holds in $(cd "$results" && printf '%s\n' decision.* | sed 's/decision\.//' | sort -n); do
		p=$(ratio "$(percentile 50 <"$results/decision.$holds")" "$(percentile 50 <"$results/pingpong.$holds")")
		: "${first:=$p}"
		ratio_now=$(ratio "$p" "$first")
		row "a decision with $holds open holds (and $(count "$results/decision.$holds") more meanwhile), p50" \
			"$(fixed 1 "$(percentile 50 <"$results/decision.$holds")") µs" "C ping-pong $(fixed 1 "$(percentile 50 <"$results/pingpong.$holds")") µs" \
			"$ratio_now of the first" "≤ 1.2" "$(verdict "$ratio_now" '<=' 1.2)"
		row "sidecar's RSS with so many" "$(mb "$(cat "$results/rss.$holds")") MB" "before them $(mb "$(cat "$results/rss.0.$holds")") MB" "" "" ""
	done
	row "sidecar's RSS after $(cat "$results/refusals") refusals" "$(mb "$(cat "$results/rss.refused")") MB" \
		"idle $(mb "$(cat "$results/rss.idle")") MB" "" "≤ 70 MB" "$(verdict "$(mb "$(cat "$results/rss.refused")")" '<=' 70)"
}
