#!/bin/bash
# Prints the directory of Slurm's source tree that matches the installed Slurm, fetching it first when it is not there yet.
#
#   eng/slurm-source.sh
#
# jobcomp reads slurmctld's own structures, whose headers no binary package ships. They come from Debian's source package
# of exactly the installed version, because the layouts change even between micro releases. apt's configuration on this
# machine is left alone: a private copy of the source lists asks for deb-src, with private lists and cache.
#
#   SLURM_SOURCE   use this source tree, fetch nothing
set -euo pipefail

if [ -n "${SLURM_SOURCE:-}" ]; then
	[ -e "$SLURM_SOURCE/src/slurmctld/slurmctld.h" ] || {
		echo "SLURM_SOURCE=$SLURM_SOURCE holds no src/slurmctld/slurmctld.h" >&2
		exit 1
	}
	echo "$SLURM_SOURCE"
	exit 0
fi

wanted=$(dpkg-query -W -f '${source:Version}' libslurm-dev)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/slurm-banking/slurm-$wanted"
if [ -e "$cache/complete" ]; then
	echo "$cache/source"
	exit 0
fi

echo "fetching Slurm's source package $wanted" >&2
rm -rf "$cache"
mkdir -p "$cache"/{parts,lists/partial,download}
trap 'rm -rf "$cache/lists" "$cache/parts" "$cache/download"' EXIT

# Everything but the type stays as it is, so that Signed-By and options keep working.
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ -e "$list" ] && sed -n 's/^deb\( \)/deb-src\1/p' "$list" >"$cache/parts/$(basename "$list" .list).list"
done
for list in /etc/apt/sources.list.d/*.sources; do
	[ -e "$list" ] && sed 's/^Types:.*/Types: deb-src/' "$list" >"$cache/parts/$(basename "$list")"
done

options=(-q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$cache/parts" -o Dir::State::lists="$cache/lists"
	-o Dir::Cache="$cache/lists" -o Acquire::Languages=none -o APT::Sandbox::User=root)
{
	apt-get "${options[@]}" update
	cd "$cache/download"
	# Only the upstream tarball is needed, and it may be all that a mirror still has.
	apt-get "${options[@]}" source --download-only "slurm-wlm=$wanted" || ls slurm-wlm_*.orig.tar.*
} >"$cache/log" 2>&1 || {
	tail -n 20 "$cache/log" >&2
	exit 1
}

mkdir "$cache/source"
tar -x --strip-components=1 -C "$cache/source" -f "$cache"/download/slurm-wlm_*.orig.tar.*
touch "$cache/complete"
echo "$cache/source"
