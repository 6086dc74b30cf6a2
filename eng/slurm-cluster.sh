#!/bin/bash
# Starts and stops a real Slurm on loopback: munged, slurmctld and a few slurmds, on free ports, with all state in DIR.
#
#   eng/slurm-cluster.sh up DIR      returns when every node is idle; then `. DIR/env.sh; sbatch ...`
#   eng/slurm-cluster.sh down DIR    stops what `up` started, running jobs included; DIR stays, with its logs
#   eng/slurm-cluster.sh kill|start DIR [slurmctld2]    slurmctld alone: kill -9, and start it again with the state that it left
#
#   NODES=2            slurmds, of 16 CPUs and 16 GB each (as told to Slurm; the machine may have less)
#   CONTROLLERS=1      2: a second slurmctld as backup. Both then have hosts of their own: names (ctl1, ctl2; UTS namespaces),
#                      addresses (127.0.0.1, 127.0.0.2), sockets of their sidecars (DIR/run, DIR/run2) and spools (DIR/facts, DIR/facts2)
#   GPUS=0             of each node, as told to Slurm
#   ACCOUNTING=0       1: slurmdbd too, on a MariaDB of its own that listens on a Unix socket alone
#   PLUGINS=           directory with our plugins (eng/build-plugins.sh); empty: plain Slurm
#   SOCKET=            the (first) sidecar's socket; default DIR/run/sidecar.sock (DIR/run is made, for the slurm user)
#   EXTRA_CONF=        more lines for slurm.conf
#   RESUME=0           1: jobs and spooled facts of an earlier cluster in DIR stay
#   STATE_SAVE=        slurmctld's StateSaveLocation; default DIR/state
#   SLURMCTLD_ENV=     more environment for slurmctld, "NAME=value NAME=value"
#
# DIR/facts is the plugins' spool (SLURM_BANKING_SPOOL, spool=), owned by the slurm user.
#
# Run as root: jobs of other users need it. DIR must be reachable for everybody, since jobs run as their users; a user of
# Debian's base will do: setpriv --reuid=games --regid=games --clear-groups sbatch ...
set -euo pipefail
engine=$(cd "$(dirname "$0")" && pwd)

