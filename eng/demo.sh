#!/bin/bash
# A job's whole life on a real Slurm: hold, charge, settle; a refusal, an array, a cancelled job, a second user, an outage of
# the bank. Every amount is checked against one calculated here. Exits 0 only if all is as it should be and the books balance.
#
#   KEEP=1   leaves everything up and says how to use it
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$(id -u)" != 0 ]; then exec sudo --preserve-env=KEEP "$0" "$@"; fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/slurm-banking-demo.XXXXXX")
chmod 755 "$dir"
failures=0

if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
step() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
run() {
	printf '$ %s\n' "$*"
	"$@"
}
check() {
	local what=$1
	shift
	if "$@"; then echo "   ok: $what"; else
		echo "   FAILED: $what"
		failures=$((failures + 1))
	fi
}
wait_for() {
	local limit_s=$1 from=$SECONDS
	shift
	until "$@" >/dev/null 2>&1; do
		[ $((SECONDS - from)) -lt "$limit_s" ] || return 1
		sleep 0.2
	done
}
finish() {
	if [ "${KEEP:-}" = 1 ] && [ -e "$dir/env.sh" ]; then
		cat <<TXT

Left up in $dir. In another shell, as root:
  . $dir/env.sh                        # sbatch, squeue, scontrol; BANK_DATABASE for artifacts/bin/bank
  setpriv --reuid=games --regid=games --clear-groups sbatch -A physics -p debug -o /dev/null --wrap "sleep 5"
  artifacts/bin/bank statement physics
Stop it: eng/banked-cluster.sh down $dir
TXT
		return
	fi
	eng/banked-cluster.sh down "$dir" || true
	[ "$failures" != 0 ] || rm -rf "$dir"
}
trap finish EXIT

bank() { setpriv --reuid=slurm --regid=slurm --clear-groups env HOME="$dir" BANK_DATABASE="$BANK_DATABASE" "$dir/bin/bank/bank" "$@"; }
# Ordinary users of any Debian: games (5) and news (9).
as() {
	local user=$1
	shift
	printf '%s$ %s\n' "$user" "$*" >&2
	setpriv --reuid="$user" --regid="$user" --clear-groups --reset-env env SLURM_CONF="$SLURM_CONF" "$@"
}
sbank() {
	printf 'games$ sbank %s\n' "$*"
	setpriv --reuid=games --regid=games --clear-groups env HOME=/tmp SLURM_BANKING_SOCKET="$dir/run/api.sock" \
		dotnet "$dir/bin/sbank/SlurmBanking.Cli.dll" "$@"
}
submit() { (cd /tmp && as "$1" sbatch --parsable --output=/dev/null "${@:2}"); }
field() { scontrol show job "$1" | grep -oE "(^| )$2=[^ ]*" | head -1 | cut -d= -f2-; }
comment() { scontrol show job "$1" | sed -n 's/^ *AdminComment=//p' | tr -d ' '; }
state_is() { [ "$(field "$1" JobState)" = "$2" ]; }
elapsed_s() { echo $(($(date -d "$(field "$1" EndTime)" +%s) - $(date -d "$(field "$1" StartTime)" +%s))); }
# Amount of the newest transfer of a kind for a job, as the bank's statement has it.
booked() { bank statement physics --format csv | awk -F, -v code="$1" -v job="$2" 'NR > 1 && $2 == code && $3 == job { v = $5 } END { print v }'; }
at_bank() { [ -n "$(booked "$1" "$2")" ]; }
# What the bank has charged for a job in all: charges less what settling gave back.
cost() { bank statement physics --format csv | awk -F, -v job="$1" 'NR > 1 && $3 == job { v -= $5 } END { printf "%.2f", v }'; }
# What was broken into lines for a terminal, in one.
unbroken() { tr '\n' ' ' <<<"$1" | sed 's/ sbatch: error: / /g'; }
same() { [ "$1" = "$2" ] || { echo "   expected $1, found $2"; false; }; }

step "Starting a bank, a sidecar and a real Slurm on loopback"
# A busy machine may need more than the usual 250 ms for the first question about an account.
CONFIG_EXTRA=$'[Sidecar]\ndecision_deadline = "2s"' eng/banked-cluster.sh up "$dir"
# shellcheck disable=SC1091
. "$dir/env.sh"
cp -rT artifacts/bin/SlurmBanking.Cli/release "$dir/bin/sbank"
run bank account create physics
run bank account member physics 5
run bank account member physics 9 --cap 40
run bank deposit physics 500
echo "On partition debug a CPU costs 3600 SU an hour, which is 1 SU a second."

