/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports a started job to the sidecar on this node, in plain C: slurmstepd is a fresh process per step, so a managed
 * runtime would start cold in every one of them, for two fixed frames.
 */
#ifndef SLURM_BANKING_START_REPORT_H
#define SLURM_BANKING_START_REPORT_H

#include <stdint.h>

struct sb_start {
	uint32_t job_id;
	uint32_t uid;
	int64_t time;		/* seconds since 1970 */
	const char *node;
};

/* How far a report came; each value names the stage that failed. */
enum sb_start_outcome {
	SB_START_TAKEN,		/* the sidecar holds it durably, or wants no starts */
	SB_START_BAD_PATH,	/* longer than a socket address can be */
	SB_START_UNTRUSTED,	/* others could have put the socket there, or serve it */
	SB_START_NO_SIDECAR,	/* nobody listens */
	SB_START_TOO_LATE,	/* no answer within the deadline */
	SB_START_BROKEN_OFF,	/* closed in the middle, or no sense in the answer */
	SB_START_NOT_NOW,	/* understood, and can't be made durable: to be kept */
	SB_START_REJECTED,	/* understood, and not wanted */
};

/* Never waits longer than deadline_ms in all, never retries, raises no signal. */
enum sb_start_outcome sb_report_start(const char *socket_path, const struct sb_start *start, int deadline_ms);

const char *sb_start_outcome_text(enum sb_start_outcome outcome);

#endif
