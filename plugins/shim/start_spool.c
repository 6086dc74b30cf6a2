// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "start_spool.h"
#include "messages.h"
#include "start_frames.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWNER_WRITES_GROUP_READS 0640
#define RANDOM_BYTES 16
/* A dot, for the temporary name alone; the digits; ".frame" and the end. */
#define NAME_MAX_BYTES (1 + 2 * RANDOM_BYTES + sizeof(".frame"))

int sb_start_is_to_be_kept(enum sb_start_outcome outcome)
{
	return outcome == SB_START_NO_SIDECAR || outcome == SB_START_TOO_LATE || outcome == SB_START_BROKEN_OFF ||
	       outcome == SB_START_NOT_NOW;
}

/* Whatever lies there counts, unfinished files and those that were set aside too. */
static int is_full(DIR *directory)
{
	int count = 0;

	/* "." and ".." come on top. */
	while (count < SB_SPOOL_MAX + 2 && readdir(directory))
		count++;
	return count == SB_SPOOL_MAX + 2;
}

/* ".<32 random hex digits>.frame", which ingestion passes over; without the dot it is the final name. */
static int make_name(char name[NAME_MAX_BYTES])
{
	uint8_t random[RANDOM_BYTES];

	if (getrandom(random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		return 0;
	name[0] = '.';
	for (int i = 0; i < RANDOM_BYTES; i++)
		snprintf(name + 1 + 2 * i, 3, "%02x", random[i]);
	snprintf(name + 1 + 2 * RANDOM_BYTES, sizeof(".frame"), ".frame");
	return 1;
}

/*
 * Owner and group are the directory's: the sidecar is one of the two, and this is root. The mode is said once more, as
 * open() obeys slurmd's umask.
 */
static int write_whole(int file, const struct stat *directory, const struct sb_frame *frame)
{
	return !fchown(file, directory->st_uid, directory->st_gid) && !fchmod(file, OWNER_WRITES_GROUP_READS) &&
	       write(file, frame->at, frame->length) == (ssize_t)frame->length;
}

/* Written under a name that ingestion passes over, then renamed: a file that is seen is whole. */
static enum sb_spool_outcome write_file(int directory, const struct stat *status, const struct sb_start *start)
{
	char temporary[NAME_MAX_BYTES];
	struct sb_frame frame;
	int file, whole;

	if (!make_name(temporary))
		return SB_SPOOL_FAILED;
	sb_make_start(&frame, start);
	file = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, OWNER_WRITES_GROUP_READS);
	if (file < 0)
		return SB_SPOOL_FAILED;
	whole = write_whole(file, status, &frame);
	whole &= !close(file);
	if (whole && !renameat(directory, temporary, directory, temporary + 1))
		return SB_SPOOL_KEPT;
	unlinkat(directory, temporary, 0);
	return SB_SPOOL_FAILED;
}

enum sb_spool_outcome sb_keep_start(const char *path, const struct sb_start *start)
{
	enum sb_spool_outcome outcome;
	struct stat status;
	DIR *directory;
	int fd;

	/* Everything below happens in the directory that is open now. */
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return SB_SPOOL_NONE;
	directory = fdopendir(fd);
	if (!directory) {
		close(fd);
		return SB_SPOOL_FAILED;
	}
	if (fstat(fd, &status))
		outcome = SB_SPOOL_FAILED;
	else if (status.st_mode & S_IRWXO)
		outcome = SB_SPOOL_OPEN_TO_ALL;
	else if (is_full(directory))
		outcome = SB_SPOOL_FULL;
	else
		outcome = write_file(fd, &status, start);
	closedir(directory);
	return outcome;
}

const char *sb_spool_outcome_text(enum sb_spool_outcome outcome)
{
	switch (outcome) {
	case SB_SPOOL_KEPT:
		return "kept";
	case SB_SPOOL_NONE:
		return SB_SAYS_SPOOL_NONE;
	case SB_SPOOL_OPEN_TO_ALL:
		return SB_SAYS_SPOOL_OPEN;
	case SB_SPOOL_FULL:
		return SB_SAYS_SPOOL_FULL;
	case SB_SPOOL_FAILED:
		return SB_SAYS_SPOOL_FAILED;
	}
	return "unknown";
}
