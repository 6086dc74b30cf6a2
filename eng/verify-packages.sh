#!/bin/bash
# Installs the packages of eng/deb.sh for real: with dpkg, into a Debian 12 (eng/slurm-chroot.sh) whose systemd is started in namespaces of
# its own, beside Debian's Slurm 22.05. What happens there is eng/packages-life.sh. Nothing of this machine is changed, and nothing of the
# chroot: its files are an overlay's in memory. Ends with "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")/.."
skip() {
	echo "skipped: $*"
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
}
[ "$(id -u)" = 0 ] || skip 'a system of its own needs root'
hierarchy=$(findmnt -rn -t cgroup2 -o TARGET | head -1)
[ -n "$hierarchy" ] || skip 'systemd needs a cgroup2 hierarchy, and none is mounted'

root=$(eng/slurm-chroot.sh 22.05)
find artifacts/deb -name '*.deb' 2>/dev/null | grep -q . || eng/deb.sh

work=$(mktemp -d) group=$hierarchy/slurm-banking-packages-$$
cleanup() {
	find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
mkdir "$work/result" "$work/root" "$group"
# A shell reads a script as it goes: whoever edits it now changes the next run.
cp eng/packages-life.sh "$work/result/life"

# shellcheck disable=SC2016
in_namespaces='
set -e
chroot=$1 work=$2 source=$3
root=$work/root
mount -t tmpfs -o mode=755 overlay "$work/root"
mkdir "$work/root"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=$chroot,upperdir=$root/upper,workdir=$root/work" "$root/root"
root=$root/root
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero full random urandom tty; do
	touch "$root/dev/$device"
	mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for directory in dev/shm run tmp; do mount -t tmpfs -o mode=1777 tmp "$root/$directory"; done
chmod 755 "$root/run"
mkdir -p "$root/slurm-banking" "$root/result"
mount --bind "$source" "$root/slurm-banking"
mount -o remount,bind,ro "$root/slurm-banking"
mount --bind "$work/result" "$root/result"

hostname localhost
echo localhost >"$root/etc/hostname"
head -c 16 /dev/urandom | od -An -tx1 | tr -d " \n" >"$root/etc/machine-id"
rm -f "$root/usr/sbin/policy-rc.d"
system=$root/etc/systemd/system
for unit in mariadb slurmdbd slurmrestd cron systemd-udevd getty@ console-getty; do ln -sf /dev/null "$system/$unit.service"; done
cat >"$system/packages-life.service" <<END
[Service]
Type=oneshot
ExecStart=/result/life
ExecStopPost=/bin/systemctl exit
StandardOutput=file:/result/log
StandardError=inherit
TimeoutStartSec=15min
END
mkdir -p "$system/multi-user.target.wants"
ln -sf ../packages-life.service "$system/multi-user.target.wants/"
exec chroot "$root" env -i container=slurm-banking PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target --show-status=no
'
bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" \
	timeout --kill-after=10 1000 unshare --mount --propagation private --pid --fork --kill-child --uts --net --ipc --cgroup -- \
	bash -c "$in_namespaces" - "$root" "$work" "$PWD" </dev/null >"$work/console" 2>&1 || true

if ! grep -q ' passed, ' "$work/result/log" 2>/dev/null; then
	cat "$work/console" "$work/result/log" >&2 || true
	echo 'failed: the system did not come to its end'
	echo '0 passed, 1 failed, 0 skipped'
	exit 1
fi
cat "$work/result/log"
grep -q ' passed, 0 failed, ' "$work/result/log"
