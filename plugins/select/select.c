// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes the plugins that the Slurm at hand can load: a static program that runs in the Slurm image of a pod, before slurmctld.
 *
 *   select [--slurm VERSION] [--from DIR] [--to DIR]
 *
 *   --slurm  of this release instead of the one of the image, which then needs no Slurm
 *   --from   where the builds are: VERSION/, inert/, libslurm_banking.so        [../builds, seen from this program]
 *   --to     where the plugins are put, each whole or not at all                [../plugins]
 *
 * slurmctld does not start with a plugin that is missing, or is for another release, or needs a newer C library. So there is
 * always one: the build for this very release; else the nearest of the same major.minor, with this release written into it (the
 * plugin itself looks whether the records have the size that it was built for, and reads none otherwise); else one that does
 * nothing but say so. It exits with 0 whatever happens: a cluster without a bank is better than a bank without a cluster.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages.h"
#include "plugin_file.h"
#include "slurm_here.h"

static const char *const plugins[] = {
	"job_submit_slurm_banking.so", "jobcomp_slurm_banking.so", "spank_slurm_banking.so",
};
static const char library[] = "libslurm_banking.so";

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("slurm-banking select: ", stdout);
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
}

static const char *join(char *path, const char *directory, const char *between, const char *name)
{
	/* Too long a path is not there: opening it fails, and that is said. */
	return snprintf(path, PATH_MAX, "%s/%s%s%s", directory, between, *between ? "/" : "", name) < PATH_MAX ? path : "";
}

static unsigned major_minor(uint32_t version)
{
	return version >> 8;
}

/* The release whose build is used; 0 when there is none of the same major.minor. */
static uint32_t nearest(const char *builds, uint32_t wanted, char *name, size_t size)
{
	DIR *entries = opendir(builds);
	struct dirent *entry;
	uint32_t best = 0;

	if (!entries)
		say(SB_SAYS_FILE_FAILS, builds, strerror(errno));
	while (entries && (entry = readdir(entries))) {
		uint32_t version = sb_version_of(entry->d_name);

		if (!version || major_minor(version) != major_minor(wanted) ||
		    (best && abs((int)(version - wanted)) >= abs((int)(best - wanted))))
			continue;
		best = version;
		snprintf(name, size, "%s", entry->d_name);
	}
	if (entries)
		closedir(entries);
	return best;
}

/* Copies a plugin, for a release where it says so itself. */
static int put(const char *from, const char *to, uint32_t version)
{
	struct sb_file file;
	uint32_t *plugin_version;
	int error = sb_file_read(from, &file);

	if (error) {
		say(SB_SAYS_FILE_FAILS, from, strerror(error));
		return 0;
	}
	plugin_version = sb_file_plugin_version(&file);
	if (version && plugin_version)
		*plugin_version = version;
	error = version && !plugin_version ? EBADMSG : sb_file_write(&file, to);
	sb_file_free(&file);
	if (error)
		say(SB_SAYS_FILE_FAILS, error == EBADMSG ? from : to, strerror(error));
	return !error;
}

/* x of the newest GLIBC_2.x that a build needs, the library with it. */
static int glibc_needed(const char *builds, const char *name)
{
	int highest = 0;

	for (size_t i = 0; i <= COUNT(plugins); i++) {
		struct sb_file file;
		char path[PATH_MAX];
		int needed;

		if (sb_file_read(i < COUNT(plugins) ? join(path, builds, name, plugins[i]) : join(path, builds, "", library), &file))
			continue;
		needed = sb_file_glibc(&file);
		sb_file_free(&file);
		if (needed > highest)
			highest = needed;
	}
	return highest;
}

/* All of one build, or false; what could not be put is said. */
static int put_all(const char *builds, const char *name, const char *to, uint32_t version)
{
	int whole = 1;

	for (size_t i = 0; i < COUNT(plugins); i++) {
		char from[PATH_MAX], target[PATH_MAX];

		if (!put(join(from, builds, name, plugins[i]), join(target, to, "", plugins[i]), version))
			whole = 0;
	}
	return whole;
}

static void show(char *text, size_t size, uint32_t version)
{
	snprintf(text, size, "%02u.%02u.%u", version >> 16, version >> 8 & 255, version & 255);
}

/* The name of the build to take: "inert" where none fits. Says why. */
static const char *choose(const char *builds, uint32_t wanted, int glibc, char *name, size_t size)
{
	char wanted_text[16], found_text[16];
	uint32_t found = wanted ? nearest(builds, wanted, name, size) : 0;
	int needed;

	show(wanted_text, sizeof(wanted_text), wanted);
	if (!found) {
		if (wanted)
			say(SB_SAYS_NO_BUILD, wanted >> 16, wanted >> 8 & 255);
		return "inert";
	}
	needed = glibc_needed(builds, name);
	if (needed > glibc) {
		snprintf(found_text, sizeof(found_text), glibc ? "2.%d" : "none", glibc);
		say(SB_SAYS_OLD_GLIBC, needed, found_text);
		return "inert";
	}
	show(found_text, sizeof(found_text), found);
	if (found == wanted)
		say(SB_SAYS_TOOK, wanted_text);
	else
		say(SB_SAYS_TOOK_OTHER, wanted_text, found_text);
	return name;
}

static void run(uint32_t given, const char *builds, const char *to)
{
	struct sb_slurm slurm = { .version = given };
	char name[NAME_MAX + 1], text[16], from[PATH_MAX], target[PATH_MAX];
	int glibc = INT_MAX;

	if (!given) {
		sb_slurm_find(&slurm);
		glibc = sb_glibc_here();
		show(text, sizeof(text), slurm.version);
		if (slurm.version)
			say(SB_SAYS_FOUND, text, slurm.source);
		else
			say(SB_SAYS_NO_SLURM);
		if (!slurm.plugin_directory)
			say(SB_SAYS_NOT_IN_PLUGINDIR, to);
	}
	if (mkdir(to, 0755) && errno != EEXIST)
		say(SB_SAYS_FILE_FAILS, to, strerror(errno));
	if (!put_all(builds, choose(builds, slurm.version, glibc, name, sizeof(name)), to, slurm.version) &&
	    !put_all(builds, "inert", to, slurm.version))
		say(SB_SAYS_INCOMPLETE, to);
	put(join(from, builds, "", library), join(target, to, "", library), 0);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "slurm", required_argument, NULL, 's' },
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ 0 },
	};
	char self[PATH_MAX], builds[PATH_MAX] = "builds", to[PATH_MAX] = "plugins", *slash;
	uint32_t version = 0;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int option;

	setvbuf(stdout, NULL, _IOLBF, 0);
	umask(022);
	/* DIR/bin/select is told by its own place where DIR is. */
	self[length > 0 ? length : 0] = 0;
	for (int i = 0; i < 2; i++)
		if ((slash = strrchr(self, '/')))
			*slash = 0;
	join(builds, self, "", "builds");
	join(to, self, "", "plugins");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's' && !(version = sb_version_of(optarg)))
			say(SB_SAYS_NO_RELEASE, optarg);
		else if (option == 'f' || option == 't')
			snprintf(option == 'f' ? builds : to, PATH_MAX, "%s", optarg);
	}
	run(version, builds, to);
	return 0;
}
