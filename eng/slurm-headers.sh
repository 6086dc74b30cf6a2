#!/bin/bash
# Puts the headers of one of Slurm's releases into TREE, for building plugins for it. Nothing of Slurm is compiled, and the commit in
# eng/slurm-releases says by itself that they are the right ones.
#
#   eng/slurm-headers.sh VERSION TREE      TREE is made, or goes on from another release
#
#   SLURM_GIT   repository that has the commit; default SchedMD's
set -euo pipefail
version=$1 tree=$2
: "${SLURM_GIT:=https://github.com/SchedMD/slurm.git}"

commit=$(sed -n "s/^$version //p" "$(dirname "$0")/slurm-releases")
[ -n "$commit" ] || {
	echo "Slurm $version is not in eng/slurm-releases" >&2
	exit 1
}
if [ ! -d "$tree/.git" ]; then
	git init -q "$tree"
	git -C "$tree" remote add origin "$SLURM_GIT"
	git -C "$tree" sparse-checkout set --no-cone '/slurm/*' '/src/**/*.h'
fi
git -C "$tree" fetch -q --depth 1 --filter=blob:none origin "$commit"
git -C "$tree" -c advice.detachedHead=false checkout -q --force "$commit"
IFS=. read -r major minor micro <<<"$version"
number=$(printf '0x%02x%02x%02x' "$((10#$major))" "$((10#$minor))" "$((10#$micro))")
sed "s/#undef SLURM_VERSION_NUMBER/#define SLURM_VERSION_NUMBER $number/" "$tree/slurm/slurm_version.h.in" >"$tree/slurm/slurm_version.h"
