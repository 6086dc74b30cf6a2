// SPDX-License-Identifier: GPL-2.0-or-later
/* Every text of slurm-banking-select, which its container's log shows, and of the plugins that it puts where no build fits. */
#pragma once

/* When: the release of the Slurm in this container was found. Do: nothing. */
#define SB_SAYS_FOUND "Slurm %s, says %s"

/* When: no slurmctld, slurmd or library of Slurm is in the container. Do: mount the plugins into Slurm's own container, or use --slurm. */
#define SB_SAYS_NO_SLURM "there is no Slurm here: name the release with --slurm; plugins that no slurmctld loads"

/* When: PluginDir can't be told, or is elsewhere. Do: mount the directory that the line names where PluginDir of slurm.conf points. */
#define SB_SAYS_NOT_IN_PLUGINDIR \
	"Slurm's plugins are in none of the directories that ours are mounted into: mount those of %s where PluginDir points, or " \
	"slurmctld does not find them"

/* When: the right build was put into place. Do: nothing. */
#define SB_SAYS_TOOK "took the build for %s"

/* When: only a build of another micro release is there. Do: take an image that has the right one, or build it (docs/images.md). */
#define SB_SAYS_TOOK_OTHER \
	"no build for %s: took the one for %s; submissions and ends are read only where their layout has the same size, and the " \
	"sidecar's sweep of the queue finds the rest"

/* When: no build is of this major release. Do: take an image that has one, or build it (docs/images.md). */
#define SB_SAYS_NO_BUILD "no build for Slurm %u.%02u: plugins that do nothing"

/* When: Slurm's container is older than what the plugins were compiled on. Do: build the image on an older base (docs/images.md). */
#define SB_SAYS_OLD_GLIBC "the builds need glibc 2.%d, and here is %s: plugins that do nothing"

/* When: copying failed twice. Do: make room in the volume, or let it be written; the lines before say what failed. */
#define SB_SAYS_INCOMPLETE "the plugins in %s are not all there, or from an earlier start"

/* When: --slurm can't be read. Do: give a release such as 25.11.2. */
#define SB_SAYS_NO_RELEASE "%s is no release of Slurm, such as 25.11.2"

/* When: a file or directory can't be read or written. Do: as the reason says: room, mode, or a mount that is missing. */
#define SB_SAYS_FILE_FAILS "%s: %s"

/* When: slurmctld loads a plugin that stands in for one that does not fit.
 * Do: look into the log of slurm-banking-select, which says which build is missing. */
#define SB_SAYS_INERT \
	"%s: no build of the bank's plugins fits this Slurm: submissions are not checked, and ends neither reported nor passed on to a " \
	"jobcomp plugin that JobCompParams chains to; the sidecar's sweep still bills jobs: see the log of slurm-banking-select"
