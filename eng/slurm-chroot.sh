#!/bin/bash
# Prints the directory of a Debian with another release of Slurm than this machine's, making it first when it is not there yet: a file
# system to chroot into, with Slurm's daemons, headers and accounting, in about 3 minutes and 1 GB.
#
#   eng/slurm-chroot.sh 22.05            Debian 12, with systemd, for what must not touch this machine (eng/verify-packages.sh)
#   eng/slurm-chroot.sh 24.11|26.05      Debian 13, or unstable, whose Slurm moves on
#   eng/slurm-chroot.sh 25.11.7          a release of eng/slurm-releases, which is built there from SchedMD's source (10 minutes on 2 cores)
#
#   SLURM_GIT   repository that has that source; default SchedMD's
#
# It is kept in the user's cache. Delete it to have a newer one. Needs root.
set -eEuo pipefail
cd "$(dirname "$0")/.."

version='' commit='' extra=()
case ${1:-} in
22.05) suite=bookworm extra=(systemd) ;;
24.11) suite=trixie ;;
26.05) suite=sid ;;
*)
	version=${1:-}
	commit=$(sed -n "s/^${version//./\\.} //p" eng/slurm-releases)
	[ -n "$commit" ] || {
		sed -n '2,11s/^# \?//p' "$0" >&2
		exit 2
	}
	suite=sid
	;;
esac
[ "$(id -u)" = 0 ] || { echo "a chroot needs root" >&2; exit 1; }

root=${XDG_CACHE_HOME:-$HOME/.cache}/slurm-banking/chroot-${version:-$suite}
if [ -e "$root.complete" ]; then
	echo "$root"
	exit 0
fi

eng/install-packages.sh debootstrap >&2
echo "making Debian $suite with Slurm ${version:-of its own} in $root" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' \
	/etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -1 || true)

# Over Debian's packages of another release, which stay for what they depend on.
make_from_source() {
	local from
	from=$(eng/slurm-chroot.sh 26.05)
	rm -rf "$root"
	cp -a "$from" "$root"
	DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get -q -y install build-essential pkgconf libmunge-dev libjson-c-dev libjwt-dev libyaml-dev \
		libhttp-parser-dev libhwloc-dev libreadline-dev libmariadb-dev liblz4-dev libdbus-1-dev libpam0g-dev
	git init -q "$root/src"
	git -C "$root/src" fetch -q --depth 1 "${SLURM_GIT:-https://github.com/SchedMD/slurm.git}" "$commit"
	git -C "$root/src" -c advice.detachedHead=false checkout -q "$commit"
	rm -rf "$root"/usr/lib/*/slurm-wlm "$root"/usr/include/slurm
	chroot "$root" sh -c "cd /src && ./configure --prefix=/usr --libdir=/usr/lib/$(uname -m)-linux-gnu --sysconfdir=/etc/slurm --localstatedir=/var \
		--enable-slurmrestd --enable-multiple-slurmd --disable-x11 --without-rpath --disable-developer --with-hwloc CFLAGS=-O1 \
		&& make -s -j$(nproc) -C src && make -s -C src install && make -s -C slurm install"
	rm -rf "$root/src"
}

make() {
	rm -rf "$root"
	mkdir -p "$root"
	debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$root" "$mirror"
	# What this machine needs to reach its mirror, the chroot needs too.
	cp /etc/apt/apt.conf.d/*prox* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
	printf 'path-exclude=/usr/share/%s/*\n' doc man locale >"$root/etc/dpkg/dpkg.cfg.d/slim"
	# The mirror of unstable may be a copy of some weeks ago.
	printf 'Acquire::Languages "none";\nAPT::Install-Recommends "false";\nAcquire::Check-Valid-Until "false";\n' \
		>"$root/etc/apt/apt.conf.d/slim"
	echo '127.0.0.1 localhost' >"$root/etc/hosts"
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
	chroot "$root" apt-get -q update
	DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get -q -y install slurmctld slurmd slurm-client slurmdbd slurmrestd munge mariadb-server \
		libslurm-dev gcc libc6-dev curl cron iproute2 "${extra[@]}"
	# Whose jobs run: 26.05 makes the environment of cron's with a login shell.
	chroot "$root" usermod --shell /bin/sh games
	chroot "$root" apt-get clean
}
exec 3>&2
trap 'tail -n 30 "$log" >&3' ERR
"make${version:+_from_source}" >"$log" 2>&1
touch "$root.complete"
echo "$root"