usage() {
	sed -n '2,23s/^# \?//p' "$0" >&2
	exit 2
}
[ $# = 2 ] || [ $# = 3 ] || usage
verb=$1
dir=$(realpath -m "$2")
controller=${3:-slurmctld}

nodes=${NODES:-2}
controllers=${CONTROLLERS:-1}
accounting=${ACCOUNTING:-0}
gpus=${GPUS:-0}
state=${STATE_SAVE:-$dir/state}
start_timeout_s=60

say() { echo "slurm-cluster: $*"; }

fail() {
	say "$*" >&2
	for log in "$dir"/log/*.log; do
		[ -s "$log" ] || continue
		echo "--- the end of $log" >&2
		tail -n 25 "$log" >&2
	done
	down >&2
	exit 1
}

# Pids are recorded with the time the process began, so that a pid that was given out again is never taken for ours.
began() { awk '{ sub(/^.*\) /, ""); if ($1 != "Z" || $18 > 1) print $20 }' "/proc/$1/stat" 2>/dev/null; }
record() { echo "$1 $(began "$1") $2" >>"$dir/pids"; }
alive() { [ -n "$2" ] && [ "$(began "$1")" = "$2" ]; }

stop() {
	local signal=$1 pid start name
	while read -r pid start name; do
		if alive "$pid" "$start"; then kill "-$signal" "$pid" 2>/dev/null || true; fi
	done
}

# Whether any process listed on standard input lives after some waiting.
all_gone() {
	local listed pid start name tries
	listed=$(cat)
	for ((tries = 0; tries < $1 * 10; tries++)); do
		local left=0
		while read -r pid start name; do
			if [ -n "$pid" ] && alive "$pid" "$start"; then left=1; fi
		done <<<"$listed"
		[ $left = 1 ] || return 0
		sleep 0.1
	done
	return 1
}

# slurmstepds of this cluster, and everything below them: they carry its SLURM_CONF in their environment, or descend from
# one that does. Only processes of this cluster can have that path.
job_processes() {
	local environ pid comm
	for environ in /proc/[0-9]*/environ; do
		pid=${environ#/proc/}
		pid=${pid%/environ}
		[ "$pid" != $$ ] || continue
		comm=
		{ read -r comm <"/proc/$pid/comm"; } 2>/dev/null || true
		[ "$comm" = slurmstepd ] || continue
		if grep -qzxF "SLURM_CONF=$dir/slurm.conf" "$environ" 2>/dev/null; then descendants "$pid"; fi
	done
}

descendants() {
	local child
	echo "$1 $(began "$1") job"
	for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do descendants "$child"; done
}

down() {
	[ -e "$dir/pids" ] || return 0
	local jobs
	jobs=$(job_processes)
	stop TERM < <(grep slurmctld "$dir/pids" || true)
	stop KILL <<<"$jobs"
	stop TERM < <(grep -v munged "$dir/pids" || true)
	grep -v munged "$dir/pids" | all_gone 5 || stop KILL <"$dir/pids"
	# A step that was being launched while the others were killed.
	stop KILL < <(job_processes)
	stop TERM < <(grep munged "$dir/pids" || true)
	grep munged "$dir/pids" | all_gone 3 || stop KILL <"$dir/pids"
	rm -f "$dir/pids"
	say "stopped the cluster in $dir"
}

# The first is called slurmctld, a backup slurmctld2: what belongs to its host alone ends in the same number.
launch_slurmctld() {
	local number=${1#slurmctld} host=()
	[ "$controllers" = 1 ] || host=("$engine/on-host.sh" "${number:-1}")
	# shellcheck disable=SC2086
	launch "$1-out" "${host[@]}" setpriv --reuid=slurm --regid=slurm --clear-groups \
		env SLURM_BANKING_SOCKET="${socket/#$dir\/run\//$dir/run$number/}" SLURM_BANKING_SPOOL="$dir/facts$number" ${SLURMCTLD_ENV:-} \
		slurmctld -D -f "$dir/slurm.conf" -L "$dir/log/$1.log"
}

kill_slurmctld() {
	local entry
	entry=$(grep " $1-out\$" "$dir/pids") || return 0
	stop KILL <<<"$entry"
	all_gone 5 <<<"$entry" || { say "$1 can't be killed" >&2; exit 1; }
	sed -i "/ $1-out\$/d" "$dir/pids"
}

start_slurmctld() {
	[ -e "$dir/pids" ] || { say "$dir is not up" >&2; exit 1; }
	! grep -q " $1-out\$" "$dir/pids" || return 0
	# shellcheck disable=SC1091
	. "$dir/env.sh"
	socket=$SLURM_BANKING_SOCKET controllers=$CONTROLLERS
	launch_slurmctld "$1"
	wait_for $start_timeout_s answers || { say "$1 does not answer after $start_timeout_s s" >&2; exit 1; }
}

both_answer() { [ "$(timeout 5 scontrol ping 2>/dev/null | grep -c 'is UP')" = 2 ]; }

answers() { timeout 5 scontrol ping 2>/dev/null | grep -q 'is UP'; }

# Ports that nobody listens on, below the range that the kernel gives out by itself.
free_ports() {
	local wanted=$1 base try
	for ((try = 0; try < 50; try++)); do
		base=$((10000 + RANDOM % 20000))
		local port free=1
		for ((port = base; port < base + wanted; port++)); do
			if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then free=0; fi
		done
		[ $free = 1 ] && echo $base && return
	done
	return 1
}

# setsid: a Ctrl-C meant for the caller must not stop the daemons.
launch() {
	local name=$1
	shift
	setsid "$@" >>"$dir/log/$name.log" 2>&1 </dev/null &
	record $! "$name"
}

write_conf() {
	local node port=$1 user=$2 conf=$dir/slurm.conf.new hosts='SlurmctldHost=localhost(127.0.0.1)'
	[ "$controllers" = 1 ] || hosts=$(printf 'SlurmctldHost=ctl%d(127.0.0.%d)\n' 1 1 2 2)
	cat >"$conf" <<CONF
ClusterName=banktest
$hosts
SlurmctldPort=$port
SlurmUser=$user
AuthType=auth/munge
AuthInfo=socket=$dir/munge/munge.socket
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmdLogFile=$dir/log/slurmd-%n.log
SlurmctldDebug=verbose
SlurmdDebug=verbose
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=1
PriorityType=priority/basic
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,sched_min_interval=10000,batch_sched_delay=0,bf_interval=3,bf_hetjob_immediate,requeue_delay=2
ReturnToService=2
MinJobAge=300
KillWait=2
InactiveLimit=0
CompleteWait=0
MailProg=/bin/true
NodeName=n[1-$nodes] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + nodes))] CPUs=16 RealMemory=16000 State=UNKNOWN
PartitionName=normal Nodes=ALL Default=YES DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
PartitionName=debug Nodes=ALL MaxTime=00:30:00 State=UP
PartitionName=long Nodes=ALL MaxTime=UNLIMITED State=UP
PartitionName=whole Nodes=ALL MaxTime=12:00:00 OverSubscribe=EXCLUSIVE State=UP
CONF
	[ "$nodes" -gt 1 ] || sed -i "s/n\[1-1\]/n1/; s/Port=\[\([0-9]*\)-[0-9]*\]/Port=\1/" "$conf"
	if [ "$gpus" != 0 ]; then
		sed -i "s/^NodeName=.*/& Gres=gpu:$gpus/; 1i GresTypes=gpu" "$conf"
		# Null devices: these GPUs are counted and given to jobs, and that is all.
		for ((node = 0; node < gpus; node++)); do ln -sf /dev/null "$dir/gpu$node"; done
		echo "Name=gpu File=$dir/gpu[0-$((gpus - 1))]" >"$dir/gres.conf"
	fi
	if [ -n "${PLUGINS:-}" ]; then
		local system
		system=$(dirname "$(find /usr/lib /usr/lib64 /usr/local/lib -name select_cons_tres.so -print -quit 2>/dev/null)")
		cat >>"$conf" <<CONF
PluginDir=$dir/plugins:$system
PlugStackConfig=$dir/plugstack.conf
JobSubmitPlugins=slurm_banking
JobCompType=jobcomp/slurm_banking
CONF
		echo "optional $dir/plugins/spank_slurm_banking.so socket=$socket spool=$dir/facts" >"$dir/plugstack.conf"
	fi
	if [ "$accounting" = 1 ]; then
		cat >>"$conf" <<CONF
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort=$((port + nodes + 1))
AccountingStoragePass=$dir/munge/munge.socket
CONF
	fi
	printf '%s\n' "${EXTRA_CONF:-}" >>"$conf"
	# Who looks for it already finds all of it.
	mv "$conf" "$dir/slurm.conf"
}

