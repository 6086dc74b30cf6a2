// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * job_submit/slurm_banking: shows each submission, and each change of a job, to the bank's sidecar and lets it refuse. Slurm
 * calls this under one mutex and its locks, so everything here is bounded by the deadline that the library keeps.
 */
#include "job_record_head.h"
#include "library.h"
#include "messages.h"
#include "release.h"

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <string.h>

SB_EXPORT const char plugin_name[] = "Bank: checks submissions against the account's balance";
SB_EXPORT const char plugin_type[] = "job_submit/slurm_banking";
SB_EXPORT const uint32_t plugin_version = SB_PLUGIN_VERSION;

/* slurmctld's. Only its head is looked at. */
struct job_record;

static int64_t last_size_error;

SB_EXPORT int init(void)
{
	return SLURM_SUCCESS;
}

SB_EXPORT int fini(void)
{
	return SLURM_SUCCESS;
}

/* A submission in another layout than the one built for must not be read: it would be priced by garbage. */
static int readable(job_desc_msg_t *job_desc)
{
	size_t size = slurm_xsize(job_desc);

	if (size == sizeof(*job_desc))
		return 1;
	if (sb_once_a_minute(&last_size_error))
		slurm_error(SB_SAYS_OTHER_SUBMISSION, plugin_type, sizeof(*job_desc), size);
	return 0;
}

static void copy_facts(const job_desc_msg_t *job_desc, uint32_t submit_uid, struct sb_submission *facts)
{
	*facts = (struct sb_submission){
		.pn_min_memory = job_desc->pn_min_memory,
		.account = job_desc->account,
		.partition = job_desc->partition,
		.qos = job_desc->qos,
		.array_inx = job_desc->array_inx,
		.tres_per_job = job_desc->tres_per_job,
		.tres_per_node = job_desc->tres_per_node,
		.tres_per_socket = job_desc->tres_per_socket,
		.tres_per_task = job_desc->tres_per_task,
		.name = job_desc->name,
		.admin_comment = job_desc->admin_comment,
		/* The job's owner pays, also when root submits for them. */
		.uid = job_desc->user_id == NO_VAL ? submit_uid : job_desc->user_id,
		.num_tasks = job_desc->num_tasks,
		.min_cpus = job_desc->min_cpus,
		.min_nodes = job_desc->min_nodes,
		.max_nodes = job_desc->max_nodes,
		.time_limit = job_desc->time_limit,
		.time_min = job_desc->time_min,
		.het_job_offset = job_desc->het_job_offset,
		.cpus_per_task = job_desc->cpus_per_task,
		.ntasks_per_node = job_desc->ntasks_per_node,
		.shared = job_desc->shared,
	};
}

/* What the library says, into Slurm's own: its text and the job's new comment. */
static int take_answer(struct sb_answer *answer, job_desc_msg_t *job_desc, char **err_msg)
{
	int rc = answer->refused ? ESLURM_ACCOUNTING_POLICY : SLURM_SUCCESS;

	if (answer->admin_comment) {
		slurm_xfree((void **)&job_desc->admin_comment);
		job_desc->admin_comment = slurm_xstrdup(answer->admin_comment);
	}
	if (answer->refused && err_msg && answer->message) {
		slurm_xfree((void **)err_msg);
		*err_msg = slurm_xstrdup(answer->message);
	}
	sb_answer_done(answer);
	return rc;
}

SB_EXPORT int job_submit(job_desc_msg_t *job_desc, uint32_t submit_uid, char **err_msg)
{
	const struct sb_library *library = sb_library(SB_HOOK_JOB_SUBMIT);
	struct sb_submission facts;
	struct sb_answer answer = { 0 };

	if (!library || !job_desc || !readable(job_desc))
		return SLURM_SUCCESS;

	copy_facts(job_desc, submit_uid, &facts);
	library->submit(&facts, &answer);

	/* The comment is written whatever the outcome: a mark that a submitter brought along must not stay. */
	return take_answer(&answer, job_desc, err_msg);
}

/* The comment that holds the job's mark; NULL, too, for a record that begins otherwise. Until the queue shows it nothing else tells
 * which hold is the job's. */
static const char *comment_of(struct job_record *job)
{
	const struct sb_job_record_head *head = (const void *)job;

	return head && slurm_xsize(job) > sizeof(*head) && head->magic == SB_JOB_MAGIC ? head->admin_comment : NULL;
}

/* In one line: the text is broken for a terminal. */
static void log_refused_change(const struct sb_modification *facts, uint32_t submit_uid, char *why)
{
	char *at;

	for (at = why; at && (at = strchr(at, '\n')); at++)
		*at = ' ';
	slurm_info(SB_SAYS_NOT_CHANGED, plugin_type, facts->job ? facts->job : "?", submit_uid, why ? why : "refused");
}

/* A change of a pending or running job, before Slurm itself has checked it. */
static int modify(job_desc_msg_t *job_desc, struct job_record *job, uint32_t submit_uid, char **err_msg)
{
	const struct sb_library *library = sb_library(SB_HOOK_JOB_SUBMIT);
	struct sb_modification facts = { 0 };
	struct sb_answer answer = { 0 };

	if (!library || !job_desc || !readable(job_desc))
		return SLURM_SUCCESS;

	facts.job = job_desc->job_id_str;
	facts.actor = submit_uid;
	facts.admin_comment = comment_of(job);
	copy_facts(job_desc, submit_uid, &facts.wanted);
	library->modify(&facts, &answer);
	if (answer.refused && !err_msg)
		log_refused_change(&facts, submit_uid, answer.message);
	return take_answer(&answer, job_desc, err_msg);
}

#if SLURM_VERSION_NUMBER >= SB_SLURM_23_02
SB_EXPORT int job_modify(job_desc_msg_t *job_desc, struct job_record *job_ptr, uint32_t submit_uid, char **err_msg)
{
	return modify(job_desc, job_ptr, submit_uid, err_msg);
}
#else
/* Slurm 22.05 has no way to tell the user why: the log does. */
SB_EXPORT int job_modify(job_desc_msg_t *job_desc, struct job_record *job_ptr, uint32_t submit_uid)
{
	return modify(job_desc, job_ptr, submit_uid, NULL);
}
#endif
