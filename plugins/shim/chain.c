// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "chain.h"
#include "messages.h"

#include <dlfcn.h>
#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* Nothing that JobCompParams of elasticsearch or kafka looks for is part of it. */
#define TOKEN "chain="
#define PREFIX "jobcomp/"
/* Far more than any plugin's name has. */
#define TYPE_MAX 64

extern const char plugin_type[];
extern const uint32_t plugin_version;

static struct {
	void *handle;
	int (*fini)(void);
#if SLURM_VERSION_NUMBER >= SB_SLURM_23_02
	int (*set_location)(void);
#else
	int (*set_location)(char *location);
#endif
#if SLURM_VERSION_NUMBER >= SB_SLURM_25_05
	int (*record_job_start)(struct job_record *job, uint32_t event);
	int (*record_job_end)(struct job_record *job, uint32_t event);
#else
	int (*log_record)(struct job_record *job);
#endif
	sb_jobs (*get_jobs)(slurmdb_job_cond_t *condition);
} chain;

static void unused(const char *type, const char *why)
{
	slurm_error(SB_SAYS_CHAIN_UNUSED, plugin_type, type, why);
}

/*
 * Slurm's configuration as this process has it. Its layout is the headers' only if its size is: a build that was relabelled for
 * another micro release may meet another. 22.05 names JobCompParams in no call of its library, so the structure is what there is.
 */
static const slurm_conf_t *configuration(void)
{
	void *conf = dlsym(RTLD_DEFAULT, "slurm_conf");
	ElfW(Sym) *symbol = NULL;
	Dl_info object;

	if (conf && dladdr1(conf, &object, (void **)&symbol, RTLD_DL_SYMENT) && symbol && object.dli_saddr == conf &&
	    symbol->st_size == sizeof(slurm_conf_t))
		return conf;
	slurm_error(SB_SAYS_OTHER_CONFIGURATION, plugin_type, sizeof(slurm_conf_t), symbol ? (size_t)symbol->st_size : 0);
	return NULL;
}

/* "jobcomp/filetxt" of "topic=jobs,chain=filetxt"; 0 when nothing is chained to. */
static int chained(const char *params, char type[TYPE_MAX])
{
	const char *at = params;

	while (at && *at) {
		const char *end = strchrnul(at, ',');

		at += strspn(at, " \t");
		if (!strncasecmp(at, TOKEN, strlen(TOKEN))) {
			int length;

			at += strlen(TOKEN);
			if (!strncmp(at, PREFIX, strlen(PREFIX)))
				at += strlen(PREFIX);
			length = (int)strcspn(at, ", \t");
			/* One that is cut off is not found either. */
			snprintf(type, TYPE_MAX, PREFIX "%.*s", length, at);
			return 1;
		}
		at = *end ? end + 1 : end;
	}
	return 0;
}

/* The file in the first directory of PluginDir that has it, where Slurm would look. */
static int find_file(const char *directories, const char *type, char path[PATH_MAX])
{
	while (directories && *directories) {
		int length = (int)strcspn(directories, ":");
		struct stat status;

		if (snprintf(path, PATH_MAX, "%.*s/jobcomp_%s.so", length, directories, type + strlen(PREFIX)) < PATH_MAX &&
		    !stat(path, &status) && S_ISREG(status.st_mode))
			return 1;
		directories += length;
		directories += *directories == ':';
	}
	return 0;
}

