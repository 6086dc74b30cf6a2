#!/bin/bash
# A real Slurm on loopback (eng/slurm-cluster.sh) together with our bank, sidecar and plugins; all state in DIR.
#
#   eng/banked-cluster.sh up DIR                    returns when jobs can be submitted and are decided by the sidecar
#   eng/banked-cluster.sh down DIR                  stops everything that `up` started; DIR stays, with its logs
#   eng/banked-cluster.sh start|stop|kill|freeze|thaw bank|sidecar DIR
#   eng/banked-cluster.sh launch bank|sidecar DIR   starts it without waiting for it to answer
#   eng/banked-cluster.sh start|stop|kill slurmctld DIR
#                                                   with CONTROLLERS=2, sidecar2 and slurmctld2 are those on the backup's host
#   eng/banked-cluster.sh renew bank|sidecar|slurmctld DIR
#                                                   stops it, and starts it as it is built now: it runs on a copy
#   eng/banked-cluster.sh prepare DIR               the bank's books, the sidecar's configuration, their ports; done before, they stay
#   eng/banked-cluster.sh run bank|sidecar|slurm DIR
#                                                   one of them in the foreground, as a service of its own, until it is told to end
#
#   NODES, CONTROLLERS, ACCOUNTING, EXTRA_CONF    as for eng/slurm-cluster.sh
#   PRICES=              lines of [PartitionPrice]; default: 1 SU per CPU-hour, on debug 3600: 1 SU per CPU-second
#   CONFIG_EXTRA=        more lines for bank-config.toml (sections of their own)
#   PLUGINS=             directory with other plugins than those that `make plugins` made
#   SIDECAR=1            0: everything but the sidecar is started
#   SIDECAR_ENV=         more environment for the sidecar, "NAME=value NAME=value"
#   API_URL=             what the sidecar is told as API.url; default: the bank's own
#   SIDECAR_BIN=         directory of a published sidecar (eng/publish.sh); default: the one that `make build` makes
#
# Then `. DIR/env.sh` sets SLURM_CONF for sbatch and its like, BANK_DATABASE for bank, BANK_URL and BANK_TOKEN for curl,
# SIDECAR_URL and BANK_METRICS for Prometheus.
set -euo pipefail
engine=$(cd "$(dirname "$0")" && pwd)
artifacts=$(dirname "$engine")/artifacts

prices='normal = 1
debug = 3600
long = 2
whole = 1'

say() { echo "banked-cluster: $*"; }
usage() {
	sed -n '2,27s/^# \?//p' "$0" >&2
	exit 2
}

as_slurm() { setpriv --reuid=slurm --regid=slurm --clear-groups "$@"; }

# When a process began; nothing for one that has ended, with all its threads, and that nobody has waited for yet.
began() { awk '{ sub(/^.*\) /, ""); if ($1 != "Z" || $18 > 1) print $20 }' "/proc/$1/stat" 2>/dev/null; }

# "pid start-time" of a service that runs, else nothing: a pid that was given out again is never taken for ours.
running() {
	local pid start
	read -r pid start 2>/dev/null <"$dir/services/$1.pid" || return 1
	[ "$(began "$pid")" = "$start" ] && echo "$pid"
}

launch() {
	local name=$1
	shift
	setsid "$@" >>"$dir/services/$name.log" 2>&1 </dev/null &
	echo "$! $(began $!)" >"$dir/services/$name.pid"
}

start() {
	launch_service "$1"
	case $1 in
	bank)
		wait_for 20 curl -fsS -o /dev/null "$BANK_URL/healthz" || fail bank
		;;
	sidecar | sidecar2)
		wait_for 20 curl -fsS -o /dev/null "$(url_of "$1")/healthz" || fail "$1"
		# Of several only the one at work is ever ready, and which that is Slurm decides.
		[ ! -e "$dir/pids" ] || [ "$CONTROLLERS" != 1 ] || wait_for 20 ready || fail sidecar
		;;
	esac
}

url_of() { if [ "$1" = sidecar2 ]; then echo "$SIDECAR2_URL"; else echo "$SIDECAR_URL"; fi; }

launch_service() {
	local command
	running "$1" >/dev/null && return
	command_of "$1"
	launch "$1" "${command[@]}"
}

