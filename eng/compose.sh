#!/bin/bash
# What the services of compose.yaml run, each in a container of its own; DIR is the volume that they share.
#
#   eng/compose.sh run bank|sidecar|slurm DIR       the bank's has an account from the start: physics, with 500 SU, for root and games
#   eng/compose.sh answers bank|sidecar|slurm DIR   whether it is at work, for health checks
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 3 ] || {
	sed -n '2,5s/^# \?//p' "$0" >&2
	exit 2
}
verb=$1 service=$2 dir=$3
# For sbank, in a container's environment; of Slurm's plugins it would be the wrong one.
unset SLURM_BANKING_SOCKET

bank() { setpriv --reuid=slurm --regid=slurm --clear-groups env HOME="$dir" BANK_DATABASE="$dir/bank/bank.db" "$dir/bin/bank/bank" "$@"; }

case $verb:$service in
run:bank)
	# As for the demo: the first question about an account may need more than the usual 250 ms.
	CONFIG_EXTRA=$'[Sidecar]\ndecision_deadline = "2s"' eng/banked-cluster.sh prepare "$dir"
	# There is one already where the volume is an older one.
	if bank account create physics 2>/dev/null; then
		bank account member physics 0
		bank account member physics 5
		bank deposit physics 500 --reason 'to begin with'
	fi
	exec eng/banked-cluster.sh run bank "$dir"
	;;
run:*) exec eng/banked-cluster.sh run "$service" "$dir" ;;
answers:*)
	# shellcheck disable=SC1091
	. "$dir/services/env"
	case $service in
	bank) curl -fsS "$BANK_URL/healthz" ;;
	sidecar) curl -fsS "$SIDECAR_URL/healthz" ;;
	slurm) timeout 5 scontrol ping | grep 'is UP' && curl -fsS "$SIDECAR_URL/readyz" | grep -x Healthy ;;
	esac
	;;
esac
