/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Slurm and the C library of the image that this runs in. */
#ifndef SLURM_BANKING_SLURM_HERE_H
#define SLURM_BANKING_SLURM_HERE_H

#include <limits.h>
#include <stdint.h>

#define SB_VERSION(major, minor, micro) ((uint32_t)(major) << 16 | (uint32_t)(minor) << 8 | (uint32_t)(micro))

/* "25.11.2", also inside "slurm-wlm 25.11.2" and before "-0rc1"; 0 when there is no version in it. */
uint32_t sb_version_of(const char *text);

struct sb_slurm {
	uint32_t version;		/* as in plugin_version; 0 when unknown */
	char source[PATH_MAX + 8];	/* who says so: "/usr/sbin/slurmctld -V" or a plugin's path; "" when nobody does */
	const char *plugin_directory;	/* of those that this project knows; NULL when Slurm's plugins are in none of them */
};

/* Asks slurmctld, slurmd or sinfo, each for at most 10 s; where none answers, Slurm's own plugins are looked at. */
void sb_slurm_find(struct sb_slurm *slurm);

/* x of the newest GLIBC_2.x that the C library here has; 0 when there is no glibc. */
int sb_glibc_here(void);

#endif
