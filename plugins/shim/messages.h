// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every text that the plugins in C write: into slurmctld's log, slurmd's, and slurmstepd's. Before each: when, and what to do
 * about it. They are formats of printf, written out where they are used, so that the compiler compares them with their values.
 */
#pragma once

/* When: the plugin is loaded. Do: nothing. */
#define SB_SAYS_READY "%s: version %s for Slurm " SB_SLURM_VERSION ", asks %s"

/* When: slurmctld's submissions have another size than those of the Slurm that the plugin was built for.
 * Do: install the plugins of this release of Slurm. Submissions are not looked at; jobs are billed by what the queue shows. */
#define SB_SAYS_OTHER_SUBMISSION \
	"%s: built for Slurm " SB_SLURM_VERSION ", whose submissions have %zu bytes; these have %zu: not read, jobs go unchecked"

/* When: the same, of the records of jobs. Do: install the plugins of this release of Slurm. */
#define SB_SAYS_OTHER_RECORD \
	"%s: built for Slurm " SB_SLURM_VERSION " (job records of %zu bytes), but this slurmctld has another %s (job records of %zu " \
	"bytes), so it is another version: ends go unread, and the sidecar's sweep of the queue will find them"

/* When: the same, of slurm.conf as the process has it. Do: install the plugins of this release of Slurm. */
#define SB_SAYS_OTHER_CONFIGURATION \
	"%s: built for Slurm " SB_SLURM_VERSION ", whose configuration has %zu bytes; this one has %zu, so JobCompParams is not read, " \
	"and no jobcomp plugin that it may chain to is called"

/* When: a change of a job is refused on a release that has no text for its user (22.05). Do: as the reason says. */
#define SB_SAYS_NOT_CHANGED "%s: job %s is not changed for uid %u: %s"

/* When: the library that the plugins share can't be loaded. Do: install it beside the plugins (make install, or the package). */
#define SB_SAYS_NO_LIBRARY "%s: can't open %s, jobs go unchecked: %s"

/* When: the library is there, and is of another version. Do: install plugins and library of one version. */
#define SB_SAYS_LIBRARY_LACKS "%s: %s lacks a call, is it another version? jobs go unchecked"

/* When: the same. Do: install plugins and library of one version. */
#define SB_SAYS_LIBRARY_REFUSES "%s: %s refuses this plugin (interface %u here, %u there); jobs go unchecked"

/* When: JobCompParams=chain=NAME can't be followed; the reason is in the line.
 * Do: correct JobCompParams in slurm.conf, and restart slurmctld. */
#define SB_SAYS_CHAIN_UNUSED "%s: JobCompParams chains to %s, which is left out: %s; ended jobs are reported to the bank all the same"

/* When: the plugin behind ours refused JobCompLoc. Do: look at that plugin's own lines, and correct JobCompLoc. */
#define SB_SAYS_CHAIN_LOCATION "%s: the jobcomp plugin that JobCompParams chains to does not take JobCompLoc"

/* When: chain= is empty, our own name, or a path. Do: part of other messages. */
#define SB_SAYS_CHAIN_NO_NAME "no name of another plugin"

/* When: jobcomp_NAME.so is in none of PluginDir's directories. Do: part of other messages. */
#define SB_SAYS_CHAIN_ABSENT "PluginDir has no such plugin"

/* When: the loader gave no reason. Do: part of other messages. */
#define SB_SAYS_CHAIN_UNOPENED "it can't be opened"

/* When: the plugin did not want to start. Do: part of other messages. */
#define SB_SAYS_CHAIN_INIT "its init() failed"

/* When: the file holds another plugin than its name says. Do: part of other messages. */
#define SB_SAYS_CHAIN_OTHER_TYPE "it says that it is another plugin"

/* When: the plugin is another release's. Do: part of other messages. */
#define SB_SAYS_CHAIN_OTHER_VERSION "it was built for another version of Slurm"

/* When: the file is no whole jobcomp plugin. Do: part of other messages. */
#define SB_SAYS_CHAIN_LACKS "it lacks a call of a jobcomp plugin"

/* When: a start was reported (debug). Do: nothing. */
#define SB_SAYS_START_REPORTED "spank_slurm_banking: reported the start of job %u"

/* When: the node's sidecar did not take a start. Do: start the node's sidecar; it takes the start from there. */
#define SB_SAYS_START_KEPT "spank_slurm_banking: the start of job %u was not reported: %s; it is kept in %s"

/* When: the same, on a node without a spool directory (debug). Do: nothing: the controller's sidecar sees the job in the queue. */
#define SB_SAYS_START_NO_SPOOL "spank_slurm_banking: the start of job %u was not reported: %s; there is no %s to keep it in"

/* When: the same, and the spool did not take it either. Do: make room in the spool, or let it belong to root with mode 0700. */
#define SB_SAYS_START_NOT_KEPT \
	"spank_slurm_banking: the start of job %u was not reported: %s; %s does not keep it: %s; the controller's sidecar will see it " \
	"in the queue"

/* When: the node's sidecar will never take this start. Do: nothing at once: the job is billed by the controller's sidecar. */
#define SB_SAYS_START_UNREPORTED \
	"spank_slurm_banking: the start of job %u was not reported: %s; the controller's sidecar will see it in the queue"

/* When: SLURM_BANKING_SOCKET is longer than a Unix socket's name. Do: part of other messages. */
#define SB_SAYS_BAD_PATH "the socket's path is too long"

/* When: others than root and the daemon's user could answer in the sidecar's place. Do: part of other messages. */
#define SB_SAYS_UNTRUSTED "the socket's directory or its server belongs to somebody else"

/* When: the socket is not there, or nobody accepts. Do: part of other messages. */
#define SB_SAYS_NO_SIDECAR "no sidecar listens"

/* When: the sidecar took longer than the plugin waits. Do: part of other messages. */
#define SB_SAYS_TOO_LATE "the sidecar did not answer in time"

/* When: the sidecar closed the connection. Do: part of other messages. */
#define SB_SAYS_BROKEN_OFF "the conversation broke off"

/* When: the sidecar's state directory has no room. Do: part of other messages. */
#define SB_SAYS_NOT_NOW "the sidecar can't keep it now"

/* When: the sidecar is of another version, or the controller's. Do: part of other messages. */
#define SB_SAYS_REJECTED "the sidecar did not take it"

/* When: there is no spool directory. Do: part of other messages. */
#define SB_SAYS_SPOOL_NONE "there is no such directory"

/* When: the spool directory's mode lets everybody in. Do: part of other messages. */
#define SB_SAYS_SPOOL_OPEN "others than its owner and group can reach it"

/* When: the spool has as many files as it may have. Do: part of other messages. */
#define SB_SAYS_SPOOL_FULL "it is full"

/* When: the disk is full, or read-only. Do: part of other messages. */
#define SB_SAYS_SPOOL_FAILED "the file could not be written"
