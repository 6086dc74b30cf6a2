/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What crosses between the shims and libslurm_banking.so. The shims copy Slurm's structures into these, so that the
 * library knows no layout of Slurm's; plugins/Hooks/Abi/ holds the same structures in C#. Both sides check the sizes:
 * here at build time, and again when the library is opened (sb_host carries them across).
 *
 * Strings are Slurm's own, NUL-terminated, NULL for none, valid during the call only. Numbers are Slurm's own too,
 * sentinels included: what NO_VAL and INFINITE mean is decided in one place, the library.
 */
#ifndef SLURM_BANKING_FACTS_H
#define SLURM_BANKING_FACTS_H

#include <stddef.h>
#include <stdint.h>

/* Rises whenever a structure below or a call's meaning changes. */
#define SB_ABI 2

/* Values of Hook in spec/hooks.proto. */
enum sb_hook {
	SB_HOOK_JOB_SUBMIT = 1,
	SB_HOOK_JOBCOMP = 2,
	SB_HOOK_SPANK = 3,
};

/* Who is calling. The strings must stay valid for as long as the process lives. */
struct sb_host {
	uint32_t abi;			/* SB_ABI */
	uint32_t hook;			/* enum sb_hook */
	uint32_t host_size;		/* sizeof of each structure, as this side sees it */
	uint32_t submission_size;
	uint32_t end_size;
	uint32_t answer_size;
	uint32_t modification_size;
	uint32_t padding;
	const char *slurm_version;	/* of the headers the shim was built with, "22.05.8" */
	const char *socket;		/* path of the sidecar's socket */
	const char *spool;		/* directory for facts that the sidecar could not take */
};

/* job_desc_msg_t (slurm.h) as job_submit gets it. */
struct sb_submission {
	uint64_t pn_min_memory;		/* MiB; NO_VAL64: not given; high bit: per CPU */
	const char *account;
	const char *partition;
	const char *qos;
	const char *array_inx;
	const char *tres_per_job;
	const char *tres_per_node;
	const char *tres_per_socket;
	const char *tres_per_task;
	const char *name;
	const char *admin_comment;
	uint32_t uid;			/* whose job it is */
	uint32_t num_tasks;
	uint32_t min_cpus;
	uint32_t min_nodes;
	uint32_t max_nodes;
	uint32_t time_limit;		/* minutes */
	uint32_t time_min;		/* minutes */
	uint32_t het_job_offset;
	uint16_t cpus_per_task;
	uint16_t ntasks_per_node;
	uint16_t shared;		/* 0: exclusive */
	uint16_t padding;
};

/* job_desc_msg_t as job_modify gets it: what is to change is given, the rest is not. */
struct sb_modification {
	const char *job;		/* job_id_str: which records of a job, as it was asked for */
	uint32_t actor;			/* who asks */
	uint32_t padding;
	const char *admin_comment;	/* the job's own so far; NULL, too, where its record can't be read */
	struct sb_submission wanted;	/* uid: whose job it is; admin_comment: the new one */
};

/* job_record_t (slurmctld) as jobcomp gets it. Times are seconds since 1970, 0 for none. */
struct sb_end {
	int64_t submit_time;
	int64_t start_time;
	int64_t end_time;
	int64_t suspended_seconds;
	const char *account;
	const char *partition;
	const char *qos;
	const char *nodes;
	const char *tres_alloc;
	const char *admin_comment;
	uint32_t job_id;
	uint32_t array_job_id;		/* 0: no array */
	uint32_t array_task_id;		/* NO_VAL: no array */
	uint32_t het_job_id;		/* 0: no het job */
	uint32_t restart_count;
	uint32_t uid;
	uint32_t state;			/* base state and flags */
	uint32_t total_cpus;
	uint32_t total_nodes;
	uint32_t time_limit;		/* minutes */
	uint32_t requested_nodes;
	uint32_t requested_cpus;
};

/* Filled in by the library. The strings are malloc'ed, NULL for none; the caller frees them. */
struct sb_answer {
	char *message;			/* for the user, when refused */
	char *admin_comment;		/* the job's new one */
	char *log;			/* one line for the daemon's log */
	uint32_t refused;		/* 1: the job may not be submitted, or changed */
	uint32_t log_is_error;		/* 1: the line is an error */
};

/* 64-bit Linux only, which is all that Slurm's daemons and NativeAOT have in common. */
_Static_assert(sizeof(void *) == 8, "64-bit only");
_Static_assert(sizeof(struct sb_host) == 56, "HostFacts.cs");
_Static_assert(offsetof(struct sb_host, slurm_version) == 32, "HostFacts.cs");
_Static_assert(sizeof(struct sb_submission) == 128, "SubmissionFacts.cs");
_Static_assert(offsetof(struct sb_submission, account) == 8, "SubmissionFacts.cs");
_Static_assert(offsetof(struct sb_submission, uid) == 88, "SubmissionFacts.cs");
_Static_assert(offsetof(struct sb_submission, cpus_per_task) == 120, "SubmissionFacts.cs");
_Static_assert(sizeof(struct sb_modification) == 152, "ModificationFacts.cs");
_Static_assert(offsetof(struct sb_modification, wanted) == 24, "ModificationFacts.cs");
_Static_assert(sizeof(struct sb_end) == 128, "EndFacts.cs");
_Static_assert(offsetof(struct sb_end, account) == 32, "EndFacts.cs");
_Static_assert(offsetof(struct sb_end, job_id) == 80, "EndFacts.cs");
_Static_assert(sizeof(struct sb_answer) == 32, "Answer.cs");
_Static_assert(offsetof(struct sb_answer, refused) == 24, "Answer.cs");

#endif
