// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A bank that keeps nothing and says yes: every job fits, every record is stored as it was sent. An account whose name
 * begins with "empty" has nothing to spend. How it answers is what the file MODE says at that moment: milliseconds before
 * each answer, or "hole": requests are taken and never answered.
 *
 *   stub_bank PORT MODE
 *
 * Listens on 127.0.0.1. A thread per connection: the sidecar has at most 16.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 65536
#define HOLE (-1)

#define FITS "{\"success\":true,\"message\":\"A job with job_cost 999999999.99 can be submitted.\"}"
#define NOTHING_LEFT \
	"{\"success\":false,\"message\":\"Adding job_cost 999999999.99 to account balance 0.00 would exceed account allocation 0.00.\"}"

static const char *mode_path;

struct stream {
	int fd;
	size_t filled;
	char at[REQUEST_MAX + 1];
};

static long latency_ms(void)
{
	char text[32] = "";
	int fd = open(mode_path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	if (fd >= 0)
		close(fd);
	return strncmp(text, "hole", 4) ? atol(text) : HOLE;
}

static int fill(struct stream *in, size_t bytes)
{
	while (in->filled < bytes) {
		ssize_t n = bytes > REQUEST_MAX ? 0 : recv(in->fd, in->at + in->filled, REQUEST_MAX - in->filled, 0);

		if (n <= 0)
			return -1;
		in->filled += (size_t)n;
		in->at[in->filled] = '\0';
	}
	return 0;
}

/* Bytes up to and with the text, beginning at an offset. */
static ssize_t fill_until(struct stream *in, size_t from, const char *text)
{
	char *found;

	while (!(found = strstr(in->at + from, text)))
		if (fill(in, in->filled + 1))
			return -1;
	return found - in->at + (ssize_t)strlen(text);
}

static void drop(struct stream *in, size_t bytes)
{
	in->filled -= bytes;
	memmove(in->at, in->at + bytes, in->filled + 1);
}

/* Reads one request; its body, if any, is left in body. */
static int receive(struct stream *in, char *line, size_t line_size, char *body)
{
	ssize_t head = fill_until(in, 0, "\r\n\r\n");
	const char *length, *chunked;
	size_t at;

	if (head < 0)
		return -1;
	at = strcspn(in->at, "\r");
	if (at >= line_size)
		return -1;
	memcpy(line, in->at, at);
	line[at] = '\0';
	in->at[head - 2] = '\0';
	length = strcasestr(in->at, "\r\nContent-Length:");
	chunked = strcasestr(in->at, "\r\nTransfer-Encoding: chunked");
	in->at[head - 2] = '\r';
	body[0] = '\0';
	at = (size_t)head;
	if (chunked) {
		size_t whole = 0, size;

		do {
			ssize_t begin = fill_until(in, at, "\r\n");

			if (begin < 0)
				return -1;
			size = strtoul(in->at + at, NULL, 16);
			at = (size_t)begin + size + 2;
			if (whole + size > REQUEST_MAX || fill(in, at))
				return -1;
			memcpy(body + whole, in->at + begin, size);
			whole += size;
		} while (size);
		body[whole] = '\0';
	} else if (length) {
		size_t size = strtoul(strchr(length + 2, ':') + 1, NULL, 10);

		if (fill(in, at + size))
			return -1;
		memcpy(body, in->at + at, size);
		body[size] = '\0';
		at += size;
	}
	drop(in, at);
	return 0;
}

static int answer(int fd, const char *status, const char *body)
{
	static _Thread_local char text[REQUEST_MAX + 256];
	int length = snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", status,
			      strlen(body), body);

	return send(fd, text, (size_t)length, MSG_NOSIGNAL) == length ? 0 : -1;
}

static void *serve(void *argument)
{
	struct stream *in = argument;
	char *body = malloc(REQUEST_MAX + 1), line[4096];

	while (body && !receive(in, line, sizeof(line), body)) {
		long wait_ms = latency_ms();
		struct timespec pause = { .tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000 };

		if (wait_ms == HOLE)
			continue;
		if (wait_ms)
			nanosleep(&pause, NULL);
		if (strstr(line, "/can_submit_job/")) {
			if (answer(in->fd, "200 OK", strstr(line, "/empty") ? NOTHING_LEFT : FITS))
				break;
		} else if (answer(in->fd,
				  !strncmp(line, "POST ", 5)  ? "201 Created"
				  : !strncmp(line, "PUT ", 4) ? "200 OK"
							      : "404 Not Found",
				  *body ? body : "{}")) {
			break;
		}
	}
	close(in->fd);
	free(body);
	free(in);
	return NULL;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (argc != 3) {
		fprintf(stderr, "usage: stub_bank PORT MODE\n");
		return 2;
	}
	mode_path = argv[2];
	address.sin_port = htons((uint16_t)atoi(argv[1]));
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (const struct sockaddr *)&address, sizeof(address)) || listen(listener, 128)) {
		perror("stub_bank");
		return 1;
	}
	for (;;) {
		struct stream *in = calloc(1, sizeof(*in));
		pthread_t thread;

		if (!in)
			return 1;
		in->fd = accept(listener, NULL, NULL);
		setsockopt(in->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (in->fd < 0 || pthread_create(&thread, NULL, serve, in)) {
			perror("stub_bank");
			return 1;
		}
		pthread_detach(thread);
	}
}
