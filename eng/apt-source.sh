#!/bin/bash
# Downloads the files of a Debian source package into the current directory. apt's configuration on this machine is left
# alone: a private copy of the source lists asks for deb-src, with private lists and cache.
#
#   eng/apt-source.sh PACKAGE[=VERSION]
set -euo pipefail

private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
mkdir -p "$private"/{parts,lists/partial}

# Everything but the type stays as it is, so that Signed-By and options keep working.
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ -e "$list" ] && sed -n 's/^deb\( \)/deb-src\1/p' "$list" >"$private/parts/$(basename "$list" .list).list"
done
for list in /etc/apt/sources.list.d/*.sources; do
	[ -e "$list" ] && sed 's/^Types:.*/Types: deb-src/' "$list" >"$private/parts/$(basename "$list")"
done

options=(-q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$private/parts" -o Dir::State::lists="$private/lists"
	-o Dir::Cache="$private/lists" -o Acquire::Languages=none -o APT::Sandbox::User=root)
{
	apt-get "${options[@]}" update
	# Only the upstream tarball is needed, and it may be all that a mirror still has.
	apt-get "${options[@]}" source --download-only "$1" || ls "${1%%=*}"_*.orig.tar.*
} >"$private/log" 2>&1 || {
	tail -n 20 "$private/log" >&2
	exit 1
}
