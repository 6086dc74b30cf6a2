// SPDX-License-Identifier: GPL-2.0-or-later
/* A job_submit plugin that does nothing: the least that any plugin costs. */
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

const char plugin_name[] = "Benchmark: nothing at all";
const char plugin_type[] = "job_submit/noop";
const uint32_t plugin_version = SLURM_VERSION_NUMBER;

int init(void)
{
	return SLURM_SUCCESS;
}

int job_submit(job_desc_msg_t *job, uint32_t uid, char **error)
{
	(void)job;
	(void)uid;
	(void)error;
	return SLURM_SUCCESS;
}

int job_modify(job_desc_msg_t *job, void *record, uint32_t uid)
{
	(void)job;
	(void)record;
	(void)uid;
	return SLURM_SUCCESS;
}
