// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Submits batch jobs through libslurm as fast as it answers, from one or more processes at once. The jobs begin in a
 * year, so that nothing runs. Run as an ordinary user, with SLURM_CONF.
 *
 *   submit_loop CLIENTS PER_CLIENT ACCOUNT [PAUSE_US]
 *
 * Each client rests PAUSE_US before each submission; without it, not at all.
 *
 * Prints how long each call took, in microseconds, one per line, and at last "rate N", in submissions per second over
 * all clients. Exit 1 when a submission fails.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

/* Not measured: the first calls open connections and read configuration. */
#define WARM_UP 10
#define YEAR_S (365 * 24 * 3600)

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int submit(char *account)
{
	static char *environment[] = { "PATH=/usr/bin:/bin" };
	submit_response_msg_t *response = NULL;
	job_desc_msg_t job;

	slurm_init_job_desc_msg(&job);
	job.name = "bench";
	job.account = account;
	job.partition = "normal";
	job.script = "#!/bin/sh\ntrue\n";
	job.work_dir = "/tmp";
	job.std_in = job.std_out = job.std_err = "/dev/null";
	job.user_id = getuid();
	job.group_id = getgid();
	job.num_tasks = 1;
	job.min_cpus = 1;
	job.time_limit = 60;
	job.begin_time = time(NULL) + YEAR_S;
	job.environment = environment;
	job.env_size = 1;
	if (slurm_submit_batch_job(&job, &response)) {
		fprintf(stderr, "submit_loop: %s\n", slurm_strerror(slurm_get_errno()));
		return -1;
	}
	slurm_free_submit_response_response_msg(response);
	return 0;
}

/* Tells that it is warm through one pipe, and begins when the other is closed. */
static int client(int count, char *account, long pause_us, double *took, int ready, int start)
{
	struct timespec pause = { .tv_sec = pause_us / 1000000, .tv_nsec = pause_us % 1000000 * 1000 };
	char byte = 0;

	for (int i = 0; i < WARM_UP; i++)
		if (submit(account))
			return 1;
	if (write(ready, &byte, 1) != 1 || read(start, &byte, 1) != 0)
		return 1;
	for (int i = 0; i < count; i++) {
		double began;

		if (pause_us)
			nanosleep(&pause, NULL);
		began = now_us();
		if (submit(account))
			return 1;
		took[i] = now_us() - began;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int clients, count, ready[2], start[2], status, failed = 0;
	long pause_us = argc == 5 ? atol(argv[4]) : 0;
	double *took, began, elapsed;

	if (argc < 4 || argc > 5 || (clients = atoi(argv[1])) < 1 || (count = atoi(argv[2])) < 1) {
		fprintf(stderr, "usage: submit_loop CLIENTS PER_CLIENT ACCOUNT [PAUSE_US]\n");
		return 2;
	}
	took = mmap(NULL, sizeof(*took) * clients * count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (took == MAP_FAILED || pipe(ready) || pipe(start)) {
		perror("submit_loop");
		return 1;
	}
	slurm_init(NULL);

	for (int i = 0; i < clients; i++) {
		pid_t pid = fork();

		if (pid < 0) {
			perror("submit_loop: fork");
			return 1;
		}
		if (!pid) {
			close(ready[0]);
			close(start[1]);
			_exit(client(count, argv[3], pause_us, took + (size_t)i * count, ready[1], start[0]));
		}
	}
	close(ready[1]);
	close(start[0]);
	for (int i = 0; i < clients; i++) {
		char byte;

		/* 0: a client has gone, which its exit status will say. */
		if (read(ready[0], &byte, 1) != 1)
			break;
	}
	began = now_us();
	close(start[1]);
	while (wait(&status) > 0)
		failed |= status;
	elapsed = now_us() - began;
	if (failed)
		return 1;

	for (int i = 0; i < clients * count; i++)
		printf("%.1f\n", took[i]);
	printf("rate %.2f\n", clients * count / (elapsed / 1e6));
	return 0;
}