# Both run as the user whom the database knows by its socket, without a password.
start_accounting() {
	local port=$1 user=$2 as_user=(setpriv --reuid="$2" --regid="$2" --clear-groups)
	local options=(--no-defaults --datadir="$dir/mariadb/data" --innodb-log-file-size=4M) database=$dir/mariadb/socket
	install -d -o "$user" -m 700 "$dir/mariadb"
	"${as_user[@]}" mariadb-install-db "${options[@]}" --skip-test-db --auth-root-authentication-method=socket \
		--auth-root-socket-user="$user" >"$dir/log/mariadb-install.log" 2>&1 || fail "the accounting database can't be made"
	launch mariadb "${as_user[@]}" mariadbd "${options[@]}" --skip-networking --socket="$database" --pid-file="$dir/mariadb/pid"
	wait_for $start_timeout_s test -S "$database" || fail "MariaDB did not start"

	# slurmdbd makes it too, over a connection that failed for want of it: one of libmariadb 3.4.9 takes no answers after that.
	"${as_user[@]}" mariadb --no-defaults --socket="$database" -e 'CREATE DATABASE slurm_acct_db' || fail "the accounting database can't be made"

	cat >"$dir/slurmdbd.conf" <<CONF
AuthType=auth/munge
AuthInfo=socket=$dir/munge/munge.socket
DbdHost=localhost
DbdPort=$port
SlurmUser=$user
LogFile=$dir/log/slurmdbd.log
PidFile=$dir/mariadb/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=$user
CONF
	chown "$user" "$dir/slurmdbd.conf"
	chmod 600 "$dir/slurmdbd.conf"
	launch slurmdbd-out "${as_user[@]}" env MYSQL_UNIX_PORT="$database" slurmdbd -D
	# slurmctld wants to find its cluster there.
	wait_for $start_timeout_s timeout 5 sacctmgr --quiet --immediate add cluster banktest >/dev/null 2>&1 || fail "slurmdbd does not answer"
}

