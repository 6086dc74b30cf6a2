/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How slurmctld's job records begin, in each of eng/slurm-releases. job_submit is built from Slurm's public headers alone, and needs
 * of a record just the comment with the job's mark; jobcomp, which has the whole layout, checks at build time that it begins so.
 */
#ifndef SLURM_BANKING_JOB_RECORD_HEAD_H
#define SLURM_BANKING_JOB_RECORD_HEAD_H

#include "release.h"

#include <slurm/slurm.h>

#define SB_JOB_MAGIC 0xf0b7392c

struct sb_job_record_head {
#if SLURM_VERSION_NUMBER >= SB_SLURM_25_11
	slurm_step_id_t step_id;
#endif
	uint32_t magic;
	char *account;
	char *admin_comment;
};

#endif