# What a service is, as an array.
command_of() {
	local number=${1#sidecar} url host=()
	case $1 in
	bank)
		command=(setpriv --reuid=slurm --regid=slurm --clear-groups env HOME="$dir"
			dotnet "$dir/bin/bank/SlurmBanking.Bank.dll" serve --url "$BANK_URL" --metrics "$BANK_METRICS" --database "$BANK_DATABASE")
		;;
	sidecar | sidecar2)
		url=$(url_of "$1")
		[ "$CONTROLLERS" = 1 ] || host=("$engine/on-host.sh" "${number:-1}")
		# shellcheck disable=SC2206
		command=("${host[@]}" setpriv --reuid=slurm --regid=slurm --clear-groups
			env HOME="$dir" SLURM_CONF="$dir/slurm.conf" ${SIDECAR_ENV:-}
			"$dir/bin/sidecar/sidecar" --role controller --config "$dir/bank-config.toml"
			--state "$dir/$1" --runtime-dir "$dir/run$number" --spool "$dir/facts$number" --http "${url#http://}")
		;;
	*) usage ;;
	esac
}

run() {
	local command
	if [ "$1" = slurm ]; then
		run_slurm
	else
		copy "$1"
		command_of "$1"
		exec "${command[@]}"
	fi
}

# With the jobs that the one before it has left: the bank knows them by their ids.
run_slurm() {
	"$engine/slurm-cluster.sh" down "$dir"
	RESUME=1 start_slurm
	tail -n +1 -F "$dir/log/slurmctld.log" &
	trap 'kill $!; "$engine/slurm-cluster.sh" down "$dir"; exit 0' TERM INT
	wait
}

start_slurm() {
	PLUGINS=$(plugins) "$engine/slurm-cluster.sh" up "$dir" || return 1
	cat "$dir/services/env" >>"$dir/env.sh"
}

# Debian writes 22.05.8 as slurm-wlm 22.05.8.
plugins() { echo "${PLUGINS:-$artifacts/plugins/$(slurmctld -V | sed 's/^[^ ]* //; s/-.*//')}"; }

