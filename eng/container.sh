#!/bin/bash
# Runs a command the way a container runtime does, without one: in a root of its own, which is the machine's own file system with other
# files laid over it, and in its own process, mount and host name namespaces. Needs root, and no image.
#
#   eng/container.sh [OPTION...] -- COMMAND...
#
#   --layer DIR          files of the image that the machine has not, or has others of; repeatable, the last on top
#   --bind FROM:TO[:ro]  a volume or a file of one; TO comes into being where it is not; repeatable
#   --user UID:GID       (0:0) with no groups but --groups and no capability, and none to be gained
#   --groups GID,...
#   --capability NAME    keeps one ("chown"); repeatable
#   --privileged         keeps them all
#   --read-only          nothing but volumes can be written
#   --hostname NAME
#   --env NAME=VALUE     repeatable; beside PATH the only environment
set -euo pipefail

if [ "${1:-}" != inside ]; then
	exec unshare --mount --propagation private --pid --fork --kill-child --uts -- "$0" inside "$@"
fi
shift

layers=() binds=() user=0:0 groups='' capabilities=-all privileged='' readonly='' environment=(PATH=/usr/sbin:/usr/bin:/sbin:/bin)
while [ "$1" != -- ]; do
	case $1 in
	--layer) layers+=("$2") ;;
	--bind) binds+=("$2") ;;
	--user) user=$2 ;;
	--groups) groups=$2 ;;
	--capability) capabilities+=,+$2 ;;
	--hostname) hostname "$2" ;;
	--env) environment+=("$2") ;;
	--privileged | --read-only)
		if [ "$1" = --privileged ]; then privileged=1; else readonly=1; fi
		shift
		continue
		;;
	*)
		echo "$0: $1?" >&2
		exit 2
		;;
	esac
	shift 2
done
shift

# What is written, and where things are mounted, is gone with the container: a tmpfs that nobody else sees. Layers are copied: one that lies
# below / can't be laid over it.
mount -t tmpfs -o mode=0755 container /mnt
mkdir /mnt/{upper,work,root}
for layer in "${layers[@]}"; do cp -a "$layer/." /mnt/upper; done
mount -t overlay -o "lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
root=/mnt/root
mount -t proc proc $root/proc
mount --rbind /dev $root/dev
mount --rbind /sys $root/sys
# Images have nothing there; the machine has.
for directory in /tmp /run; do mount -t tmpfs -o "mode=$([ $directory = /tmp ] && echo 1777 || echo 0755)" empty "$root$directory"; done

for bind in "${binds[@]}"; do
	IFS=: read -r from to mode <<<"$bind"
	if [ -d "$from" ]; then
		mkdir -p "$root$to"
	else
		mkdir -p "$root${to%/*}"
		[ -e "$root$to" ] || : >"$root$to"
	fi
	mount --bind "$from" "$root$to"
	[ -z "$mode" ] || mount -o remount,bind,ro "$root$to"
done
mkdir "$root/.machine"
if [ -n "$readonly" ]; then
	for directory in /tmp /run ''; do mount -o remount,bind,ro "$root$directory/"; done
fi

cd $root
pivot_root . .machine
umount --lazy /.machine
rights=(--no-new-privs --inh-caps=-all "--bounding-set=$capabilities" --reuid="${user%:*}" --regid="${user#*:}")
[ -z "$privileged" ] || rights=()
if [ -n "$groups" ]; then rights+=(--groups "$groups"); else rights+=(--clear-groups); fi
exec env -i "${environment[@]}" setpriv "${rights[@]}" -- "$@"
