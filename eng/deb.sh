#!/bin/bash
# Builds Debian packages into artifacts/deb/, with dpkg-deb alone: slurm-banking, slurm-banking-bank, slurm-wlm-banking-plugins.
#
#   eng/deb.sh
#
#   SLURM_VERSION   which release of Slurm the plugins are for; default: the one whose libslurm-dev is installed
#   DEBFULLNAME, DEBEMAIL   who stands for the packages
#   LINT=0          leaves lintian out
#
# What is not built yet is built first (eng/install.sh). The same sources and tools give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/install-packages.sh dpkg-dev binutils libslurm-dev
[ "${LINT:-1}" = 0 ] || eng/install-packages.sh lintian

version=$(sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props)
architecture=$(dpkg --print-architecture)
slurm=${SLURM_VERSION:-$(dpkg-query -W -f '${Version}' libslurm-dev | sed 's/-.*//')}
maintainer="${DEBFULLNAME:-The slurm-banking authors} <${DEBEMAIL:-slurm-banking@example.org}>"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
from=eng/packaging/debian
out=$PWD/artifacts/deb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
rm -f "$out"/*.deb

# What the ELF files of a package need, and the file of dpkg-shlibdeps' that says so.
needs() {
	mkdir -p "$work/needs/debian"
	printf 'Source: slurm-banking\n\nPackage: %s\nArchitecture: any\n' "$1" >"$work/needs/debian/control"
	# Slurm's daemons have the symbols that plugins want.
	(cd "$work/needs" && find "$2" -type f \( -name '*.so' -o -perm -100 \) -exec sh -c 'head -c 4 "$1" | grep -q ELF' - {} \; -print0 |
		xargs -0 dpkg-shlibdeps -O --ignore-missing-info 2>"$work/needs/log") | sed -n 's/^shlibs:Depends=//p' || {
		cat "$work/needs/log" >&2
		exit 1
	}
}

# What lintian finds and can't be otherwise.
overrides() {
	local file=$2/usr/share/lintian/overrides/$1 program
	for program in "$2"/usr/lib/slurm-banking/*/*; do
		grep -qaE '(in|de)flate [0-9]' "$program" 2>/dev/null || continue
		if [ ! -e "$file" ]; then
			mkdir -p "$(dirname "$file")"
			echo '# The .NET runtime has its own zlib linked in, and is itself linked into the program: there is no other build of it.' >"$file"
		fi
		echo "$1: embedded-library zlib [${program#"$2"/}]" >>"$file"
	done
}

pack() {
	local package=$1 components=$2 root=$work/$1 control=$work/$1/DEBIAN doc=$work/$1/usr/share/doc/$1 script units
	mkdir -m 755 "$root"
	env PACKAGE="$package" COMPONENTS="$components" DESTDIR="$root" SLURM_VERSION="$slurm" UNITDIR=/lib/systemd/system \
		PLUGINDIR="/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/slurm-wlm" eng/install.sh
	mkdir -p "$control" "$doc"
	cp $from/copyright "$doc/copyright"
	local notices packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
	notices=$({ find "$packages" -path '*nativeaot*/THIRD-PARTY-NOTICES.TXT' || true; } | sort -V | tail -1)
	gzip -9nc "$notices" >"$doc/THIRD-PARTY-NOTICES.gz"
	local full=$version
	[ "$package" != slurm-wlm-banking-plugins ] || full+=+slurm$slurm
	{
		printf '%s (%s) unstable; urgency=medium\n\n' "$package" "$full"
		printf '  * What is new is told by CHANGELOG.md of the sources.\n'
		printf '\n -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -R -u -d "@$SOURCE_DATE_EPOCH")"
	} | gzip -9n >"$doc/changelog.gz"
	overrides "$package" "$root"

	units=''
	[ ! -d "$root/lib/systemd/system" ] || units=$(cd "$root/lib/systemd/system" && echo *.service)
	for script in postinst prerm postrm; do
		: >"$control/$script"
		[ ! -e $from/"$package".$script ] || cat $from/"$package".$script >>"$control/$script"
		if [ -n "$units" ]; then sed "s/@UNITS@/$units/g" $from/units.$script >>"$control/$script"; fi
		if [ -s "$control/$script" ]; then chmod 755 "$control/$script"; else rm "$control/$script"; fi
	done
	[ ! -d "$root/etc" ] || (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$control/conffiles"
	(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$control/md5sums"

	local next=${slurm%.*}.$((10#${slurm##*.} + 1)) size
	size=$(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)
	sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@MAINTAINER@/$maintainer/; s/@SIZE@/$size/; s/@SLURM@/$slurm/g
		s/@SLURM_NEXT@/$next/; s/@SHLIBS@/$(needs "$package" "$root")/" $from/"$package".control >"$control/control"
	find "$root" -type d -exec chmod 755 {} +
	dpkg-deb --build --root-owner-group -Zxz "$root" "$out" >/dev/null
}

pack slurm-banking sidecar
pack slurm-banking-bank bank
pack slurm-wlm-banking-plugins plugins
ls -l "$out"
if [ "${LINT:-1}" != 0 ]; then
	lintian --fail-on error,warning --info --tag-display-limit 0 "$out"/*.deb
fi
