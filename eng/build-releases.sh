#!/bin/bash
# Builds the plugins for Slurm's releases, and what lies beside them for choosing among them.
#
#   eng/build-releases.sh OUTDIR
#
# OUTDIR/VERSION/ for each release, OUTDIR/inert/, OUTDIR/libslurm_banking.so.
#
#   SLURM_RELEASES   "all" of eng/slurm-releases (default), "installed" for the one whose libslurm-dev is installed, or some of
#                    them: "25.11.2 26.05.1"
#   SLURM_GIT        repository that has their commits; default SchedMD's
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "$1")
: "${SLURM_RELEASES:=all}"
mkdir -p "$out"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$SLURM_RELEASES" = installed ]; then
	eng/install-packages.sh libslurm-dev
	installed=$(dpkg-query -W -f '${Version}' libslurm-dev | sed 's/-.*//')
	SHIMS_ONLY=1 eng/build-plugins.sh "$out/$installed"
else
	[ "$SLURM_RELEASES" != all ] || SLURM_RELEASES=$(sed -n 's/^\([0-9.]*\) .*/\1/p' eng/slurm-releases)
	mkdir "$work/prefix"
	ln -s "$work/slurm" "$work/prefix/include"
	for version in $SLURM_RELEASES; do
		eng/slurm-headers.sh "$version" "$work/slurm"
		SLURM_PREFIX=$work/prefix SLURM_SOURCE=$work/slurm SHIMS_ONLY=1 eng/build-plugins.sh "$out/$version"
	done
fi
strip --strip-debug "$out"/*/*.so

mkdir -p "$out/inert"
for plugin in job_submit jobcomp spank; do
	${CC:-cc} -std=gnu11 -O2 -fPIC -shared -nostdlib -Wall -Wextra -Werror -fvisibility=hidden -Wl,-z,nodelete -Wl,-z,relro \
		"-DSB_${plugin^^}" -o "$out/inert/${plugin}_slurm_banking.so" plugins/inert/inert.c
done
