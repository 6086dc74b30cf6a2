// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spank_slurm_banking: tells the sidecar on the node that a job has started. A hint, which makes the sidecar look at the
 * queue at once instead of at its next sweep; losing one costs time, sending one twice costs nothing.
 *
 * While the sidecar can't be asked, the start is left in the spool, as a file.
 *
 * plugstack.conf:  optional spank_slurm_banking.so [socket=/run/slurm-banking/sidecar.sock] [spool=/var/spool/slurm-banking]
 */
#include "library.h"
#include "messages.h"
#include "release.h"
#include "start_report.h"
#include "start_spool.h"

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <slurm/spank.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

SB_EXPORT const char plugin_name[] = "slurm_banking";
SB_EXPORT const char plugin_type[] = "spank";
/* slurm.h's SPANK_PLUGIN says the number of the headers; spank needs only major.minor to match. */
SB_EXPORT const unsigned int plugin_version = SB_PLUGIN_VERSION;
SB_EXPORT const unsigned int spank_plugin_version = 1;

#define DEFAULT_SOCKET "/run/slurm-banking/sidecar.sock"
#define DEFAULT_SPOOL "/var/spool/slurm-banking"

/* A step's launch waits no longer than this for a sidecar that hangs. */
#define DEADLINE_MS 100

/*
 * Once per job: the batch step, which only batch jobs have and exactly once per run; else step 0 on its first node.
 * Step 0 of a batch job must not report again, and nothing that slurmstepd knows tells whether the job has a batch step,
 * except that a batch script's environment holds ENVIRONMENT=BATCH (set by slurmd), which srun inside it passes on. A user can
 * forge or remove it, to no effect: a second report is the same fact, and a missing one is found by the sidecar's sweep.
 * The extern and interactive steps never report, as a later step 0 would do it again.
 */
static int speaks_for_job(spank_t spank)
{
	uint32_t step_id = NO_VAL, node_id = NO_VAL;
	char environment[8];

	if (spank_get_item(spank, S_JOB_STEPID, &step_id) != ESPANK_SUCCESS)
		return 0;
	if (step_id == SLURM_BATCH_SCRIPT)
		return 1;
	if (step_id != 0 || spank_get_item(spank, S_JOB_NODEID, &node_id) != ESPANK_SUCCESS || node_id != 0)
		return 0;
	return spank_getenv(spank, "ENVIRONMENT", environment, sizeof(environment)) != ESPANK_SUCCESS ||
	       strcmp(environment, "BATCH") != 0;
}

/* What follows the prefix ("socket=") in plugstack.conf. */
static const char *argument(int argc, char **argv, const char *prefix)
{
	size_t length = strlen(prefix);

	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], prefix, length) == 0)
			return argv[i] + length;
	return NULL;
}

static const char *socket_path(int argc, char **argv)
{
	const char *given = argument(argc, argv, "socket=");

	return given ? given : DEFAULT_SOCKET;
}

/* The environment is slurmd's own, as it is slurmctld's for the other plugins; users have no hand in it. */
static const char *spool_directory(int argc, char **argv)
{
	const char *given = argument(argc, argv, "spool=");

	if (!given)
		given = getenv("SLURM_BANKING_SPOOL");
	return given && *given ? given : DEFAULT_SPOOL;
}

static void keep(const char *spool, const struct sb_start *start, enum sb_start_outcome why)
{
	enum sb_spool_outcome outcome = sb_keep_start(spool, start);

	if (outcome == SB_SPOOL_KEPT)
		slurm_info(SB_SAYS_START_KEPT, start->job_id, sb_start_outcome_text(why), spool);
	else if (outcome == SB_SPOOL_NONE)
		slurm_debug(SB_SAYS_START_NO_SPOOL, start->job_id, sb_start_outcome_text(why), spool);
	else
		slurm_info(SB_SAYS_START_NOT_KEPT, start->job_id, sb_start_outcome_text(why), spool, sb_spool_outcome_text(outcome));
}

/* Called while still root in slurmstepd, and in every client and slurmd too, where it does nothing. */
SB_EXPORT int slurm_spank_init(spank_t spank, int argc, char **argv)
{
	struct sb_start start = { .time = time(NULL) };
	enum sb_start_outcome outcome;
	char host[256] = "";
	uid_t uid;

	if (spank_context() != S_CTX_REMOTE || geteuid() != 0 || !speaks_for_job(spank))
		return ESPANK_SUCCESS;
	if (spank_get_item(spank, S_JOB_ID, &start.job_id) != ESPANK_SUCCESS ||
	    spank_get_item(spank, S_JOB_UID, &uid) != ESPANK_SUCCESS)
		return ESPANK_SUCCESS;
	start.uid = uid;

	/* slurmd sets its own name for slurmstepd; hostnames differ from it where several run on one host. */
	start.node = getenv("SLURMD_NODENAME");
	if (!start.node) {
		gethostname(host, sizeof(host) - 1);
		start.node = host;
	}

	outcome = sb_report_start(socket_path(argc, argv), &start, DEADLINE_MS);
	if (outcome == SB_START_TAKEN)
		slurm_debug(SB_SAYS_START_REPORTED, start.job_id);
	else if (sb_start_is_to_be_kept(outcome))
		keep(spool_directory(argc, argv), &start, outcome);
	else
		slurm_info(SB_SAYS_START_UNREPORTED, start.job_id, sb_start_outcome_text(outcome));
	return ESPANK_SUCCESS;
}
