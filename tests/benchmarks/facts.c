// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reports ends of jobs to the sidecar that serves SOCKET, as jobcomp does: a hello, then one fact and its receipt after
 * another, on several connections at once; a fact that is not taken is said again. Beside them, one connection asks for
 * a decision every PROBE_US (0: none). Run as root or as Slurm's user.
 *
 *   facts SOCKET CONNECTIONS COUNT FIRST_JOB ACCOUNTS PROBE_US [PER_S]
 *
 * COUNT facts in all, of jobs from FIRST_JOB on, spread over the accounts bench0, bench1 and so on; PER_S of them a second, as
 * far as receipts come so fast, or as fast as they come. Prints "fact
 * MICROSECONDS" for one receipt in sixteen, "decision MICROSECONDS" for each decision, and at last "rate N" (receipts
 * per second), "repeated N" (facts that had to be said again).
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* spec/hooks.proto, as far as it is needed here; a tag is field << 3 | wire type. */
#define VARINT 0
#define BYTES 2
#define TAG(field, type) ((field) << 3 | (type))
#define REPLY_VERDICT 2
#define REPLY_RECEIPT 3

#define FRAME_MAX 1024
#define REPLY_MAX 4096
#define SAMPLED 16
#define PROBES_MAX 1000000
#define UID 1000
#define START 1772366400

struct message {
	size_t length;
	uint8_t at[FRAME_MAX];
};