renew() {
	case $1 in
	bank | sidecar)
		signal TERM "$1"
		copy "$1"
		start "$1"
		;;
	slurmctld)
		end_slurmctld
		install -m 755 "$(plugins)"/*.so "$dir/plugins/"
		"$engine/slurm-cluster.sh" start "$dir"
		;;
	*) usage ;;
	esac
}

# As a service manager does, so that it saves its jobs: after a kill it would give the numbers of the last ones again.
end_slurmctld() {
	local pid
	pid=$(sed -n 's/ .* slurmctld-out$//p' "$dir/pids")
	# shellcheck disable=SC1091
	(. "$dir/env.sh" && scontrol shutdown slurmctld) || true
	[ -z "$pid" ] || wait_for 30 ended "$pid" || say "slurmctld does not end, and is killed: what it had not saved yet is lost" >&2
	"$engine/slurm-cluster.sh" kill "$dir"
}

ended() { [ ! -e "/proc/$1" ]; }

signal() {
	local pid
	pid=$(running "$2") || return 0
	kill "-$1" "$pid"
	case $1 in
	TERM | KILL) wait_for 15 gone "$2" || kill -KILL "$pid" ;;
	esac
}

gone() { ! running "$1" >/dev/null; }

wait_for() {
	local limit_s=$1 from=$SECONDS
	shift
	until "$@" >/dev/null 2>&1; do
		[ $((SECONDS - from)) -lt "$limit_s" ] || return 1
		sleep 0.1
	done
}

fail() {
	say "$1 did not start; the end of its log:" >&2
	tail -n 25 "$dir/services/$1.log" >&2
	[ "$verb" != up ] || down >&2
	exit 1
}

free_port() {
	local port
	while :; do
		port=$((10000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port && return; }
	done
}

bank() { as_slurm env HOME="$dir" BANK_DATABASE="$BANK_DATABASE" dotnet "$dir/bin/bank/SlurmBanking.Bank.dll" "$@"; }

# Copies: the slurm user may not be able to reach the source tree.
copy() {
	case $1 in
	bank)
		cp -rT "$artifacts/bin/SlurmBanking.Bank/release" "$dir/bin/bank"
		printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' "$dir/bin/bank/SlurmBanking.Bank.dll" >"$dir/bin/bank/bank"
		chmod +x "$dir/bin/bank/bank"
		;;
	sidecar)
		if [ -n "${SIDECAR_BIN:-}" ]; then
			cp -rT "$SIDECAR_BIN" "$dir/bin/sidecar"
		else
			cp -rT "$artifacts/bin/SlurmBanking.Sidecar/release" "$dir/bin/sidecar"
			printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' "$dir/bin/sidecar/SlurmBanking.Sidecar.dll" >"$dir/bin/sidecar/sidecar"
			chmod +x "$dir/bin/sidecar/sidecar"
		fi
		;;
	esac
}

prepare() {
	[ "$(id -u)" = 0 ] || { say "needs root: slurmd starts jobs as their users" >&2; exit 1; }
	"$engine/install-packages.sh" slurmctld slurmd slurm-client munge curl
	mkdir -p "$dir"/{services,bin,bank,sidecar,sidecar2,run,run2}
	chmod 755 "$dir" "$dir"/{services,bin,run,run2}
	chmod 700 "$dir"/{bank,sidecar,sidecar2}
	chown slurm "$dir"/{bank,sidecar,sidecar2,run,run2}
	copy bank
	[ "$verb" = up ] || [ ! -e "$dir/services/env" ] || return 0

	export BANK_DATABASE=$dir/bank/bank.db BANK_URL BANK_METRICS SIDECAR_URL SIDECAR2_URL CONTROLLERS=${CONTROLLERS:-1}
	BANK_URL=http://127.0.0.1:$(free_port)
	BANK_METRICS=127.0.0.1:$(free_port)
	SIDECAR_URL=http://127.0.0.1:$(free_port)
	SIDECAR2_URL=http://127.0.0.2:$(free_port)
	BANK_TOKEN=$(bank token create sidecar --staff)
	cat >"$dir/services/env" <<ENV
export BANK_DATABASE=$BANK_DATABASE
export BANK_URL=$BANK_URL
export BANK_METRICS=$BANK_METRICS
export BANK_TOKEN=$BANK_TOKEN
export SIDECAR_URL=$SIDECAR_URL
export SIDECAR2_URL=$SIDECAR2_URL
export CONTROLLERS=$CONTROLLERS
ENV
	cat >"$dir/bank-config.toml" <<TOML
[Enable]
enable_job_submit_plugin = true
enable_spank_plugin = true
enable_job_complete_plugin = true

[PartitionPrice]
${PRICES:-$prices}

[API]
url = "${API_URL:-$BANK_URL}"
token = "Token $BANK_TOKEN"

${CONFIG_EXTRA:-}
TOML
	chown slurm "$dir/bank-config.toml" && chmod 600 "$dir/bank-config.toml" "$dir/services/env"
}

up() {
	prepare
	copy sidecar
	start bank
	[ "${SIDECAR:-1}" = 0 ] || start sidecar
	[ "$CONTROLLERS" = 1 ] || start sidecar2
	start_slurm || { down; exit 1; }
	[ "${SIDECAR:-1}" = 0 ] || wait_for 20 ready || fail sidecar
}

ready() { [ "$(curl -fsS "$SIDECAR_URL/readyz")" = Healthy ]; }

down() {
	if [ -e "$dir/pids" ]; then "$engine/slurm-cluster.sh" down "$dir"; fi
	for service in sidecar sidecar2 bank; do
		signal CONT $service || true
		signal TERM $service || true
	done
}

[ $# -ge 2 ] || usage
verb=$1
dir=$(realpath -m "${!#}")
# shellcheck disable=SC1091
if [ "$1" != up ] && [ -e "$dir/services/env" ]; then . "$dir/services/env"; fi
case $1:$# in
up:2) up ;;
prepare:2) prepare ;;
renew:3) renew "$2" ;;
run:3) run "$2" ;;
down:2) down ;;
start:3 | kill:3)
	case $1:$2 in
	*:slurmctld*) "$engine/slurm-cluster.sh" "$1" "$dir" "$2" ;;
	start:*) start "$2" ;;
	kill:*) signal KILL "$2" ;;
	esac
	;;
launch:3) launch_service "$2" ;;
stop:3)
	case $2 in
	slurmctld) end_slurmctld ;;
	*) signal TERM "$2" ;;
	esac
	;;
freeze:3) signal STOP "$2" ;;
thaw:3) signal CONT "$2" ;;
*) usage ;;
esac
