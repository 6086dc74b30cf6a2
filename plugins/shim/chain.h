/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The site's own jobcomp plugin, for JobCompType names one alone and ours is it: `JobCompParams=chain=jobcomp/filetxt` has each
 * call go on to that one. Whatever is wrong with it is said once, and ours goes on without it.
 */
#ifndef SLURM_BANKING_CHAIN_H
#define SLURM_BANKING_CHAIN_H

#include "release.h"

#include <slurm/slurm.h>
#include <slurm/slurmdb.h>

/* slurmctld's, and opaque here: only its address is passed on. */
struct job_record;

#if SLURM_VERSION_NUMBER >= SB_SLURM_23_11
typedef list_t *sb_jobs;
#else
typedef List sb_jobs;
#endif

/* Slurm calls a jobcomp plugin under one lock, these included. Before sb_chain_open, and where nothing is named, they do nothing. */
void sb_chain_open(void);
void sb_chain_close(void);

#if SLURM_VERSION_NUMBER >= SB_SLURM_23_02
void sb_chain_set_location(void);
#else
void sb_chain_set_location(char *location);
#endif

#if SLURM_VERSION_NUMBER >= SB_SLURM_25_05
void sb_chain_record_job_start(struct job_record *job, uint32_t event);
void sb_chain_record_job_end(struct job_record *job, uint32_t event);
#else
void sb_chain_log_record(struct job_record *job);
#endif

/* NULL where nobody is asked. */
sb_jobs sb_chain_get_jobs(slurmdb_job_cond_t *condition);

#endif
