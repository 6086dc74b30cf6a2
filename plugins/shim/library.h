/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way from a plugin in slurmctld to libslurm_banking.so. The library is opened at the first use, not when the plugin
 * is loaded: clients such as sacct load plugins too, and must never start a managed runtime.
 */
#ifndef SLURM_BANKING_LIBRARY_H
#define SLURM_BANKING_LIBRARY_H

#include "facts.h"

#define SB_EXPORT __attribute__((visibility("default")))

struct sb_library {
	uint32_t (*open)(const struct sb_host *host);
	void (*submit)(const struct sb_submission *submission, struct sb_answer *answer);
	void (*modify)(const struct sb_modification *modification, struct sb_answer *answer);
	void (*end)(const struct sb_end *end, struct sb_answer *answer);
	/* A job that slurmctld has started, and when, in seconds since 1970. */
	void (*start)(uint32_t job_id, uint32_t uid, int64_t time, struct sb_answer *answer);
};

/*
 * The opened library, or NULL when it can't be used: said in the log at most once a minute, and tried again as often.
 * NULL also in a forked child, where managed code may hang.
 */
const struct sb_library *sb_library(enum sb_hook hook);

/* Writes the answer's log line, if any, and frees what the answer holds. */
void sb_answer_done(struct sb_answer *answer);

/* True at most once a minute for each *last, which starts as 0: for log lines that would otherwise repeat. */
int sb_once_a_minute(int64_t *last);

#endif
