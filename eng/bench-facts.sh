#!/bin/bash
# Measures how fast the published sidecar takes facts durably, and how a backlog of them drains, with a bank that first
# answers nothing and then everything at once. Without Slurm: its commands are scripts that print a fixed cluster and an
# empty queue. Prints the rows of a table for docs/benchmarks.md; what it does meanwhile goes to standard error.
#
#   eng/bench-facts.sh
#
#   DRAIN=         file for how the backlog drains: seconds, records that wait, MB of memory
#   VALUES=        file for figures by name, for docs/scale.md
#   BACKLOG=       facts that wait when the bank comes back; default 1000000, with QUICK=1 20000
#   SIDECAR_BIN=   directory of the published sidecar to measure; default: the one of eng/publish.sh
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=eng/bench-figures.sh
. eng/bench-figures.sh
# shellcheck source=eng/bench-bare-sidecar.sh
. eng/bench-bare-sidecar.sh

if [ "${QUICK:-}" = 1 ]; then
	facts=4000 backlog=${BACKLOG:-20000} slowly=1000
else
	facts=100000 backlog=${BACKLOG:-1000000} slowly=8000
fi
accounts=16 reporters=16
dir=$(mktemp -d "${TMPDIR:-/tmp}/slurm-banking-facts.XXXXXX")
pids=()

say() { echo "bench: $*" >&2; }
finish() {
	local status=$?
	[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait 2>/dev/null || true
	if [ $status = 0 ]; then rm -rf "$dir"; else say "failed; logs are in $dir"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM

# Highest resident memory over the seconds until a file is there.
watch_memory() {
	local most=0 now
	while [ ! -e "$1" ]; do
		now=$(rss_kb "$sidecar")
		((now <= most)) || most=$now
		sleep 1
	done
	echo "$most" >"$1.kb"
}

report() {
	local connections=$1 count=$2 probe_us=$3 per_s=${4:-0}
	"$dir/facts" "$dir/run/sidecar.sock" "$connections" "$count" "$next_job" $accounts "$probe_us" "$per_s" >"$dir/round"
	next_job=$((next_job + count))
}
of_round() { sed -n "s/^$1 //p" "$dir/round"; }

pending() { curl -fsS "$metrics" | awk '/^slurm_banking_outbox_pending/ { printf "%d\n", $2 }'; }

taken() {
	local connections rate
	for connections in 1 4 16; do
		say "$facts facts over $connections connections"
		report $connections "$facts" 1000
		rate=$(of_round rate)
		row "facts taken durably, $connections connection$([ $connections = 1 ] || echo s) (of $facts)" "$(fixed 0 "$rate")/s" "" "" \
			"$([ $connections = 16 ] && echo '≥ 10000/s')" "$([ $connections = 16 ] && verdict "$rate" '>=' 10000)"
		meanwhile
	done
	say "$((facts / 5)) facts, 1000 a second"
	report 16 "$((facts / 5))" 1000 1000
	row "$((facts / 5)) facts, 1000 a second, 16 connections" "$(fixed 0 "$(of_round rate)")/s" "" "" "" ""
	meanwhile
}

meanwhile() {
	row "their receipts, p50 and p99" "$(fixed 0 "$(of_round fact | percentile 50)") µs" \
		"$(fixed 0 "$(of_round fact | percentile 99)") µs" "$(of_round repeated) said again" "" ""
	row "decisions meanwhile, p50 and p99" "$(fixed 0 "$(of_round decision | percentile 50)") µs" \
		"$(fixed 0 "$(of_round decision | percentile 99)") µs" "" "p99 ≤ 1000 µs" \
		"$(verdict "$(of_round decision | percentile 99)" '<=' 1000)"
}

drained() {
	local filled size cpu watcher
	say "a backlog of $backlog"
	watch_memory "$dir/filled" &
	watcher=$!
	cpu=$(cpu_us "$sidecar")
	size=$(state_bytes)
	report $reporters "$backlog" 0
	cpu=$(($(cpu_us "$sidecar") - cpu))
	size=$(($(state_bytes) - size))
	touch "$dir/filled"
	wait $watcher
	filled=$(of_round rate)
	value facts.taken_per_s "$filled"
	value facts.taken_us $((cpu / backlog))
	value facts.bytes $((size / backlog))
	row "a backlog of $backlog facts, taken" "$(fixed 0 "$filled")/s" "sidecar's processor time for each: $((cpu / backlog)) µs" "" "" ""
	row "the state database for each of them" "$((size / backlog)) bytes" "" "" "" ""
	say "filled at $(fixed 0 "$filled")/s; the bank answers from now on"
	watch_memory "$dir/drained" &
	watcher=$!
	drain 0 "${DRAIN:-/dev/null}"
	touch "$dir/drained"
	wait $watcher
	value drain.records $((next_job - 1000))
	value drain.per_s "$drained"
	value drain.us "$drain_us"
	row "a backlog of $((next_job - 1000)) facts, drained to a bank that answers at once" "$(fixed 0 "$drained")/s" \
		"sidecar's processor time for each: $((drain_us)) µs" "" "" ""
	memory "sidecar's RSS, most while it fills" "$(cat "$dir/filled.kb")"
	memory "sidecar's RSS, most while it drains" "$(cat "$dir/drained.kb")"
	say "a backlog of $slowly for a bank that answers after 20 ms"
	echo hole >"$dir/mode"
	report $reporters "$slowly" 0
	drain 20 /dev/null
	value drain.slow_per_s "$drained"
	row "a backlog of $slowly, drained to a bank that answers after 20 ms" "$(fixed 0 "$drained")/s" "16 at once: at most 800/s" "" "" ""
}

# drain LATENCY FILE: the bank answers from now on; sets drained (records per second) and drain_us (processor time for each).
drain() {
	local before left began cpu polls=0
	before=$(pending)
	echo "$1" >"$dir/mode"
	until left=$(pending) && ((left < before)); do sleep 0.2; done
	before=$left began=$EPOCHREALTIME cpu=$(cpu_us "$sidecar")
	while left=$(pending) && ((left > 0)); do
		if ((polls++ % 4 == 0)); then
			say "$left wait, $(mb "$(rss_kb "$sidecar")") MB"
			awk -v from="$began" -v now="$EPOCHREALTIME" -v left="$left" -v mb="$(mb "$(rss_kb "$sidecar")")" \
				'BEGIN { printf "%.1f %d %s\n", now - from, left, mb }' >>"$2"
		fi
		sleep 0.25
	done
	drained=$(awk -v n="$before" -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { print n / (to - from) }')
	drain_us=$((($(cpu_us "$sidecar") - cpu) / before))
}

state_bytes() { stat -c %s "$dir/state/"*.db | awk '{ n += $1 } END { print n }'; }

memory() {
	local r
	r=$(ratio "$2" "$idle")
	row "$1" "$(mb "$2") MB" "idle $(mb "$idle") MB" "$(fixed 2 "$r")" "≤ 1.5" "$(verdict "$r" '<=' 1.5)"
}

next_job=1000
build_bare
start_bare_bank
start_bare_sidecar "$dir"
sleep 2
idle=$(rss_kb "$sidecar")
echo hole >"$dir/mode"
taken
drained
