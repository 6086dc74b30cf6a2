// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One decision: a call of libslurm_banking.so as the job_submit plugin makes it, against the sidecar that serves SOCKET;
 * and beside it, in alternating blocks, a frame of the same size there and back between two C processes, which is the
 * least that asking another process can cost. Run as root or as Slurm's user.
 *
 *   decision LIBRARY SOCKET ACCOUNT UID BLOCKS PAUSE_US [FIRST]
 *
 * FIRST decisions, which may be refusals, come before, and are not measured. Prints one line per call, "decision
 * MICROSECONDS" or "pingpong MICROSECONDS". Exit 1 when a call is not decided.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <slurm/slurm.h>

#include "../../plugins/shim/facts.h"
#include "rivals/pingpong.h"

#define BLOCK 100
#define WARM_UP 500

struct library {
	uint32_t (*open)(const struct sb_host *host);
	void (*submit)(const struct sb_submission *submission, struct sb_answer *answer);
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void rest(long pause_us)
{
	struct timespec pause = { .tv_sec = pause_us / 1000000, .tv_nsec = pause_us % 1000000 * 1000 };

	if (pause_us)
		nanosleep(&pause, NULL);
}

static int transfer(ssize_t (*call)(int, void *, size_t, int), int fd, void *bytes, size_t length)
{
	for (char *at = bytes; length;) {
		ssize_t moved = call(fd, at, length, 0);

		if (moved <= 0)
			return -1;
		at += moved;
		length -= (size_t)moved;
	}
	return 0;
}

static ssize_t send_some(int fd, void *bytes, size_t length, int flags)
{
	return send(fd, bytes, length, flags | MSG_NOSIGNAL);
}

/* The peer answers until its end of the socket is closed. */
static int start_peer(pid_t *peer)
{
	char frame[REQUEST_BYTES] = { 0 };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return -1;
	*peer = fork();
	if (*peer < 0)
		return -1;
	if (*peer) {
		close(ends[1]);
		return ends[0];
	}
	close(ends[0]);
	while (!transfer(recv, ends[1], frame, REQUEST_BYTES) && !transfer(send_some, ends[1], frame, REPLY_BYTES))
		;
	_exit(0);
}

static int ping(int fd)
{
	char frame[REQUEST_BYTES] = { 0 };

	return transfer(send_some, fd, frame, REQUEST_BYTES) || transfer(recv, fd, frame, REPLY_BYTES);
}

static int open_library(const char *path, const char *socket, struct library *library)
{
	static struct sb_host host;
	void *handle = dlopen(path, RTLD_NOW | RTLD_NODELETE);

	if (!handle) {
		fprintf(stderr, "decision: %s\n", dlerror());
		return -1;
	}
	library->open = (uint32_t (*)(const struct sb_host *))dlsym(handle, "slurm_banking_open");
	library->submit = (void (*)(const struct sb_submission *, struct sb_answer *))dlsym(handle, "slurm_banking_submit");
	host = (struct sb_host){
		.abi = SB_ABI,
		.hook = SB_HOOK_JOB_SUBMIT,
		.host_size = sizeof(struct sb_host),
		.submission_size = sizeof(struct sb_submission),
		.end_size = sizeof(struct sb_end),
		.answer_size = sizeof(struct sb_answer),
		.modification_size = sizeof(struct sb_modification),
		.slurm_version = "22.05.8",
		.socket = socket,
		.spool = "/nonexistent",
	};
	if (!library->open || !library->submit || library->open(&host)) {
		fprintf(stderr, "decision: %s is another version\n", path);
		return -1;
	}
	return 0;
}

/* A submission that was decided has a price in its mark, or is refused: ":-" stands for a sidecar that could not be asked. */
static int decide(const struct library *library, const char *account, uint32_t uid, int may_refuse)
{
	struct sb_submission job = {
		.pn_min_memory = NO_VAL64,
		.account = account,
		.partition = "normal",
		.name = "bench",
		.uid = uid,
		.num_tasks = 1,
		.min_cpus = 1,
		.min_nodes = NO_VAL,
		.max_nodes = NO_VAL,
		.time_limit = 60,
		.time_min = NO_VAL,
		.het_job_offset = NO_VAL,
		.cpus_per_task = NO_VAL16,
		.ntasks_per_node = NO_VAL16,
		.shared = NO_VAL16,
	};
	struct sb_answer answer = { 0 };
	int decided;

	library->submit(&job, &answer);
	decided = answer.refused ? may_refuse : answer.admin_comment && !strstr(answer.admin_comment, ":-");
	if (!decided)
		fprintf(stderr, "decision: not accepted: %s\n", answer.message ? answer.message : answer.log ? answer.log : "?");
	free(answer.message);
	free(answer.admin_comment);
	free(answer.log);
	return decided ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct library library;
	int fd, blocks;
	long pause_us, first;
	uint32_t uid;
	pid_t peer;

	if (argc < 7 || argc > 8) {
		fprintf(stderr, "usage: decision LIBRARY SOCKET ACCOUNT UID BLOCKS PAUSE_US [FIRST]\n");
		return 2;
	}
	uid = (uint32_t)atoi(argv[4]);
	blocks = atoi(argv[5]);
	pause_us = atol(argv[6]);
	first = argc == 8 ? atol(argv[7]) : 0;

	/* Before the library starts its runtime: a fork of that would be no plain C process. */
	fd = start_peer(&peer);
	if (fd < 0) {
		perror("decision");
		return 1;
	}
	if (open_library(argv[1], argv[2], &library))
		return 1;
	for (long i = 0; i < first; i++)
		if (decide(&library, argv[3], uid, 1))
			return 1;
	for (int i = 0; blocks && i < WARM_UP; i++)
		if (decide(&library, argv[3], uid, 0) || ping(fd))
			return 1;

	for (int block = 0; block < blocks; block++) {
		double decision[BLOCK], pingpong[BLOCK];

		for (int i = 0; i < BLOCK; i++) {
			double began;

			rest(pause_us);
			began = now_us();
			if (decide(&library, argv[3], uid, 0))
				return 1;
			decision[i] = now_us() - began;
		}
		for (int i = 0; i < BLOCK; i++) {
			double began;

			rest(pause_us);
			began = now_us();
			if (ping(fd))
				return 1;
			pingpong[i] = now_us() - began;
		}
		for (int i = 0; i < BLOCK; i++)
			printf("decision %.2f\npingpong %.2f\n", decision[i], pingpong[i]);
	}
	close(fd);
	waitpid(peer, NULL, 0);
	return 0;
}
