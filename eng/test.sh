#!/bin/bash
# Runs the test suites and closes with one line over all: N passed, N failed, N skipped.
#
#   eng/test.sh all     everything, on real servers, installed as needed (root or sudo)
#   eng/test.sh fast    what needs no server
#   CI=true             a skipped test counts as a failure: every server can be had there
#   SIMULATED_SEEDS=    how many seeds are simulated: 500, or 25 when fast
#   FILTER=...          passed on to the suites, as in FILTER='--filter-class *PricingTests'
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
all)
	eng/install-packages.sh gcc libc6-dev zlib1g-dev binutils curl slurmctld slurmd slurm-client munge libslurm-dev \
		slurmdbd slurmrestd mariadb-server postgresql sqlite3 prometheus chromium zsh fish \
		protobuf-compiler protobuf-compiler-grpc python3-grpcio python3-protobuf faketime
	# The first six need nothing that is compiled ahead of time.
	suites=(Architecture Spec Cli Telemetry Operator Bank Sidecar Fuzz Plugins Faults Slurm Kubernetes Simulation)
	;;
fast)
	suites=(Architecture Spec Cli Sidecar Operator Simulation)
	export SIMULATED_SEEDS="${SIMULATED_SEEDS:-25}"
	;;
*)
	sed -n '2,8s/^# \?//p' "$0" >&2
	exit 2
	;;
esac

# What runs beside the suites ends with this script, whatever it has started by then: each is a process group of its own.
beside=()
trap 'for group in "${beside[@]}"; do kill -- "-$group" 2>/dev/null || true; done' EXIT
set -m

if [ "$1" = all ]; then
	# Where a kube-apiserver is not there yet its build takes minutes: beside the first suites, and behind them.
	nice -n 19 eng/kubernetes.sh >/dev/null &
	kubernetes=$!
	beside+=("$kubernetes")
fi

eng/build.sh
if [ "$1" = all ]; then
	eng/build-plugins.sh
	published=$(mktemp)
	eng/publish.sh >"$published" 2>&1 &
	publishing=$!
	beside+=("$publishing")
fi

# What is too long or not steady enough for every change says so by a trait: "make verify" runs it, and "make bench" what measures.
run() {
	local name=SlurmBanking.$1.Tests
	# shellcheck disable=SC2086
	"${@:2}" "artifacts/bin/$name/release/$name" --filter-not-trait Run=verify Run=bench ${FILTER:-} --progress off --no-ansi \
		</dev/null 2>&1 || true
}

# run_beside SUITE PRIORITY...: beside what comes next, at that priority; what it says is kept for its turn.
declare -A said pid
run_beside() {
	said[$1]=$(mktemp)
	run "$@" >"${said[$1]}" &
	pid[$1]=$!
	beside+=("${pid[$1]}")
}

# The simulation needs nothing but processor time, and the others wait for Slurm and for clocks most of theirs: it gets what they leave.
[ "$1" != all ] || run_beside Simulation chrt --idle 0

passed=0 failed=0 skipped=0 table='' faults='' reasons=''
for suite in "${suites[@]}"; do
	case $1$suite in
	allSidecar)
		wait "$publishing" || {
			cat "$published"
			exit 1
		}
		rm -f "$published"
		;;
	allSlurm)
		# It waits most of its time. Should the API server not be there in the end, Kubernetes says why.
		wait "$kubernetes" || true
		run_beside Kubernetes nice -n 10
		;;
	esac
	printf '\n== %s\n' "$suite"
	log=${said[$suite]:-$(mktemp)}
	if [ -n "${said[$suite]:-}" ]; then
		wait "${pid[$suite]}" || true
		cat "$log"
	else
		run "$suite" | tee "$log"
	fi
	count() { sed -n "s/^ *$1: \([0-9]*\)$/\1/p" "$log" | tail -1; }
	if [ -z "$(count total)" ]; then
		echo "$suite ended without a summary"
		failed=$((failed + 1))
	else
		passed=$((passed + $(count succeeded)))
		failed=$((failed + $(count failed)))
		skipped=$((skipped + $(count skipped)))
	fi
	table+=$(printf '%-14s %5s passed %3s failed %3s skipped, %s' "$suite" "$(count succeeded)" "$(count failed)" "$(count skipped)" \
		"$(sed -n 's/^ *duration: //p' "$log" | tail -1)")$'\n'
	faults+=$(grep -E '^(failed|skipped) |^ *seed [0-9]+: ' "$log" | sed "s/^/$suite: /" || true)$'\n'
	reasons+=$(awk '/^(passed|skipped|Test run) |^$/ { said = 0 } /^failed / { said = 12 } said-- > 0' "$log")$'\n'
	rm -f "$log"
done

# Once more at the end, where whoever reads the last lines finds them: a test with many cases once, by its class and method.
faults=$(grep . <<<"$faults" | sed -E 's/(: (failed|skipped) )SlurmBanking\.([A-Za-z]+\.)*([A-Za-z0-9_]+\.[A-Za-z0-9_]+).*/\1\4/' | uniq -c || true)
printf '\n%s' "$table"
[ -z "$faults" ] || printf '\n%s\n\n%s\n' "$faults" "$(grep . <<<"$reasons" | head -n 100)"
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] || exit 1
if [ "${CI:-}" = true ] && [ "$skipped" != 0 ]; then
	echo "a skipped test is a failure here: its server can be had"
	exit 1
fi
