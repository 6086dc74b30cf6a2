# shellcheck shell=bash
# Part of eng/bench.sh, sourced: who is compared. Each candidate is a whole cluster of its own, all of them up at once; what asks a
# bank asks the same one (tests/benchmarks/stub_bank.c), of which a file says how it answers.
#
#   plain      no plugin
#   noop       a C plugin that returns at once
#   pingpong   a C plugin that asks a C process that answers at once: the least that asking outside slurmctld costs
#   curl       a C plugin that asks the bank with libcurl, over a new connection for each submission
#   lua        job_submit/lua that asks the bank with LuaSocket
#   slurmdbd   Slurm's own limits: AccountingStorageEnforce=limits,safe, and GrpTRESMins on the account
#   banked     slurm-banking: plugins and sidecar

read -ra candidates <<<"${CANDIDATES:-plain noop pingpong curl lua slurmdbd banked}"
# Those that a bank can slow down, beside the one that it can't.
bank_candidates=()
for name in "${candidates[@]}"; do [[ $name = noop || $name = pingpong || $name = slurmdbd ]] || bank_candidates+=("$name"); done
account=bench user=games
# Cancelled jobs leave slurmctld's memory soon, and there is room for all until then.
cluster_conf=$'MinJobAge=2\nMaxJobCount=200000\nFirstJobId=1000'

build_candidates() {
	eng/install-packages.sh gcc libc6-dev libslurm-dev libcurl4-openssl-dev slurmctld slurmd slurm-client slurmdbd mariadb-server lua-socket munge curl
	local program rival cc=(${CC:-cc} -std=gnu11 -O2 -g -Wall -Wextra -Werror)
	for program in submit_loop decision; do
		"${cc[@]}" -o "$dir/$program" "tests/benchmarks/$program.c" -lslurm -ldl
	done
	"${cc[@]}" -pthread -o "$dir/stub_bank" tests/benchmarks/stub_bank.c
	"${cc[@]}" -o "$dir/pong" tests/benchmarks/rivals/pong.c
	for rival in noop pingpong curl; do
		mkdir -p "$dir/$rival/bin"
		"${cc[@]}" -fPIC -shared -o "$dir/$rival/bin/job_submit_$rival.so" "tests/benchmarks/rivals/job_submit_$rival.c" -lcurl
	done
	mkdir -p "$dir/lua"
	cp tests/benchmarks/rivals/job_submit.lua "$dir/lua/"
	: "${SIDECAR_BIN:=$PWD/artifacts/publish/sidecar}"
	[ -x "$SIDECAR_BIN/sidecar" ] || eng/publish.sh sidecar
	export SIDECAR_BIN
}

start_candidates() {
	local port name system
	say "starting ${#candidates[@]} clusters: ${candidates[*]}"
	port=$(free_port)
	bank_answers 0
	"$dir/stub_bank" "$port" "$dir/mode" &
	stub_bank_pid=$!
	"$dir/pong" "$dir/pong.sock" &
	pong_pid=$!
	bank_url=http://127.0.0.1:$port
	system=$(dirname "$(find /usr/lib -name select_cons_tres.so -print -quit)")
	export NODES=1
	# slurmctld makes a directory for each job. How long ext4 looks for a free inode depends on where it happened to put the first one: up
	# to three times what the rest of a submission takes.
	memory=$(mktemp -d /dev/shm/slurm-banking-bench.XXXXXX)
	chmod 755 "$memory"
	for name in "${candidates[@]}"; do "start_$name"; done
	version=$(slurmctld -V | sed 's/^[^ ]* //; s/-.*//')
	cp -r artifacts/plugins "$dir/"
	library=$dir/plugins/$version/libslurm_banking.so
}

