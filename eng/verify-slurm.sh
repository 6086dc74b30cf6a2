#!/bin/bash
# Runs the scenarios and changes of jobs (tests/slurm) on another release of Slurm than this machine has, all of it native there: Debian's packages
# of it, in a chroot (eng/slurm-chroot.sh, eng/in-chroot.sh).
#
#   eng/verify-slurm.sh 24.11|26.05|25.11.7      after eng/build.sh, eng/build-plugins.sh and eng/publish.sh; a whole version is one of
#                                                eng/slurm-releases, built from source
#
#   FILTER=...    passed on to the suite instead of its scenarios and changes of jobs
#   SLURM_GIT     a repository that has Slurm's releases; default SchedMD's
#
# The plugins are built for exactly the release. Where eng/slurm-releases does not have it, job_submit and SPANK come from its public
# headers, and jobcomp from the newest release of the same major.minor, relabelled: it must not read records of another size.
set -euo pipefail
cd "$(dirname "$0")/.."
asked=${1:?24.11, 26.05, or a release of eng/slurm-releases}

root=$(eng/slurm-chroot.sh "$asked")
version=$(chroot "$root" slurmctld -V | sed 's/^[^ ]* //; s/-.*//')
series=${version%.*}
echo "Slurm $version"

plugins=artifacts/plugins/$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nearest=$(sed -n "s/^\(${series//./\\.}\.[0-9]*\) .*/\1/p" eng/slurm-releases | sort -V | sed -n "/^${version//./\\.}\$/p; \$p" | head -1)
number=$(printf '0x%02x%02x%02x' $(sed 's/\.0*\([0-9]\)/ \1/g' <<<"$version"))
SLURM_RELEASES=$nearest SLURM_PLUGIN_VERSION=$number eng/build-releases.sh "$work"
mkdir -p "$plugins"
cp "$work/$nearest"/*.so "$plugins/"
if [ "$nearest" != "$version" ]; then
	echo "jobcomp is that of $nearest: no source of $version is known"
	mkdir -p "$work/public/include"
	ln -s "$root/usr/include/slurm" "$work/public/include/slurm"
	PUBLIC_ONLY=1 SHIMS_ONLY=1 SLURM_PREFIX=$work/public eng/build-plugins.sh "$plugins"
fi
# The library knows no version of Slurm.
cp "artifacts/plugins/$(dpkg-query -W -f '${Version}' libslurm-dev | sed 's/-.*//')/libslurm_banking.so" "$plugins/"

suite=artifacts/bin/SlurmBanking.Slurm.Tests/release/SlurmBanking.Slurm.Tests
# shellcheck disable=SC2086
eng/in-chroot.sh "$root" "$suite" ${FILTER:---filter-class *.Scenarios.* --filter-class *ModificationTests} --no-ansi --progress off
