// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As much of slurmstepd as the SPANK plugin meets: step PLUGIN JOB UID [ARGUMENT...] calls its slurm_spank_init for the
 * batch step of a job, and prints what it logs.
 */
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <slurm/spank.h>

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t job_id;
static uid_t uid;

spank_context_t spank_context(void)
{
	return S_CTX_REMOTE;
}

spank_err_t spank_get_item(spank_t spank, spank_item_t item, ...)
{
	va_list arguments;
	void *to;

	(void)spank;
	va_start(arguments, item);
	to = va_arg(arguments, void *);
	va_end(arguments);
	switch (item) {
	case S_JOB_ID:
		*(uint32_t *)to = job_id;
		return ESPANK_SUCCESS;
	case S_JOB_UID:
		*(uid_t *)to = uid;
		return ESPANK_SUCCESS;
	case S_JOB_STEPID:
		*(uint32_t *)to = SLURM_BATCH_SCRIPT;
		return ESPANK_SUCCESS;
	default:
		return ESPANK_BAD_ARG;
	}
}

spank_err_t spank_getenv(spank_t spank, const char *name, char *value, int length)
{
	(void)spank;
	(void)name;
	(void)value;
	(void)length;
	return ESPANK_ENV_NOEXIST;
}

static void print(const char *level, const char *format, va_list arguments)
{
	printf("%s: ", level);
	vprintf(format, arguments);
	printf("\n");
}

#define LOG(level)                                 \
	void slurm_##level(const char *format, ...) \
	{                                           \
		va_list arguments;                  \
                                                    \
		va_start(arguments, format);        \
		print(#level, format, arguments);   \
		va_end(arguments);                  \
	}
LOG(info)
LOG(debug)

int main(int argc, char **argv)
{
	int (*init)(spank_t, int, char **);
	void *plugin = argc < 4 ? NULL : dlopen(argv[1], RTLD_NOW);

	if (!plugin || !(init = (int (*)(spank_t, int, char **))dlsym(plugin, "slurm_spank_init"))) {
		fprintf(stderr, "%s\n", argc < 4 ? "step PLUGIN JOB UID [ARGUMENT...]" : dlerror());
		return 2;
	}
	job_id = (uint32_t)strtoul(argv[2], NULL, 10);
	uid = (uid_t)strtoul(argv[3], NULL, 10);
	return init(NULL, argc - 4, argv + 4);
}
