// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lies in the place of a plugin where no build fits: slurmctld does not start without the plugins that slurm.conf names,
 * so there is one that every release loads, does nothing, and says so once. select writes the wanted version into it. It needs
 * no C library: the one that it meets may be too old for the others.
 *
 * Built three times: -DSB_JOB_SUBMIT, -DSB_JOBCOMP, -DSB_SPANK.
 */
#include "../select/messages.h"

#include <stdint.h>

#define SB_EXPORT __attribute__((visibility("default")))

/* From libslurmfull. Weak: what is not there is not called. */
extern void slurm_error(const char *format, ...) __attribute__((weak, format(printf, 1, 2)));

SB_EXPORT const char plugin_name[] = "Bank: stands in for a plugin that does not fit this Slurm";
SB_EXPORT const uint32_t plugin_version = 0;

SB_EXPORT int fini(void)
{
	return 0;
}

#ifdef SB_JOB_SUBMIT
SB_EXPORT const char plugin_type[] = "job_submit/slurm_banking";

SB_EXPORT int init(void)
{
	if (slurm_error)
		slurm_error(SB_SAYS_INERT, plugin_type);
	return 0;
}

/* Whatever the arguments of the release are: none is looked at. */
SB_EXPORT int job_submit(void)
{
	return 0;
}

SB_EXPORT int job_modify(void)
{
	return 0;
}
#endif

#ifdef SB_JOBCOMP
SB_EXPORT const char plugin_type[] = "jobcomp/slurm_banking";

SB_EXPORT int init(void)
{
	return 0;
}

SB_EXPORT int jobcomp_p_set_location(void)
{
	return 0;
}

SB_EXPORT int jobcomp_p_log_record(void)
{
	return 0;
}

SB_EXPORT int jobcomp_p_record_job_start(void)
{
	return 0;
}

SB_EXPORT int jobcomp_p_record_job_end(void)
{
	return 0;
}

SB_EXPORT void *jobcomp_p_get_jobs(void)
{
	return 0;
}
#endif

#ifdef SB_SPANK
SB_EXPORT const char plugin_type[] = "spank";
SB_EXPORT const unsigned int spank_plugin_version = 1;
#endif