/* Why the opened file can't be called, or NULL. */
static const char *misfit(void *handle, const char *type)
{
	const char *its_type = dlsym(handle, "plugin_type");
	const uint32_t *its_version = dlsym(handle, "plugin_version");

	if (!its_type || strcmp(its_type, type))
		return SB_SAYS_CHAIN_OTHER_TYPE;
	/* slurmctld has compared ours with its own; it may have been written into the file after this was compiled. */
	if (!its_version || *its_version != *(const volatile uint32_t *)&plugin_version)
		return SB_SAYS_CHAIN_OTHER_VERSION;

	chain.fini = (int (*)(void))dlsym(handle, "fini");
	*(void **)&chain.set_location = dlsym(handle, "jobcomp_p_set_location");
	*(void **)&chain.get_jobs = dlsym(handle, "jobcomp_p_get_jobs");
#if SLURM_VERSION_NUMBER >= SB_SLURM_25_05
	*(void **)&chain.record_job_start = dlsym(handle, "jobcomp_p_record_job_start");
	*(void **)&chain.record_job_end = dlsym(handle, "jobcomp_p_record_job_end");
	if (!chain.set_location || !chain.get_jobs || !chain.record_job_start || !chain.record_job_end)
		return SB_SAYS_CHAIN_LACKS;
#else
	*(void **)&chain.log_record = dlsym(handle, "jobcomp_p_log_record");
	if (!chain.set_location || !chain.get_jobs || !chain.log_record)
		return SB_SAYS_CHAIN_LACKS;
#endif
	return NULL;
}

static void open_plugin(const char *directories, const char *type)
{
	int (*init)(void);
	char path[PATH_MAX];
	const char *why;
	void *handle;

	if (!strcmp(type, plugin_type) || !type[strlen(PREFIX)] || strchr(type + strlen(PREFIX), '/')) {
		unused(type, SB_SAYS_CHAIN_NO_NAME);
		return;
	}
	if (!find_file(directories, type, path)) {
		unused(type, SB_SAYS_CHAIN_ABSENT);
		return;
	}
	/* Lazily, as Slurm does it: a plugin may name what slurmctld alone has, and be loaded by sacct. */
	handle = dlopen(path, RTLD_LAZY);
	if (!handle) {
		why = dlerror();
		unused(type, why ? why : SB_SAYS_CHAIN_UNOPENED);
		return;
	}
	why = misfit(handle, type);
	init = (int (*)(void))dlsym(handle, "init");
	if (!why && init && init() != SLURM_SUCCESS)
		why = SB_SAYS_CHAIN_INIT;
	if (why) {
		unused(type, why);
		memset(&chain, 0, sizeof(chain));
		dlclose(handle);
		return;
	}
	chain.handle = handle;
	/* Not info: sacct would show it to its users. */
	slurm_verbose("%s: chained to %s", plugin_type, type);
}

void sb_chain_open(void)
{
	const slurm_conf_t *conf = configuration();
	char type[TYPE_MAX];

	if (conf && !chain.handle && chained(conf->job_comp_params, type))
		open_plugin(conf->plugindir, type);
}

void sb_chain_close(void)
{
	void *handle = chain.handle;

	if (!handle)
		return;
	if (chain.fini)
		chain.fini();
	memset(&chain, 0, sizeof(chain));
	dlclose(handle);
}

static void note_location(int rc)
{
	if (rc != SLURM_SUCCESS)
		slurm_error(SB_SAYS_CHAIN_LOCATION, plugin_type);
}

#if SLURM_VERSION_NUMBER >= SB_SLURM_23_02
void sb_chain_set_location(void)
{
	if (chain.handle)
		note_location(chain.set_location());
}
#else
void sb_chain_set_location(char *location)
{
	if (chain.handle)
		note_location(chain.set_location(location));
}
#endif

#if SLURM_VERSION_NUMBER >= SB_SLURM_25_05
void sb_chain_record_job_start(struct job_record *job, uint32_t event)
{
	if (chain.handle)
		chain.record_job_start(job, event);
}

void sb_chain_record_job_end(struct job_record *job, uint32_t event)
{
	if (chain.handle)
		chain.record_job_end(job, event);
}
#else
void sb_chain_log_record(struct job_record *job)
{
	if (chain.handle)
		chain.log_record(job);
}
#endif

sb_jobs sb_chain_get_jobs(slurmdb_job_cond_t *condition)
{
	return chain.handle ? chain.get_jobs(condition) : NULL;
}
