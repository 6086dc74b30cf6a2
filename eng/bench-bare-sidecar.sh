# shellcheck shell=bash
# Sourced: published sidecars without Slurm, whose commands are scripts that print a fixed cluster and an empty queue, and a bank that
# says yes (tests/benchmarks/stub_bank.c).

build_bare() {
	local program
	for program in facts stub_bank; do
		${CC:-cc} -std=gnu11 -O2 -g -Wall -Wextra -Werror -pthread -o "$dir/$program" "tests/benchmarks/$program.c"
	done
	: "${SIDECAR_BIN:=$PWD/artifacts/publish/sidecar}"
	[ -x "$SIDECAR_BIN/sidecar" ] || eng/publish.sh sidecar >&2
}

start_bare_bank() {
	bare_bank_port=$(free_port)
	echo 0 >"$dir/mode"
	"$dir/stub_bank" "$bare_bank_port" "$dir/mode" 2>"$dir/bank.log" >&2 &
	pids+=($!)
}

# start_bare_sidecar DIR [yes]: sets sidecar and metrics; with yes the queue can be listed once, and never again, so that holds stay.
start_bare_sidecar() {
	local at=$1 once=${2:-no} port tries
	mkdir -p "$at"/{bin,run,state}
	mkdir -m 700 "$at/spool"
	if [ "$once" = yes ]; then
		printf '#!/bin/sh\n[ ! -e %s/listed ] || exit 1\n: >%s/listed\n' "$at" "$at" >"$at/bin/squeue"
	else
		printf '#!/bin/sh\n' >"$at/bin/squeue"
	fi
	cat >"$at/bin/scontrol" <<'SH'
#!/bin/sh
case "$*" in
*partition*) echo "PartitionName=normal Default=YES DefaultTime=01:00:00 MaxTime=7-00:00:00 OverSubscribe=NO" ;;
*) echo "NodeName=n0001 Sockets=2 ThreadsPerCore=1 Partitions=normal CfgTRES=cpu=64,mem=256000M,billing=64" ;;
esac
SH
	chmod +x "$at"/bin/*
	port=$(free_port)
	metrics=http://127.0.0.1:$port/metrics
	printf 'API.url = "http://127.0.0.1:%s"\nAPI.token = "t"\nPartitionPrice.normal = 1\n' "$bare_bank_port" >"$at/bank-config.toml"
	PATH=$at/bin:$PATH "$SIDECAR_BIN/sidecar" --config "$at/bank-config.toml" --state "$at/state" --runtime-dir "$at/run" \
		--spool "$at/spool" --state-limit 4096 --http "127.0.0.1:$port" >"$at/sidecar.log" 2>&1 &
	sidecar=$!
	pids+=("$sidecar")
	for ((tries = 0; tries < 100; tries++)); do
		[ "$(curl -fsS "${metrics%metrics}readyz" 2>/dev/null)" != Healthy ] || return 0
		sleep 0.1
	done
	return 1
}
