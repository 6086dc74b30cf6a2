#!/bin/bash
# Whether the size guards of the plugins tell the layouts of Slurm's structures apart: prints, for each of eng/slurm-releases, the
# sizes that are asked for at run time and a digest of the machine code that reads the fields, and fails when two releases of one
# major.minor have the same sizes and other code. A relabelled build would then read records of which it can't know that they are
# laid out otherwise.
#
#   eng/layouts.sh [VERSION ...]      default: all of eng/slurm-releases
#
#   SLURM_GIT   repository that has their commits; default SchedMD's
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || mapfile -t versions < <(sed -n 's/^\([0-9.]*\) .*/\1/p' eng/slurm-releases)
[ $# = 0 ] || versions=("$@")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/config.h"
cat >"$work/sizes.c" <<'C'
#include "config.h"
#include "release.h"
#include <slurm/slurm.h>
#include <slurm/slurmdb.h>
#include "src/slurmctld/slurmctld.h"
#if SLURM_VERSION_NUMBER >= SB_SLURM_24_05
#include "src/common/job_record.h"
#include "src/common/part_record.h"
#endif
#include <stdio.h>

int main(void)
{
	printf("%zu %zu %zu %zu %zu %zu\n", sizeof(job_record_t), sizeof(*((job_record_t *)0)->details), sizeof(part_record_t),
	       sizeof(slurmdb_qos_rec_t), sizeof(job_desc_msg_t), sizeof(slurm_conf_t));
	return 0;
}
C

# What differs by name alone is the same here, so that code differs where offsets do.
flags=(-std=gnu11 -O2 '-DSB_BUILD=""' '-DSB_SLURM_VERSION=""' -I"$work" -Iplugins/shim -isystem "$work/slurm")
for version in "${versions[@]}"; do
	eng/slurm-headers.sh "$version" "$work/slurm"
	for shim in job_submit jobcomp chain; do
		${CC:-cc} "${flags[@]}" -c -o "$work/$shim.o" plugins/shim/$shim.c
		objcopy -O binary --only-section=.text "$work/$shim.o" "$work/$shim.text"
	done
	${CC:-cc} "${flags[@]}" -o "$work/sizes" "$work/sizes.c"
	echo "$version $("$work/sizes") $(cat "$work"/{job_submit,jobcomp,chain}.text | sha256sum | cut -c1-8)"
done | tee "$work/layouts" | awk '
	BEGIN { print "release job_record_t job_details part_record_t slurmdb_qos_rec_t job_desc_msg_t slurm_conf_t code" }
	{ print }'

awk '
	{
		split($1, part, "."); sizes = part[1] "." part[2]
		for (i = 2; i < NF; i++) sizes = sizes " " $i
		if (sizes in code && code[sizes] != $NF) { print first[sizes] " and " $1 ": the same sizes, and other code"; bad = 1 }
		if (!(sizes in code)) { code[sizes] = $NF; first[sizes] = $1 }
	}
	END { exit bad }' "$work/layouts" >&2
