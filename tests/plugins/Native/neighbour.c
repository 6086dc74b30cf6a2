// SPDX-License-Identifier: GPL-2.0-or-later
/* A jobcomp plugin of a site's own, which says what is called: -DVERSION, -DTYPE, -DINIT (its result), -DINCOMPLETE. */
#include "config.h"

#include <stdio.h>

#include "src/slurmctld/slurmctld.h"
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 5, 0)
#include "src/common/job_record.h"
#endif

#ifndef VERSION
#define VERSION SLURM_VERSION_NUMBER
#endif
#ifndef TYPE
#define TYPE "jobcomp/neighbour"
#endif
#ifndef INIT
#define INIT SLURM_SUCCESS
#endif

const char plugin_name[] = "A neighbour";
const char plugin_type[] = TYPE;
const uint32_t plugin_version = VERSION;

int init(void)
{
	printf("init\n");
	return INIT;
}

int fini(void)
{
	printf("fini\n");
	return SLURM_SUCCESS;
}

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 2, 0)
int jobcomp_p_set_location(void)
{
	printf("location %s\n", slurm_conf.job_comp_loc);
	return SLURM_ERROR;
}
#else
int jobcomp_p_set_location(char *location)
{
	printf("location %s\n", location);
	return SLURM_ERROR;
}
#endif

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0)
int jobcomp_p_record_job_start(job_record_t *job, uint32_t event)
{
	printf("start %u event %u\n", job->job_id, event);
	return SLURM_ERROR;
}

int jobcomp_p_record_job_end(job_record_t *job, uint32_t event)
{
	printf("end %u event %u\n", job->job_id, event);
	return SLURM_ERROR;
}
#else
int jobcomp_p_log_record(job_record_t *job)
{
	printf("end %u\n", job->job_id);
	return SLURM_ERROR;
}
#endif

#ifndef INCOMPLETE
void *jobcomp_p_get_jobs(slurmdb_job_cond_t *condition)
{
	(void)condition;
	return (void *)0x77;
}
#endif