up() {
	[ ! -e "$dir/pids" ] || { say "$dir is up, or was not stopped: $0 down $dir" >&2; exit 1; }
	[ "$(id -u)" = 0 ] || { say "needs root: slurmd starts jobs as their users" >&2; exit 1; }
	"$engine/install-packages.sh" slurmctld slurmd slurm-client munge
	[ "$accounting" = 0 ] || "$engine/install-packages.sh" slurmdbd mariadb-server

	socket=${SOCKET:-$dir/run/sidecar.sock}
	local user=slurm port node
	mkdir -p "$dir"
	rm -rf "${dir:?}"/{spool,munge,log,plugins,mariadb}
	[ "${RESUME:-0}" = 1 ] || rm -rf "${dir:?}"/{facts,facts2} "$state"
	mkdir -p "$dir"/{spool,munge,log,plugins,run,facts} "$state"
	: >"$dir/pids"
	chmod 755 "$dir" "$dir"/{spool,munge,log,plugins,run}
	chown $user "$dir"/{log,run,facts} "$state"
	chmod 700 "$dir/facts"
	if [ "$controllers" = 2 ]; then
		install -d -o $user -m 755 "$dir/run2"
		install -d -o $user -m 700 "$dir/facts2"
	fi
	if [ -n "${PLUGINS:-}" ]; then install -m 755 "$PLUGINS"/*.so "$dir/plugins/"; fi
	if ! setpriv --reuid=$user --regid=$user --clear-groups test -r "$dir/plugins"; then
		say "$dir can't be reached by the $user user: each directory above needs mode o+x" >&2
		rm -f "$dir/pids"
		exit 1
	fi

	port=$(free_ports $((nodes + 2)))
	write_conf "$port" $user
	cat >"$dir/env.sh" <<ENV
export SLURM_CONF=$dir/slurm.conf
export SLURM_BANKING_SOCKET=$socket
export CONTROLLERS=$controllers
ENV
	export SLURM_CONF=$dir/slurm.conf

	dd if=/dev/urandom of="$dir/munge/key" bs=1024 count=1 status=none
	chmod 600 "$dir/munge/key"
	launch munged munged --foreground --socket="$dir/munge/munge.socket" --key-file="$dir/munge/key" --num-threads=4 \
		--pid-file="$dir/munge/pid" --log-file="$dir/log/munged-own.log" --seed-file="$dir/munge/seed" --force
	wait_for 10 test -S "$dir/munge/munge.socket" || fail "munged did not start"

	[ "$accounting" = 0 ] || start_accounting $((port + nodes + 1)) $user
	launch_slurmctld slurmctld
	for ((node = 1; node <= nodes; node++)); do
		mkdir -p "$dir/spool/n$node"
		launch "slurmd-out-n$node" slurmd -D -N "n$node" -f "$dir/slurm.conf"
	done
	wait_for $start_timeout_s all_idle || fail "not all nodes are idle after $start_timeout_s s"
	# Not before the first is at work: else a slow machine has the backup take over at once.
	if [ "$controllers" = 2 ]; then
		launch_slurmctld slurmctld2
		wait_for $start_timeout_s both_answer || fail "the backup does not answer after $start_timeout_s s"
	fi
	say "$nodes nodes idle; use it with: . $dir/env.sh"
}

wait_for() {
	local limit_s=$1 began=$SECONDS
	shift
	until "$@"; do
		[ $((SECONDS - began)) -lt "$limit_s" ] || return 1
		sleep 0.1
	done
}

# Where jobs were taken up again, some nodes are at work at once.
all_idle() {
	local states=idle
	[ "${RESUME:-0}" = 0 ] || states=idle,mixed,allocated
	[ "$(timeout 5 sinfo -h -N -p normal -t "$states" -o %N 2>/dev/null | sort -u | wc -l)" = "$nodes" ]
}

case $verb in
up) up ;;
down) down ;;
kill) kill_slurmctld "$controller" ;;
start) start_slurmctld "$controller" ;;
*) usage ;;
esac
