// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * jobcomp/slurm_banking: reports each run that ended. The record is slurmctld's own, read under its job write lock, and
 * its layout changes even between micro releases: nothing is read before its size and magic are what this build expects.
 */
#include "config.h"

#include "library.h"
#include "release.h"

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

#include "src/slurmctld/slurmctld.h"
#if SLURM_VERSION_NUMBER >= SB_SLURM_24_05
#include "src/common/job_record.h"
#include "src/common/part_record.h"
#endif

SB_EXPORT const char plugin_name[] = "Bank: reports ended jobs";
SB_EXPORT const char plugin_type[] = "jobcomp/slurm_banking";
SB_EXPORT const uint32_t plugin_version = SB_PLUGIN_VERSION;

static int64_t last_layout_error;

/* sacct -c loads this plugin too: starting anything here would start it there. */
SB_EXPORT int init(void)
{
	return SLURM_SUCCESS;
}

SB_EXPORT int fini(void)
{
	return SLURM_SUCCESS;
}

/* Only sizes are asked of the allocator and only magics are read before this says yes. */
static int readable(job_record_t *job)
{
	const char *wrong = NULL;

	if (slurm_xsize(job) != sizeof(*job) || job->magic != JOB_MAGIC)
		wrong = "job_record_t";
	else if (job->details &&
		 (slurm_xsize(job->details) != sizeof(*job->details) || job->details->magic != DETAILS_MAGIC))
		wrong = "job_details_t";
	else if (job->part_ptr &&
		 (slurm_xsize(job->part_ptr) != sizeof(*job->part_ptr) || job->part_ptr->magic != PART_MAGIC))
		wrong = "part_record_t";
	if (!wrong)
		return 1;
	if (sb_once_a_minute(&last_layout_error))
		slurm_error("%s: built for Slurm " SB_SLURM_VERSION " (job records of %zu bytes), but this slurmctld has another "
			    "%s (job records of %zu bytes), so it is another version. Ends go unread; the sidecar's sweep of "
			    "the queue will find them", plugin_type, sizeof(*job), wrong, slurm_xsize(job));
	return 0;
}

static void copy_facts(const job_record_t *job, struct sb_end *facts)
{
	*facts = (struct sb_end){
		.submit_time = job->details ? job->details->submit_time : 0,
		.start_time = job->start_time,
		.end_time = job->end_time,
		.suspended_seconds = job->tot_sus_time,
		.account = job->account,
		/* The partition it ran in; the name in the record may still be the submission's list. */
		.partition = job->part_ptr && job->part_ptr->name ? job->part_ptr->name : job->partition,
		.qos = job->qos_ptr ? job->qos_ptr->name : NULL,
		.nodes = job->nodes,
		.tres_alloc = job->tres_fmt_alloc_str ? job->tres_fmt_alloc_str : job->tres_alloc_str,
		.admin_comment = job->admin_comment,
		.job_id = job->job_id,
		.array_job_id = job->array_job_id,
		.array_task_id = job->array_task_id,
		.het_job_id = job->het_job_id,
		.restart_count = job->restart_cnt,
		.uid = job->user_id,
		.state = job->job_state,
		.total_cpus = job->total_cpus,
		.total_nodes = job->total_nodes,
		.time_limit = job->time_limit,
		.requested_nodes = job->details ? job->details->min_nodes : NO_VAL,
		.requested_cpus = job->details ? job->details->min_cpus : NO_VAL,
	};
}

static int report_end(job_record_t *job)
{
	const struct sb_library *library = sb_library(SB_HOOK_JOBCOMP);
	struct sb_end facts;
	struct sb_answer answer = { 0 };

	if (!library || !job || !readable(job))
		return SLURM_SUCCESS;

	copy_facts(job, &facts);
	library->end(&facts, &answer);
	sb_answer_done(&answer);
	return SLURM_SUCCESS;
}

#if SLURM_VERSION_NUMBER >= SB_SLURM_25_05
#define RECORD_FINISH 1

SB_EXPORT int jobcomp_p_record_job_end(job_record_t *job_ptr, uint32_t event)
{
	return event == RECORD_FINISH ? report_end(job_ptr) : SLURM_SUCCESS;
}

/* Starts come from slurmstepd, as root; the sidecar takes them from nobody else. */
SB_EXPORT int jobcomp_p_record_job_start(job_record_t *job_ptr, uint32_t event)
{
	(void)job_ptr;
	(void)event;
	return SLURM_SUCCESS;
}
#else
SB_EXPORT int jobcomp_p_log_record(job_record_t *job_ptr)
{
	return report_end(job_ptr);
}
#endif

#if SLURM_VERSION_NUMBER >= SB_SLURM_23_02
SB_EXPORT int jobcomp_p_set_location(void)
{
	return SLURM_SUCCESS;
}
#else
SB_EXPORT int jobcomp_p_set_location(char *location)
{
	(void)location;
	return SLURM_SUCCESS;
}
#endif

/* Asked by sacct -c; the bank's records are asked for with sbank. */
#if SLURM_VERSION_NUMBER >= SB_SLURM_23_11
SB_EXPORT list_t *jobcomp_p_get_jobs(slurmdb_job_cond_t *job_cond)
#else
SB_EXPORT List jobcomp_p_get_jobs(slurmdb_job_cond_t *job_cond)
#endif
{
	(void)job_cond;
	return NULL;
}
