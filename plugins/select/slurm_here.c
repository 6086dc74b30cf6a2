// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "slurm_here.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plugin_file.h"

#define PATIENCE_MS 10000

/* The values that the operator renders mount the plugins into these; the last is soperator's. */
static const char *const plugin_directories[] = {
	"/usr/lib/x86_64-linux-gnu/slurm", "/usr/lib/aarch64-linux-gnu/slurm", "/usr/lib64/slurm", "/usr/lib/slurm",
};
static const char *const other_directories[] = {
	"/usr/lib/x86_64-linux-gnu/slurm-wlm", "/usr/lib/aarch64-linux-gnu/slurm-wlm", "/usr/local/lib/slurm",
	"/usr/local/lib64/slurm", "/opt/slurm/lib/slurm", "/opt/slurm/lib64/slurm",
};
static const char *const program_directories[] = {
	"/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/slurm/sbin", "/opt/slurm/bin",
};
static const char *const programs[] = { "slurmctld", "slurmd", "sinfo" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

uint32_t sb_version_of(const char *text)
{
	for (; *text; text++) {
		unsigned major, minor, micro;

		if (*text >= '0' && *text <= '9' && sscanf(text, "%3u.%3u.%3u", &major, &minor, &micro) == 3)
			return major < 256 && minor < 256 && micro < 256 ? SB_VERSION(major, minor, micro) : 0;
	}
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What a program prints for -V within the time it is given. */
static void ask(const char *program, char *said, size_t size)
{
	int64_t deadline = now_ms() + PATIENCE_MS;
	size_t have = 0;
	int ends[2];
	pid_t child;

	said[0] = 0;
	if (pipe2(ends, O_CLOEXEC))
		return;
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl(program, program, "-V", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	while (child > 0 && have < size - 1) {
		struct pollfd wait = { .fd = ends[0], .events = POLLIN };
		int64_t left = deadline - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&wait, 1, (int)left) <= 0 || (got = read(ends[0], said + have, size - 1 - have)) <= 0)
			break;
		have += (size_t)got;
	}
	said[have] = 0;
	close(ends[0]);
	if (child > 0) {
		/* It has said all it is asked for, or is too late. */
		kill(child, SIGKILL);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

static int ask_programs(struct sb_slurm *slurm)
{
	for (size_t i = 0; i < COUNT(programs); i++) {
		for (size_t j = 0; j < COUNT(program_directories); j++) {
			char program[PATH_MAX], said[256];

			snprintf(program, sizeof(program), "%s/%s", program_directories[j], programs[i]);
			if (access(program, X_OK))
				continue;
			ask(program, said, sizeof(said));
			slurm->version = sb_version_of(said);
			if (slurm->version) {
				snprintf(slurm->source, sizeof(slurm->source), "%s -V", program);
				return 1;
			}
		}
	}
	return 0;
}

/* The version that any of Slurm's own plugins in a directory is for; ours lie there too, from an earlier start. */
static uint32_t look_into(const char *directory, char *path, size_t size)
{
	DIR *entries = opendir(directory);
	struct dirent *entry;
	uint32_t version = 0;

	while (entries && !version && (entry = readdir(entries))) {
		size_t length = strlen(entry->d_name);
		struct sb_file file;
		const uint32_t *found;

		if (length < 4 || strcmp(entry->d_name + length - 3, ".so") || strstr(entry->d_name, "slurm_banking") ||
		    snprintf(path, size, "%s/%s", directory, entry->d_name) >= (int)size || sb_file_read(path, &file))
			continue;
		found = sb_file_plugin_version(&file);
		version = found ? *found : 0;
		sb_file_free(&file);
	}
	if (entries)
		closedir(entries);
	return version;
}

void sb_slurm_find(struct sb_slurm *slurm)
{
	char path[PATH_MAX];
	uint32_t version;
	int asked;

	*slurm = (struct sb_slurm){ 0 };
	asked = ask_programs(slurm);
	for (size_t i = 0; i < COUNT(plugin_directories) + COUNT(other_directories); i++) {
		int known = i < COUNT(plugin_directories);

		version = look_into(known ? plugin_directories[i] : other_directories[i - COUNT(plugin_directories)], path,
				    sizeof(path));
		if (!version)
			continue;
		if (known && !slurm->plugin_directory)
			slurm->plugin_directory = plugin_directories[i];
		if (!asked && !slurm->version) {
			slurm->version = version;
			snprintf(slurm->source, sizeof(slurm->source), "%s", path);
		}
	}
}

int sb_glibc_here(void)
{
	static const char *const places[] = {
		"/lib64/libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6",
		"/usr/lib64/libc.so.6", "/lib/libc.so.6",
	};

	for (size_t i = 0; i < COUNT(places); i++) {
		struct sb_file library;
		int newest;

		if (sb_file_read(places[i], &library))
			continue;
		newest = sb_file_glibc(&library);
		sb_file_free(&library);
		if (newest)
			return newest;
	}
	return 0;
}
