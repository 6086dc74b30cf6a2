// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A job_submit plugin that asks another process and nothing else: a frame as long as a submission's there, one as long as
 * a verdict back, over a connection that is kept. The other process (pong.c) answers at once. The least that any plugin can cost that
 * does not decide inside slurmctld.
 *
 * RIVAL_SOCKET in slurmctld's environment is the other process's. Slurm calls this under a mutex.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

#include "pingpong.h"

const char plugin_name[] = "Benchmark: another process asked from slurmctld";
const char plugin_type[] = "job_submit/pingpong";
const uint32_t plugin_version = SLURM_VERSION_NUMBER;

static int connection = -1;

int init(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("RIVAL_SOCKET");

	if (!path || strlen(path) >= sizeof(address.sun_path))
		return SLURM_ERROR;
	strcpy(address.sun_path, path);
	connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connect(connection, (const struct sockaddr *)&address, sizeof(address)) ? SLURM_ERROR : SLURM_SUCCESS;
}

/* A benchmark of a round trip that did not take place would say nothing: such a submission fails. */
int job_submit(job_desc_msg_t *job, uint32_t uid, char **error)
{
	char request[REQUEST_BYTES] = { 0 }, reply[REPLY_BYTES];

	(void)job;
	(void)uid;
	(void)error;
	return send(connection, request, sizeof(request), MSG_NOSIGNAL) == sizeof(request) &&
			       recv(connection, reply, sizeof(reply), MSG_WAITALL) == sizeof(reply)
		       ? SLURM_SUCCESS
		       : SLURM_ERROR;
}

int job_modify(job_desc_msg_t *job, void *record, uint32_t uid)
{
	(void)job;
	(void)record;
	(void)uid;
	return SLURM_SUCCESS;
}
