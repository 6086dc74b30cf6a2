#!/bin/bash
# Prints the directory of Slurm's source tree that matches the installed Slurm, fetching it first when it is not there yet.
#
#   eng/slurm-source.sh
#
# jobcomp reads slurmctld's own structures, whose headers no binary package ships. They come from Debian's source package
# of exactly the installed version, because the layouts change even between micro releases.
#
#   SLURM_SOURCE   use this source tree, fetch nothing
set -euo pipefail
cd "$(dirname "$0")/.."

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
mkdir -p "$cache/download"
trap 'rm -rf "$cache/download"' EXIT
(eng=$PWD/eng && cd "$cache/download" && "$eng/apt-source.sh" "slurm-wlm=$wanted")

mkdir "$cache/source"
tar -x --strip-components=1 -C "$cache/source" -f "$cache"/download/slurm-wlm_*.orig.tar.*
touch "$cache/complete"
echo "$cache/source"
