/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the start of a job as a file while the sidecar can't take it, as plugins/Hooks/Spool.cs keeps ends: one file per
 * fact, the frame that would have been sent, under a name that ends in ".frame" once it is whole. The sidecar takes it from
 * there and removes it.
 */
#ifndef SLURM_BANKING_START_SPOOL_H
#define SLURM_BANKING_START_SPOOL_H

#include "start_report.h"

/* A start is a hint that the queue repeats: a node whose sidecar never returns keeps this many entries and no more. */
#define SB_SPOOL_MAX 1000

enum sb_spool_outcome {
	SB_SPOOL_KEPT,
	SB_SPOOL_NONE,		/* there is no such directory, which is how a site has no spool */
	SB_SPOOL_OPEN_TO_ALL,	/* others than its owner and group can reach it */
	SB_SPOOL_FULL,		/* SB_SPOOL_MAX entries */
	SB_SPOOL_FAILED,	/* for want of room, most likely; nothing is left of the file */
};

/* Whether a report that ended like this is worth keeping: it reached nobody, or somebody who can't keep it now. */
int sb_start_is_to_be_kept(enum sb_start_outcome outcome);

/* Never makes the directory, never waits for the disk. */
enum sb_spool_outcome sb_keep_start(const char *directory, const struct sb_start *start);

const char *sb_spool_outcome_text(enum sb_spool_outcome outcome);

#endif