# start_rival NAME [LINES]: a cluster without ours, with more lines of slurm.conf.
start_rival() {
	EXTRA_CONF=$cluster_conf${2:+$'\n'$2} STATE_SAVE=$memory/$1 PLUGINS='' SLURMCTLD_ENV="RIVAL_URL=$bank_url RIVAL_SOCKET=$dir/pong.sock" eng/slurm-cluster.sh up "$dir/$1"
}
start_plain() { start_rival plain; }
start_noop() { start_rival noop "PluginDir=$dir/noop/bin:$system"$'\nJobSubmitPlugins=noop'; }
start_pingpong() { start_rival pingpong "PluginDir=$dir/pingpong/bin:$system"$'\nJobSubmitPlugins=pingpong'; }
start_curl() { start_rival curl "PluginDir=$dir/curl/bin:$system"$'\nJobSubmitPlugins=curl'; }
start_lua() { start_rival lua 'JobSubmitPlugins=lua'; }
start_slurmdbd() {
	ACCOUNTING=1 start_rival slurmdbd $'AccountingStorageEnforce=limits,safe\nPriorityType=priority/multifactor'
	with_conf slurmdbd sacctmgr --quiet --immediate add account $account GrpTRESMins=cpu=900000000 >/dev/null
	with_conf slurmdbd sacctmgr --quiet --immediate add user $user account=$account >/dev/null
}
start_banked() {
	EXTRA_CONF=$cluster_conf STATE_SAVE=$memory/banked API_URL=$bank_url eng/banked-cluster.sh up "$dir/banked"
	# The one that comes with it is not asked.
	eng/banked-cluster.sh stop bank "$dir/banked"
}

stop_candidates() {
	local name
	[ ! -d "$dir/banked" ] || eng/banked-cluster.sh down "$dir/banked" || true
	for name in "${candidates[@]}"; do
		[ ! -e "$dir/$name/pids" ] || eng/slurm-cluster.sh down "$dir/$name" || true
	done
	[ -z "${stub_bank_pid:-}" ] || kill "$stub_bank_pid" "$pong_pid" 2>/dev/null || true
	[ -z "${memory:-}" ] || rm -rf "$memory"
}

# 0, 20, 100: after so many milliseconds; hole: never.
bank_answers() {
	echo "$1" >"$dir/mode.next"
	chmod 644 "$dir/mode.next"
	mv "$dir/mode.next" "$dir/mode"
}

bank_is() {
	case $1 in
	0) echo "that answers at once" ;;
	hole) echo "that takes requests and never answers" ;;
	*) echo "that answers after $1 ms" ;;
	esac
}

called() {
	case $1 in
	plain) echo "no plugin" ;;
	noop) echo "a C plugin that does nothing" ;;
	pingpong) echo "a C plugin that asks a C process" ;;
	curl) echo "libcurl from job_submit" ;;
	lua) echo "HTTP from job_submit/lua" ;;
	slurmdbd) echo "slurmdbd's limits" ;;
	banked) echo "**slurm-banking**" ;;
	esac
}

# As the user whose jobs they are, with their own groups and environment, as sbatch would have them.
in_cluster() {
	local name=$1
	shift
	(cd /tmp && setpriv --reuid="$user" --regid="$user" --clear-groups --reset-env env SLURM_CONF="$dir/$name/slurm.conf" "$@")
}
with_conf() { SLURM_CONF=$dir/$1/slurm.conf "${@:2}"; }

ctld_pid() { awk '$3 == "slurmctld-out" { print $1 }' "$dir/$1/pids"; }
sidecar_pid() { cut -d' ' -f1 "$dir/banked/services/sidecar.pid"; }
sidecar_version() { sed -n 's/.*sidecar \([0-9.]*+[0-9a-f]\{12\}\).*/\1/p' "$dir/banked/services/sidecar.log" | head -1; }

# Of these candidates those that are measured.
some_of() { for name in "$@"; do [[ " ${candidates[*]} " != *" $name "* ]] || echo "$name"; done | xargs; }

# Candidates in an order that turns from round to round.
in_turn() {
	local round=$1
	shift
	local all=("$@") i n=$#
	for ((i = 0; i < n; i++)); do echo "${all[(i + round) % n]}"; done
}

# What one round leaves behind is gone before the next, at all of them.
clear_queues() {
	local name
	for name in "$@"; do cancel_jobs "$name" & done
	wait_for_jobs "$@"
	# What it has to tell slurmdbd is told while nobody is measured.
	if [[ " $* " = *" slurmdbd "* ]]; then
		until with_conf slurmdbd sdiag | grep -q 'DBD Agent queue size: *0$'; do sleep 0.1; done
	fi
}

cancel_jobs() { with_conf "$1" scancel --quiet --user=$user --state=PENDING; }

# What a slow candidate's slurmctld still had to take when its submitters ended comes after the first cancellation.
wait_for_jobs() {
	local name left i
	for name in "$@"; do
		for ((i = 1; ; i++)); do
			left=$(with_conf "$name" squeue -h --user=$user -t "${states:-PENDING}" 2>/dev/null) && [ -z "$left" ] && break
			((i % 20)) || cancel_jobs "$name" || true
			sleep 0.1
		done
	done
}