static const char *socket_path;
static long count, accounts, first_job, probe_us, per_s;
static double started;
static atomic_long taken, repeated;
static atomic_int over;
static double *sampled, *probed;
static long probes;

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void put_varint(struct message *out, uint64_t value)
{
	do {
		out->at[out->length++] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (value);
}

static void put_number(struct message *out, unsigned int field, uint64_t value)
{
	put_varint(out, TAG(field, VARINT));
	put_varint(out, value);
}

static void put_bytes(struct message *out, unsigned int field, const void *bytes, size_t length)
{
	put_varint(out, TAG(field, BYTES));
	put_varint(out, length);
	memcpy(out->at + out->length, bytes, length);
	out->length += length;
}

static void put_text(struct message *out, unsigned int field, const char *text)
{
	put_bytes(out, field, text, strlen(text));
}

static void put_hold(struct message *out, unsigned int field, const char *format, uint64_t high, uint64_t low)
{
	char text[80];

	snprintf(text, sizeof(text), format, (unsigned long)high, (unsigned long)low);
	put_text(out, field, text);
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Sends a body of a kind as one frame; the number of the reply's kind. */
static int ask(int fd, unsigned int kind, const struct message *body)
{
	struct message request = { 0 };
	uint8_t frame[4 + FRAME_MAX], reply[REPLY_MAX];
	size_t filled = 0, length;

	put_bytes(&request, kind, body->at, body->length);
	frame[0] = frame[1] = 0;
	frame[2] = (uint8_t)(request.length >> 8);
	frame[3] = (uint8_t)request.length;
	memcpy(frame + 4, request.at, request.length);
	if (send(fd, frame, 4 + request.length, MSG_NOSIGNAL) != (ssize_t)(4 + request.length))
		die("facts: send");
	do {
		ssize_t n = recv(fd, reply + filled, sizeof(reply) - filled, 0);

		if (n <= 0)
			die("facts: recv");
		filled += (size_t)n;
		length = filled < 4 ? REPLY_MAX : ((size_t)reply[2] << 8 | reply[3]);
	} while (filled < 4 + length);
	return reply[4] >> 3;
}

static int open_connection(unsigned int hook)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct message hello = { 0 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, socket_path, sizeof(address.sun_path) - 1);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		die("facts: connect");
	put_number(&hello, 1, 1);
	put_number(&hello, 2, hook);
	put_text(&hello, 3, "22.05.8");
	put_text(&hello, 4, "bench");
	if (ask(fd, 1, &hello) != 1) {
		fprintf(stderr, "facts: not welcome\n");
		exit(1);
	}
	return fd;
}

static void rest_until(double due)
{
	double left = due - now_us();
	struct timespec pause = { .tv_sec = (time_t)(left / 1e6), .tv_nsec = (long)left % 1000000 * 1000 };

	if (left > 0)
		nanosleep(&pause, NULL);
}

static void *report(void *unused)
{
	int fd = open_connection(2);

	(void)unused;
	for (;;) {
		long i = atomic_fetch_add(&taken, 1);
		struct message end = { 0 };
		char account[32];
		double began;

		if (i >= count)
			break;
		if (per_s)
			rest_until(started + (double)i * 1e6 / (double)per_s);
		snprintf(account, sizeof(account), "bench%ld", i % accounts);
		put_number(&end, 1, (uint64_t)(first_job + i));
		put_number(&end, 6, UID);
		put_text(&end, 7, account);
		put_text(&end, 8, "normal");
		put_text(&end, 9, "normal");
		put_number(&end, 10, 3);
		put_number(&end, 11, START - 60);
		put_number(&end, 12, START);
		put_number(&end, 13, START + 3600);
		put_number(&end, 15, 4);
		put_number(&end, 16, 1);
		put_text(&end, 17, "n0001");
		put_text(&end, 18, "1=4,2=16384,4=1,5=4");
		put_number(&end, 19, 60);
		put_hold(&end, 20, "slurm-banking:%016lx%016lx:4.00", (uint64_t)first_job, (uint64_t)i);
		began = now_us();
		while (ask(fd, 4, &end) != REPLY_RECEIPT)
			atomic_fetch_add(&repeated, 1);
		if (i % SAMPLED == 0)
			sampled[i / SAMPLED] = now_us() - began;
	}
	close(fd);
	return NULL;
}

static void *probe(void *unused)
{
	struct timespec pause = { .tv_sec = probe_us / 1000000, .tv_nsec = probe_us % 1000000 * 1000 };
	int fd = open_connection(1);

	(void)unused;
	while (!atomic_load(&over) && probes < PROBES_MAX) {
		struct message submission = { 0 };
		double began;

		nanosleep(&pause, NULL);
		put_hold(&submission, 1, "%016lx%016lx", UINT64_MAX - (uint64_t)first_job, (uint64_t)probes);
		put_number(&submission, 2, UID);
		put_text(&submission, 3, "bench0");
		put_text(&submission, 4, "normal");
		put_number(&submission, 6, 1);
		put_number(&submission, 12, 60);
		began = now_us();
		if (ask(fd, 2, &submission) != REPLY_VERDICT) {
			fprintf(stderr, "facts: no verdict\n");
			exit(1);
		}
		probed[probes++] = now_us() - began;
	}
	close(fd);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t *reporters, prober;
	double elapsed;
	int connections;

	if (argc < 7 || argc > 8 || (connections = atoi(argv[2])) < 1 || (count = atol(argv[3])) < 1 || (accounts = atol(argv[5])) < 1) {
		fprintf(stderr, "usage: facts SOCKET CONNECTIONS COUNT FIRST_JOB ACCOUNTS PROBE_US [PER_S]\n");
		return 2;
	}
	socket_path = argv[1];
	first_job = atol(argv[4]);
	probe_us = atol(argv[6]);
	per_s = argc > 7 ? atol(argv[7]) : 0;
	reporters = calloc((size_t)connections, sizeof(*reporters));
	sampled = calloc((size_t)count / SAMPLED + 1, sizeof(*sampled));
	probed = calloc(PROBES_MAX, sizeof(*probed));
	if (!reporters || !sampled || !probed)
		die("facts");

	if (probe_us && pthread_create(&prober, NULL, probe, NULL))
		die("facts: thread");
	started = now_us();
	for (int i = 0; i < connections; i++)
		if (pthread_create(&reporters[i], NULL, report, NULL))
			die("facts: thread");
	for (int i = 0; i < connections; i++)
		pthread_join(reporters[i], NULL);
	elapsed = now_us() - started;
	atomic_store(&over, 1);
	if (probe_us)
		pthread_join(prober, NULL);

	for (long i = 0; i < count; i += SAMPLED)
		printf("fact %.1f\n", sampled[i / SAMPLED]);
	for (long i = 0; i < probes; i++)
		printf("decision %.1f\n", probed[i]);
	printf("rate %.1f\nrepeated %ld\n", (double)count / (elapsed / 1e6), atomic_load(&repeated));
	return 0;
}
