// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Submits batch jobs through libslurm as fast as it answers, from one or more processes at once. The jobs begin in a
 * year, so that nothing runs. Run as an ordinary user, with SLURM_CONF.
 *
 *   submit_loop [OPTION...] CLIENTS PER_CLIENT ACCOUNT
 *
 *   -f           submissions that fail are not counted, and nothing comes before those that are measured
 *   -m COUNT     ACCOUNT stands for so many: a number below COUNT is appended, another one for each submission
 *   -p PAUSE_US  each client rests so long before each submission
 *   -r           refusals are what is expected: nothing else may happen
 *   -t SECONDS   ends after so long at the latest, with the submission that goes on then
 *
 * Prints how long each call took, in microseconds, one per line, and at last "rate N", in submissions per second over
 * all clients, and "count N". Exit 1 when a submission ends otherwise than it should.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

/* Not measured: the first calls read configuration. */
#define WARM_UP 10
#define YEAR_S (365 * 24 * 3600)

static struct {
	int clients, per_client;
	const char *account;
	int accounts;
	long pause_us;
	double limit_us;
	bool refused, may_fail;
} options;

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* Submission by submission another account. */
static char *account_of(int client, int number)
{
	static char name[64];
	unsigned int place = (unsigned int)client * (options.per_client + WARM_UP) + (unsigned int)number;

	if (!options.accounts)
		return (char *)options.account;
	snprintf(name, sizeof(name), "%s%u", options.account, place % options.accounts);
	return name;
}

static int submit(char *account)
{
	static char *environment[] = { "PATH=/usr/bin:/bin" };
	submit_response_msg_t *response = NULL;
	job_desc_msg_t job;
	bool refused;

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
	refused = slurm_submit_batch_job(&job, &response) != 0;
	if (response)
		slurm_free_submit_response_response_msg(response);
	if (refused == options.refused)
		return 0;
	if (options.may_fail)
		return -1;
	fprintf(stderr, "submit_loop: account %s: %s\n", account, refused ? slurm_strerror(slurm_get_errno()) : "not refused");
	return -1;
}

/* Tells that it is warm through one pipe, and begins when the other is closed. */
static int client(int index, double *took, int ready, int start)
{
	struct timespec pause = { .tv_sec = options.pause_us / 1000000, .tv_nsec = options.pause_us % 1000000 * 1000 };
	double end;
	char byte = 0;

	for (int i = 0; i < WARM_UP && !options.may_fail; i++)
		if (submit(account_of(index, i)))
			return 1;
	if (write(ready, &byte, 1) != 1 || read(start, &byte, 1) != 0)
		return 1;
	end = now_us() + options.limit_us;
	for (int i = 0; i < options.per_client; i++) {
		double began;

		if (options.pause_us)
			nanosleep(&pause, NULL);
		began = now_us();
		if (options.limit_us && began > end)
			break;
		if (!submit(account_of(index, WARM_UP + i)))
			took[i] = now_us() - began;
		else if (!options.may_fail)
			return 1;
	}
	return 0;
}

static int read_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "fm:p:rt:")) != -1) {
		switch (option) {
		case 'f':
			options.may_fail = true;
			break;
		case 'm':
			options.accounts = atoi(optarg);
			break;
		case 'p':
			options.pause_us = atol(optarg);
			break;
		case 'r':
			options.refused = true;
			break;
		case 't':
			options.limit_us = atof(optarg) * 1e6;
			break;
		default:
			return -1;
		}
	}
	if (argc - optind != 3)
		return -1;
	options.clients = atoi(argv[optind]);
	options.per_client = atoi(argv[optind + 1]);
	options.account = argv[optind + 2];
	return options.clients > 0 && options.per_client > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	int clients, count, done = 0, ready[2], start[2], status, failed = 0;
	double *took, began, elapsed;

	if (read_options(argc, argv)) {
		fprintf(stderr, "usage: submit_loop [-f] [-m ACCOUNTS] [-p PAUSE_US] [-r] [-t SECONDS] CLIENTS PER_CLIENT ACCOUNT\n");
		return 2;
	}
	clients = options.clients;
	count = options.per_client;
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
			_exit(client(i, took + (size_t)i * count, ready[1], start[0]));
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

	for (int i = 0; i < clients * count; i++) {
		if (took[i] <= 0)
			continue;
		printf("%.1f\n", took[i]);
		done++;
	}
	printf("rate %.2f\ncount %d\n", done / (elapsed / 1e6), done);
	return 0;
}