# This sidecar is compiled as it runs: on a slow machine its very first decision takes longer than a plugin waits that it has told nothing
# yet, and the plugin then lets it rest for a second. Nothing is submitted.
(cd /tmp && as games sbatch --test-only -A physics -p normal -n1 --time=1 --wrap true) >/dev/null 2>&1 || true
sleep 1.5

step "A job: held at submission, charged at its start, settled to what it used"
job=$(submit games -A physics -p debug -n2 --time=1 --wrap 'sleep 5')
echo "job $job: $(comment "$job")"
check "its hold of 2 CPUs x 60 s x 1 SU/s = 120.00 SU is in admin_comment" grep -q ':120.00$' <<<"$(comment "$job")"
check "the estimate is charged when it starts" wait_for 15 at_bank charge "$job"
check "charged: 120.00" same -120.00 "$(booked charge "$job")"
check "it completes" wait_for 30 state_is "$job" COMPLETED
check "it is settled" wait_for 15 at_bank settle "$job"
expected=$((2 * $(elapsed_s "$job"))).00
check "it cost 2 CPUs x $(elapsed_s "$job") s x 1 SU/s = $expected SU" same "$expected" "$(cost "$job")"
why=$(sbank why "$job")
echo "$why"
check "its user is told so, with how it came about" grep -q "cost *$expected SU = 2 CPUs x 0:00:" <<<"$why"

step "A job that the account can't afford is refused, with the numbers"
quote=$(sbank quote -A physics -p debug -n16 --time=30) || true
echo "$quote"
check "who asks before is told the same" grep -q 'would be refused: account physics' <<<"$quote"
refusal=$(submit games -A physics -p debug -n16 --time=30 --wrap true 2>&1) && accepted=1 || accepted=0
echo "$refusal"
check "refused" test $accepted = 0
check "the reason says needed, price and available" \
	grep -qE 'may cost up to 28800.00 SU \(16 CPUs x 0:30:00 x 3600 SU/CPU-h\); 4[0-9]{2}\.[0-9]{2} available' <<<"$(unbroken "$refusal")"

step "A job array holds for every task, and each task is settled by itself"
array=$(submit games -A physics -p debug -n1 --time=1 --array=1-3 --wrap 'sleep 2')
check "its hold of 3 tasks x 60.00 SU is in admin_comment" grep -q ':180.00$' <<<"$(comment "$array")"
array_settled() { [ "$(bank statement physics --format csv | grep -c ',settle,')" -ge 4 ]; }
check "all three tasks are settled" wait_for 40 array_settled

step "A pending job is cancelled: its hold is released, nothing is charged"
pending=$(submit games -A physics -p debug -n2 --time=1 --begin=now+1hour --wrap true)
held() { curl -fsS "$SIDECAR_URL/metrics" | awk '/^slurm_banking_holds_amount/ { v = $NF } END { printf "%.2f", v }'; }
check "its 120.00 SU are held" wait_for 10 same 120.00 "$(held)"
as games scancel "$pending"
released() { [ "$(held)" = 0.00 ]; }
check "they are released" wait_for 10 released
check "nothing was charged" same 0.00 "$(cost "$pending")"

step "A second user has a limit of their own in the same account"
limited=$(submit news -A physics -p debug -n1 --time=1 --wrap true 2>&1) && accepted=1 || accepted=0
echo "$limited"
check "60 SU don't fit a cap of 40" test $accepted = 0
second=$(submit news -A physics -p normal -n4 --time=10 --wrap 'sleep 1')
check "a cheaper job of theirs runs and is settled" wait_for 30 at_bank settle "$second"

step "The bank is stopped; jobs go on, and what they cost arrives when it is back"
eng/banked-cluster.sh stop bank "$dir"
offline=$(submit games -A physics -p debug -n1 --time=1 --wrap 'sleep 3')
echo "job $offline: $(comment "$offline")"
check "it runs and completes without the bank" wait_for 30 state_is "$offline" COMPLETED
eng/banked-cluster.sh start bank "$dir"
check "its record is delivered" wait_for 60 at_bank settle "$offline"
check "it cost $(elapsed_s "$offline").00 SU" same "$(elapsed_s "$offline").00" "$(cost "$offline")"

step "The statement, and the books"
run bank statement physics
check "the books balance" run bank verify
if [ "$failures" = 0 ]; then
	echo
	echo "A job's whole life: everything as it should be."
else
	echo
	echo "$failures checks failed; logs are in $dir/log and $dir/services"
	exit 1
fi
