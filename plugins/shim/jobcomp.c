// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * jobcomp/slurm_banking: reports each run that ended. The record is slurmctld's own, read under its job write lock, and
 * its layout changes even between micro releases: nothing is read before its size and magic are what this build expects.
 */
#include "config.h"

#include "chain.h"
#include "job_record_head.h"
#include "library.h"
#include "messages.h"
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

_Static_assert(JOB_MAGIC == SB_JOB_MAGIC, "job_record_head.h");
_Static_assert(offsetof(job_record_t, magic) == offsetof(struct sb_job_record_head, magic), "job_record_head.h");
_Static_assert(offsetof(job_record_t, admin_comment) == offsetof(struct sb_job_record_head, admin_comment), "job_record_head.h");

static int64_t last_layout_error;

/* sacct -c loads this plugin too: starting anything of ours here would start it there. What it shows is the chained one's. */
SB_EXPORT int init(void)
{
	sb_chain_open();
	return SLURM_SUCCESS;
}

SB_EXPORT int fini(void)
{
	sb_chain_close();
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
	else if (job->qos_ptr && slurm_xsize(job->qos_ptr) != sizeof(slurmdb_qos_rec_t))
		wrong = "slurmdb_qos_rec_t";
	if (!wrong)
		return 1;
	if (sb_once_a_minute(&last_layout_error))
		slurm_error(SB_SAYS_OTHER_RECORD, plugin_type, sizeof(*job), wrong, slurm_xsize(job));
	return 0;
}

static void copy_facts(const job_record_t *job, struct sb_end *facts)
{
	*facts = (struct sb_end){
		.submit_time = job->details ? job->details->submit_time : 0,
		.start_time = job->start_time,
		/* A change of size ends no run, whose end is still to come: the state says so, and these are the facts until now. */
		.end_time = job->job_state & JOB_RESIZING ? job->resize_time : job->end_time,
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

static void report_end(job_record_t *job)
{
	const struct sb_library *library = sb_library(SB_HOOK_JOBCOMP);
	struct sb_end facts;
	struct sb_answer answer = { 0 };

	if (!library || !job || !readable(job))
		return;

	copy_facts(job, &facts);
	library->end(&facts, &answer);
	sb_answer_done(&answer);
}

/* Ours first, so that whatever becomes of the chained one, the bank has been told. slurmctld looks at no result. */
#if SLURM_VERSION_NUMBER >= SB_SLURM_25_05
#define RECORD_FINISH 1
#define RECORD_START 2

static void report_start(job_record_t *job)
{
	const struct sb_library *library = sb_library(SB_HOOK_JOBCOMP);
	struct sb_answer answer = { 0 };

	if (!library || !job || !readable(job))
		return;

	library->start(job->job_id, job->user_id, job->start_time, &answer);
	sb_answer_done(&answer);
}

SB_EXPORT int jobcomp_p_record_job_end(job_record_t *job_ptr, uint32_t event)
{
	if (event == RECORD_FINISH)
		report_end(job_ptr);
	sb_chain_record_job_end(job_ptr, event);
	return SLURM_SUCCESS;
}

/* slurmstepd reports the same start from the node, later: this one tells of an salloc that launches no step, too. */
SB_EXPORT int jobcomp_p_record_job_start(job_record_t *job_ptr, uint32_t event)
{
	if (event == RECORD_START)
		report_start(job_ptr);
	sb_chain_record_job_start(job_ptr, event);
	return SLURM_SUCCESS;
}
#else
SB_EXPORT int jobcomp_p_log_record(job_record_t *job_ptr)
{
	report_end(job_ptr);
	sb_chain_log_record(job_ptr);
	return SLURM_SUCCESS;
}
#endif

/* From 23.02 on slurmctld does not start where this fails. */
#if SLURM_VERSION_NUMBER >= SB_SLURM_23_02
SB_EXPORT int jobcomp_p_set_location(void)
{
	sb_chain_set_location();
	return SLURM_SUCCESS;
}
#else
SB_EXPORT int jobcomp_p_set_location(char *location)
{
	sb_chain_set_location(location);
	return SLURM_SUCCESS;
}
#endif

/* Asked by sacct -c; the bank's records are asked for with sbank. */
SB_EXPORT sb_jobs jobcomp_p_get_jobs(slurmdb_job_cond_t *job_cond)
{
	return sb_chain_get_jobs(job_cond);
}
