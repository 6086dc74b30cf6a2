// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "library.h"
#include "messages.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "release.h"

#define LIBRARY_NAME "libslurm_banking.so"
#define DEFAULT_DIRECTORY "/opt/slurm-banking/lib"
#define DEFAULT_SOCKET "/run/slurm-banking/sidecar.sock"
#define DEFAULT_SPOOL "/var/spool/slurm-banking"

extern const char plugin_type[];

static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
static struct sb_library library;
static int opened;
static pid_t owner;
static int64_t last_attempt;

int sb_once_a_minute(int64_t *last)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (*last && now.tv_sec - *last < 60)
		return 0;
	*last = now.tv_sec;
	return 1;
}

static void *open_in(const char *directory)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/" LIBRARY_NAME, directory) >= (int)sizeof(path))
		return NULL;
	return dlopen(path, RTLD_NOW | RTLD_NODELETE);
}

static void *open_beside_plugin(void)
{
	Dl_info self;
	char directory[PATH_MAX];
	char *slash;

	if (!dladdr(plugin_type, &self) || !self.dli_fname || strlen(self.dli_fname) >= sizeof(directory))
		return NULL;
	strcpy(directory, self.dli_fname);
	slash = strrchr(directory, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return open_in(directory);
}

/*
 * The first that is there counts. An explicit directory has no second choice: a site that sets it wants that build or an
 * error. The environment here is slurmctld's own, set by whoever starts it; users have no hand in it.
 */
static void *open_library(void)
{
	const char *directory = getenv("SLURM_BANKING_LIBDIR");
	void *handle;

	if (directory && *directory)
		return open_in(directory);
	handle = open_beside_plugin();
	return handle ? handle : open_in(DEFAULT_DIRECTORY);
}

/* Starting the runtime sets SIGPIPE to be ignored for the whole process, which Slurm's children would inherit. */
static uint32_t start_runtime(const struct sb_host *host)
{
	struct sigaction before;
	uint32_t result;

	sigaction(SIGPIPE, NULL, &before);
	result = library.open(host);
	sigaction(SIGPIPE, &before, NULL);
	return result;
}

/* A copy, because the environment may change and the library keeps the pointer. */
static char *setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return strdup(value && *value ? value : otherwise);
}

static int open_once(enum sb_hook hook)
{
	static struct sb_host host;
	void *handle = open_library();
	uint32_t result;

	if (!handle) {
		const char *reason = dlerror();

		slurm_error(SB_SAYS_NO_LIBRARY, plugin_type, LIBRARY_NAME, reason ? reason : "not found");
		return 0;
	}

	library.open = (uint32_t (*)(const struct sb_host *))dlsym(handle, "slurm_banking_open");
	library.submit = (void (*)(const struct sb_submission *, struct sb_answer *))dlsym(handle, "slurm_banking_submit");
	library.modify = (void (*)(const struct sb_modification *, struct sb_answer *))dlsym(handle, "slurm_banking_modify");
	library.end = (void (*)(const struct sb_end *, struct sb_answer *))dlsym(handle, "slurm_banking_end");
	*(void **)&library.start = dlsym(handle, "slurm_banking_start");
	if (!library.open || !library.submit || !library.modify || !library.end || !library.start) {
		slurm_error(SB_SAYS_LIBRARY_LACKS, plugin_type, LIBRARY_NAME);
		return 0;
	}

	host = (struct sb_host){
		.abi = SB_ABI,
		.hook = hook,
		.host_size = sizeof(struct sb_host),
		.submission_size = sizeof(struct sb_submission),
		.end_size = sizeof(struct sb_end),
		.answer_size = sizeof(struct sb_answer),
		.modification_size = sizeof(struct sb_modification),
		.slurm_version = SB_SLURM_VERSION,
		.socket = setting("SLURM_BANKING_SOCKET", DEFAULT_SOCKET),
		.spool = setting("SLURM_BANKING_SPOOL", DEFAULT_SPOOL),
	};
	result = start_runtime(&host);
	if (result) {
		slurm_error(SB_SAYS_LIBRARY_REFUSES, plugin_type, LIBRARY_NAME, SB_ABI, result);
		return 0;
	}
	slurm_info(SB_SAYS_READY, plugin_type, SB_BUILD, host.socket);
	return 1;
}

const struct sb_library *sb_library(enum sb_hook hook)
{
	const struct sb_library *result;

	pthread_mutex_lock(&opening);
	/* The first use, not init(), says which process is slurmctld: it may have daemonized in between. */
	if (!owner)
		owner = getpid();
	if (owner == getpid() && !opened && sb_once_a_minute(&last_attempt))
		opened = open_once(hook);
	result = (opened && owner == getpid()) ? &library : NULL;
	pthread_mutex_unlock(&opening);
	return result;
}

void sb_answer_done(struct sb_answer *answer)
{
	if (answer->log && answer->log_is_error)
		slurm_error("%s: %s", plugin_type, answer->log);
	else if (answer->log)
		slurm_info("%s: %s", plugin_type, answer->log);
	free(answer->log);
	free(answer->message);
	free(answer->admin_comment);
}
