#!/bin/bash
# A package's life, inside the system that eng/verify-packages.sh starts: installed, configured as docs/install.md says, a job held, charged
# and settled by services that systemd runs, installed over, removed in the documented order, purged; then the same by eng/install.sh.
set -uo pipefail
export HOME=/root
passed=0 failed=0
check() {
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "passed: $what"
	else
		failed=$((failed + 1))
		echo "failed: $what"
		tail -n 20 <<<"$said"
	fi
}
same() { [ "$1" = "$2" ] || { printf 'expected: %s\nfound:    %s\n' "$1" "$2"; return 1; }; }
wait_for() {
	local limit_s=$1 from=$SECONDS
	shift
	until "$@" >/dev/null 2>&1; do
		[ $((SECONDS - from)) -lt "$limit_s" ] || return 1
		sleep 0.2
	done
}
quietly() { "$@" >/dev/null 2>&1; }
refused() {
	local wanted=$1 said
	shift
	if said=$("$@" 2>&1); then
		echo "it was not refused: $said"
		return 1
	fi
	echo "$said"
	# Slurm's commands begin each line of a refusal with their own name.
	grep -qF -- "$wanted" <<<"$(sed 's/^[a-z]*: error: //' <<<"$said" | tr '\n' ' ')"
}

# Everything that packages may leave; not what the system itself keeps, nor Slurm's own state.
files() {
	find / -xdev \( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache -o -path /var/lib/slurm -o -path /var/lib/munge \
		-o -path /slurm-banking -o -path /result -o -path /root \) -prune -o -print |
		grep -vE '^/etc/((passwd|group|g?shadow|subuid|subgid)-?|\.pwd\.lock)$|^/var/lib/systemd/(catalog|timers|random-seed|coredump|pstore|linger)' | sort
}
new_files() { comm -13 /run/files-before <(files) | tr '\n' ' '; }
answers() { timeout 5 scontrol ping | grep -q 'is UP'; }
idle() { timeout 5 sinfo -h -t idle -o %D | grep -qx 1; }
as_games() { (cd /tmp && setpriv --reuid=games --regid=games --clear-groups --reset-env "$@"); }
field() { scontrol show job "$1" | grep -oE "(^| )$2=[^ ]*" | head -1 | cut -d= -f2-; }
state_is() { [ "$(field "$1" JobState)" = "$2" ]; }
bank() { slurm-banking-bank "$@"; }
booked() { bank statement fc_test --format csv | awk -F, -v code="$1" -v job="$2" 'NR > 1 && $2 == code && $3 == job { v = $5 } END { print v }'; }
at_bank() { [ -n "$(booked "$1" "$2")" ]; }
cost() { bank statement fc_test --format csv | awk -F, -v job="$1" 'NR > 1 && $3 == job { v -= $5 } END { printf "%.2f", v }'; }
elapsed_s() { echo $(($(date -d "$(field "$1" EndTime)" +%s) - $(date -d "$(field "$1" StartTime)" +%s))); }
metric() { curl -fsS http://127.0.0.1:9464/metrics | awk -v name="$1" 'index($1, name) == 1 { v = $NF } END { print v }'; }
metric_is() { [ "$(metric "$1")" = "$2" ]; }
mode() { stat -c '%U:%G %a' "$1"; }
# typed PAGE TEXT [SED]: what a page tells to type, the block that has this text, line by line as it stands but for SED. Its files come into
# /run/typed; documents call the programs bank and sidecar.
typed() {
	mkdir -p /run/typed
	ln -sfn /slurm-banking/artifacts /run/typed/artifacts
	{
		# shellcheck disable=SC2016
		echo 'bank() { slurm-banking-bank "$@"; }; sidecar() { slurm-banking-sidecar "$@"; }'
		awk -v text="$2" '/^ *```sh$/ { on = 1; block = ""; next } /^ *```$/ { if (on && index(block, text)) printf "%s", block; on = 0 } on { block = block $0 "\n" }' \
			"/slurm-banking/docs/$1" | sed "${3:-}"
	} >/run/typed/lines
	[ "$(wc -l </run/typed/lines)" -gt 1 ] || { echo "docs/$1 has no block with $2"; return 1; }
	(cd /run/typed && bash -O expand_aliases -e lines)
}
ready() { [ "$(curl -fsS http://127.0.0.1:9464/readyz)" = Healthy ]; }

slurm_conf() {
	cat >/etc/slurm/slurm.conf <<CONF
ClusterName=packages
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=slurm
AuthType=auth/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=/var/lib/slurm/slurmctld
SlurmdSpoolDir=/var/lib/slurm/slurmd
SlurmctldLogFile=/var/log/slurm/slurmctld.log
SlurmdLogFile=/var/log/slurm/slurmd.log
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,sched_min_interval=10000,batch_sched_delay=0
MailProg=/bin/true
NodeName=localhost NodeAddr=127.0.0.1 CPUs=16 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=00:30:00 State=UP
$1
CONF
}

ip link set lo up
ip address add 127.0.0.2/8 dev lo 2>/dev/null
wait_for 30 systemctl is-active munge
files >/run/files-before

echo "== installed"
check 'dpkg installs all three' dpkg -i /slurm-banking/artifacts/deb/*.deb
check 'no service is enabled by itself' same "disabled disabled disabled " \
	"$(systemctl is-enabled slurm-banking-{sidecar,node,bank} 2>/dev/null | tr '\n' ' ')"
check "the spool is root's and Slurm's" same 'root:slurm 2770' "$(mode /var/spool/slurm-banking)"
check "the bank's directory is its own user's" same 'slurm-banking-bank:slurm-banking-bank 700' "$(mode /var/lib/slurm-banking-bank)"
check "the bank's settings are root's alone" same 'root:root 600' "$(mode /etc/slurm-banking/bank.env)"
check 'systemd finds nothing wrong with the units' same '' \
	"$(systemd-analyze verify --man=no slurm-banking-{sidecar,node,bank}.service 2>&1 | grep slurm-banking)"
check 'the units are as shut in as they were' /slurm-banking/eng/unit-security.sh /lib/systemd/system
/slurm-banking/eng/unit-security.sh /lib/systemd/system 2>/dev/null

echo "== a bank, a sidecar, Slurm"
check 'a bank of our own, as install.md says' typed install.md 'enable --now slurm-banking-bank' \
	's|^apt-get install \./|dpkg -i artifacts/deb/|; s|--now slurm-banking-bank|& \&\& until curl -fsS http://127.0.0.1:8181/healthz; do sleep 0.1; done|'
check 'the bank answers' wait_for 30 curl -fsS -o /dev/null http://127.0.0.1:8181/healthz
check 'it has the account' grep -q '1000' <<<"$(bank statement fc_abc)"
check 'root opens an account' bank account create fc_test
check 'with a member' bank account member fc_test 5
check 'and funds' env SUDO_USER=ann slurm-banking-bank deposit fc_test 1000
check 'the books say who it was' grep -q ',1000.00,1000.00,ann,' <<<"$(bank statement fc_test --format csv)"
check "the books stay the service's" same slurm-banking-bank "$(stat -c %U /var/lib/slurm-banking-bank/* | sort -u)"
(umask 077 && cp /run/typed/token /etc/slurm-banking/token && chown slurm /etc/slurm-banking/token)
cat >/etc/slurm/bank-config.toml <<TOML
[PartitionPrice]
debug = 3600

[API]
url = "http://127.0.0.1:8181"
token_file = "/etc/slurm-banking/token"

[Sidecar]
decision_deadline = "2s"
TOML
chown slurm /etc/slurm/bank-config.toml && chmod 600 /etc/slurm/bank-config.toml
check 'the configuration is good' slurm-banking-sidecar check-config /etc/slurm/bank-config.toml
check 'also as migration.md says' typed migration.md 'sidecar check-config'
check "the controller's service starts, as install.md says" typed install.md 'enable --now slurm-banking-sidecar'
slurm_conf $'JobSubmitPlugins=slurm_banking\nJobCompType=jobcomp/slurm_banking'
echo 'optional spank_slurm_banking.so' >/etc/slurm/plugstack.conf.d/slurm-banking.conf
# This kernel may have controllers in both versions of cgroups, which slurmd refuses to look at; nothing here needs any.
echo CgroupPlugin=cgroup/v1 >/etc/slurm/cgroup.conf
check 'Slurm starts' systemctl start slurmctld slurmd
check 'its node is idle' wait_for 60 idle
check 'the sidecar is ready' wait_for 30 ready

echo "== a job's life"
job=$(as_games sbatch --parsable --output=/dev/null -A fc_test -n2 --time=1 --wrap 'sleep 4')
check 'held: 2 CPUs x 60 s x 1 SU/s' grep -q ':120\.00' <<<"$(scontrol show job "$job" | grep AdminComment)"
check 'charged when it starts' wait_for 20 at_bank charge "$job"
check '120.00 SU were charged' same -120.00 "$(booked charge "$job")"
check 'it completes' wait_for 40 state_is "$job" COMPLETED
check 'it is settled' wait_for 20 at_bank settle "$job"
check "settled to what it used: 2 CPUs x $(elapsed_s "$job") s" same "$((2 * $(elapsed_s "$job"))).00" "$(cost "$job")"
check 'one too dear is refused, with the numbers' refused 'may cost up to 28800.00 SU' \
	as_games sbatch --output=/dev/null -A fc_test -n16 --time=30 --wrap true
check 'no fact waits in the spool' same 0 "$(find /var/spool/slurm-banking -type f | wc -l)"

echo "== services come and go"
kill -KILL "$(systemctl show -P MainPID slurm-banking-sidecar)"
check 'a sidecar that was killed comes back' wait_for 30 ready
late=$(as_games sbatch --parsable --output=/dev/null -A fc_test -n1 --time=1 --begin=now+12 --wrap 'sleep 25')
sleep 4
systemctl stop slurm-banking-sidecar
check 'what plugins do without a sidecar stays known' test -e /run/slurm-banking/fallback
sed -i 's|--controller https://controller:9465 --ca [^ ]*|--controller https://localhost:9465|' /etc/slurm-banking/node.env
check "a node's service starts" systemctl start slurm-banking-node
check 'it is alive without a token, too' wait_for 20 curl -fsS -o /dev/null http://127.0.0.1:9464/healthz
(umask 077 && echo 0123456789abcdef0123456789abcdef >/etc/slurm-banking/node-token && chown slurm /etc/slurm-banking/node-token)
check 'it keeps the start that slurmstepd reports' wait_for 40 metric_is slurm_banking_starts_kept 1
systemctl stop slurm-banking-node
check "the controller's comes back" systemctl start slurm-banking-sidecar
check 'that job is settled, too' wait_for 90 at_bank settle "$late"
check 'to what it used' same "$(elapsed_s "$late").00" "$(cost "$late")"
check 'the books balance' bank verify

echo "== what operations.md and migration.md tell to type"
check 'a bank is upgraded' typed operations.md 'systemctl stop slurm-banking-bank'
check 'it answers again' wait_for 30 curl -fsS -o /dev/null http://127.0.0.1:8181/healthz
check 'a sidecar is upgraded' typed operations.md 'slurm-banking/sidecar.new' 's|^curl|sleep 5; curl|'
check 'plugins are upgraded' typed operations.md '.new" && mv' 's|24\.11\.5|22.05.8|'
check 'slurmctld answers' wait_for 30 answers
check 'the token is changed' typed operations.md 'sidecar-2027' 's|^curl|sleep 3; curl|'
check 'the bank takes the new one' wait_for 30 metric_is slurm_banking_bank_token_accepted 1
mkdir /etc/slurm/spank && touch /etc/slurm/spank/spank_slurm_banking.so
check "the Rust plugins' files are exchanged for ours" typed migration.md 'systemctl stop slurmctld'
check 'slurmctld has loaded them' wait_for 30 answers
check 'a job is held by them' grep -q 'AdminComment=slurm-banking:' \
	<<<"$(scontrol show job "$(as_games sbatch --parsable --output=/dev/null -A fc_test -n1 --time=1 --begin=now+1hour --wrap true)")"
check 'its queue is emptied' scancel --user=games
rm -r /etc/slurm/spank /opt/slurm-banking-before /usr/lib/slurm-banking/sidecar.old /var/lib/slurm-banking-bank.before

echo "== installed over"
echo '# the site was here' >>/etc/slurm-banking/sidecar.env
before=$(systemctl show -P MainPID slurm-banking-sidecar)
check 'dpkg installs once more' dpkg --force-confold -i /slurm-banking/artifacts/deb/*.deb
check 'the service was started anew' test "$(systemctl show -P MainPID slurm-banking-sidecar)" != "$before"
check 'and is ready' wait_for 30 ready
check 'settings that were changed stay' grep -q 'the site was here' /etc/slurm-banking/sidecar.env
check "a node's service that was stopped stays so" same inactive "$(systemctl is-active slurm-banking-node)"

echo "== removed"
check 'plugins that Slurm names are not removed' refused '/etc/slurm/slurm.conf:' dpkg -r slurm-wlm-banking-plugins
check 'their line in plugstack.conf counts as well' refused '/etc/slurm/plugstack.conf.d/slurm-banking.conf:1:' dpkg -r slurm-wlm-banking-plugins
check 'they are still there' test -e /usr/lib/x86_64-linux-gnu/slurm-wlm/jobcomp_slurm_banking.so
slurm_conf ''
check 'slurmctld starts without them' systemctl restart slurmctld
check 'and answers' wait_for 30 answers
rm /etc/slurm/plugstack.conf.d/slurm-banking.conf
check 'now the plugins can be removed' dpkg -r slurm-wlm-banking-plugins
check 'sidecar and bank, too' dpkg -r slurm-banking slurm-banking-bank
check 'no service of ours runs' same '' "$(systemctl list-units --no-legend --state=active,failed 'slurm-banking-*')"
check 'state stays until it is purged' test -e /var/lib/slurm-banking/sidecar.db
check 'purged' dpkg --purge slurm-wlm-banking-plugins slurm-banking slurm-banking-bank
check 'slurmctld was never down' answers
job=$(as_games sbatch --parsable --output=/dev/null -n1 --time=1 --wrap true)
check 'jobs run' wait_for 40 state_is "$job" COMPLETED
check "nothing is left but the site's own files and the books" same \
	"/etc/slurm-banking /etc/slurm-banking/node-token /etc/slurm-banking/token /etc/slurm/bank-config.toml /etc/slurm/cgroup.conf /etc/slurm/slurm.conf $(
		find /var/lib/slurm-banking-bank | sort | tr '\n' ' '
	)" "$(new_files)"
check 'the books can be read by whoever is left' test -s /var/lib/slurm-banking-bank/bank.db

echo "== eng/install.sh"
rm -rf /etc/slurm-banking /var/lib/slurm-banking-bank /etc/slurm/bank-config.toml
files >/run/files-before
check 'it installs' /slurm-banking/eng/install.sh
check "where the running Slurm's plugins are" test -e /usr/lib/x86_64-linux-gnu/slurm-wlm/job_submit_slurm_banking.so
check 'the sidecar runs' quietly slurm-banking-sidecar --help
check 'the bank runs' quietly bank --help
if [ -e /usr/bin/sbank ]; then
	check 'sbank runs' quietly sbank --help
	check 'bash completes it' same quote "$(bash -c 'source /usr/share/bash-completion/completions/sbank; COMP_LINE="sbank quo" COMP_POINT=9; _sbank; echo "${COMPREPLY[*]}"')"
	check 'zsh and fish could' test -s /usr/share/zsh/vendor-completions/_sbank -a -s /usr/share/fish/vendor_completions.d/sbank.fish
fi
check 'systemd finds nothing wrong with the units' same '' \
	"$(systemd-analyze verify --man=no slurm-banking-{sidecar,node,bank}.service 2>&1 | grep slurm-banking)"
check 'once more changes nothing' /slurm-banking/eng/install.sh
echo 'JobSubmitPlugins=slurm_banking' >>/etc/slurm/slurm.conf
check 'what Slurm names is not taken away' refused 'slurm.conf:' /slurm-banking/eng/install.sh uninstall
check 'all of it is still there' test -e /usr/lib/slurm-banking/installed
sed -i '/slurm_banking/d' /etc/slurm/slurm.conf
check 'it takes away' /slurm-banking/eng/install.sh uninstall
check 'exactly what it had installed' same '/var/lib/slurm-banking-bank /var/spool/slurm-banking ' "$(new_files)"

journalctl --no-pager -u 'slurm-banking-*' >/result/services.log 2>&1
[ $failed = 0 ] || { echo '--- the services said'; tail -n 60 /result/services.log; tail -n 30 /var/log/slurm/slurmctld.log; }
echo "$passed passed, $failed failed, 0 skipped"
