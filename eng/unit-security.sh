#!/bin/bash
# What systemd-analyze says of how far our units are shut in, 0 (most) to 10, and fails when one is above its limit: what it was when it
# was measured. Needs systemd 252 or later, running or not.
#
#   eng/unit-security.sh [DIR]      where the units are; default: as they are in the sources
set -euo pipefail
directory=$(realpath "${1:-$(dirname "$0")/packaging/systemd}")
declare -A limits=([slurm-banking-sidecar]=1.5 [slurm-banking-node]=1.4 [slurm-banking-bank]=1.4)
failed=0
for unit in slurm-banking-sidecar slurm-banking-node slurm-banking-bank; do
	said=$(SYSTEMD_COLORS=0 systemd-analyze security --offline=true --no-pager "$directory/$unit.service" 2>&1 || true)
	score=$(sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p' <<<"$said")
	printf '%-22s %4s   limit %s\n' "$unit" "$score" "${limits[$unit]}"
	if [ -z "$score" ] || awk "BEGIN { exit !($score > ${limits[$unit]}) }"; then
		failed=1
		printf '%s\n' "$said" >&2
	fi
done
exit $failed
