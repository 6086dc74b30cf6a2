/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between Slurm's releases, 22.05 to 26.05, for the shims. One shim is built per micro release. */
#ifndef SLURM_BANKING_RELEASE_H
#define SLURM_BANKING_RELEASE_H

#include <stddef.h>
#include <stdint.h>
#include <slurm/slurm_version.h>

#define SB_SLURM_22_05 SLURM_VERSION_NUM(22, 5, 0)
#define SB_SLURM_23_02 SLURM_VERSION_NUM(23, 2, 0)
#define SB_SLURM_23_11 SLURM_VERSION_NUM(23, 11, 0)
#define SB_SLURM_24_05 SLURM_VERSION_NUM(24, 5, 0)
#define SB_SLURM_25_05 SLURM_VERSION_NUM(25, 5, 0)
#define SB_SLURM_25_11 SLURM_VERSION_NUM(25, 11, 0)

#if SLURM_VERSION_NUMBER < SB_SLURM_22_05
#error "Slurm 22.05 is the oldest release that these plugins know"
#endif

/*
 * slurmctld refuses to start when a job_submit or jobcomp plugin names another version than its own. An installer that
 * has no build for the exact micro release takes the nearest of the same major.minor and sets this to the wanted number;
 * the size guards then decide whether records can be read.
 */
#ifndef SB_PLUGIN_VERSION
#define SB_PLUGIN_VERSION SLURM_VERSION_NUMBER
#endif

/* The sizes tell layouts apart within one major.minor (docs/layouts.md), not beyond: 24.11.4 and 25.05.0 have job records of one size. */
#if SB_PLUGIN_VERSION >> 8 != SLURM_VERSION_NUMBER >> 8
#error "a build can stand in for other micro releases of its own major.minor alone"
#endif

/* From libslurmfull; declared in no public header but spank.h (the log functions, the same way). */
extern char *slurm_xstrdup(const char *text);
extern void slurm_xfree(void **item);
extern size_t slurm_xsize(void *item);
extern void slurm_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern void slurm_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern void slurm_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
