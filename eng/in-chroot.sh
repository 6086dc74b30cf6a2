#!/bin/bash
# Runs a command in a chroot (eng/slurm-chroot.sh), as root there, with processes, mounts, host name and network of its own: nothing of it
# is left when the command ends, and it reaches nobody. This source tree is /slurm-banking there, and dotnet is this machine's.
#
#   eng/in-chroot.sh ROOT COMMAND...
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
# shellcheck disable=SC2016
exec unshare --mount --propagation private --pid --fork --kill-child --uts --net -- bash -c '
	root=$1 source=$2 dotnet=$3
	shift 3
	hostname localhost
	mkdir -p "$root/slurm-banking" "$root/usr/share/dotnet"
	mount --bind "$source" "$root/slurm-banking"
	mount --bind "$dotnet" "$root/usr/share/dotnet"
	ln -sf /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount --rbind /sys "$root/sys"
	mount -t tmpfs -o mode=1777 tmp "$root/tmp"
	mount -t tmpfs -o mode=0755 run "$root/run"
	# With a single address in the namespace getaddrinfo gives slurmctld none.
	chroot "$root" ip link set lo up
	chroot "$root" ip address add 127.0.0.2/8 dev lo
	exec chroot "$root" env -i HOME=/root USER=root PATH=/usr/sbin:/usr/bin:/sbin:/bin DOTNET_ROOT=/usr/share/dotnet DOTNET_CLI_TELEMETRY_OPTOUT=1 \
		sh -c "cd /slurm-banking && exec \"\$@\"" - "$@"
' - "$1" "$source" "$dotnet" "${@:2}"
