// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "start_report.h"
#include "messages.h"
#include "start_frames.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Ample for a Welcome; a longer reply is none. */
#define REPLY_MAX 4096

#define WELCOME 1
#define RECEIPT 3
#define REJECTION 4
#define REASON_NOT_NOW 2

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

static int take_varint(struct cursor *in, uint64_t *value)
{
	*value = 0;
	for (unsigned int shift = 0; in->at < in->end && shift < 64; shift += 7) {
		uint8_t byte = *in->at++;

		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return 1;
	}
	return 0;
}

/* Reads the next field. For length-delimited ones, *content is what is inside; for numbers, *value. */
static int take_field(struct cursor *in, uint64_t *tag, uint64_t *value, struct cursor *content)
{
	if (!take_varint(in, tag) || !take_varint(in, value))
		return 0;
	if ((*tag & 7) == SB_VARINT)
		return 1;
	if ((*tag & 7) != SB_BYTES || *value > (uint64_t)(in->end - in->at))
		return 0;
	content->at = in->at;
	content->end = in->at + *value;
	in->at = content->end;
	return 1;
}

/* The first field of a Reply, of which there is only one; 0 when it makes no sense. */
static unsigned int reply_kind(struct cursor reply, struct cursor *content)
{
	uint64_t tag, value;

	if (!take_field(&reply, &tag, &value, content) || (tag & 7) != SB_BYTES)
		return 0;
	return (unsigned int)(tag >> 3);
}

static int welcome_enables(struct cursor welcome)
{
	struct cursor content;
	uint64_t tag, value;
	int enabled = 0;

	while (welcome.at < welcome.end && take_field(&welcome, &tag, &value, &content))
		if (tag == SB_TAG(5, SB_VARINT))
			enabled = value != 0;
	return enabled;
}

/* What a reply that is not the one hoped for means. */
static enum sb_start_outcome refusal(unsigned int kind, struct cursor rejection)
{
	struct cursor content;
	uint64_t tag, value;

	if (kind == REJECTION)
		while (rejection.at < rejection.end && take_field(&rejection, &tag, &value, &content))
			if (tag == SB_TAG(1, SB_VARINT) && value == REASON_NOT_NOW)
				return SB_START_NOT_NOW;
	return SB_START_REJECTED;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for the socket until the deadline; 1 when it is ready (or broken: the next call says how). */
static int wait_for(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd poll_fd = { .fd = fd, .events = events };
		int64_t left = deadline - now_ms();
		int rc;

		if (left <= 0)
			return 0;
		rc = poll(&poll_fd, 1, (int)left);
		if (rc > 0)
			return 1;
		if (rc < 0 && errno != EINTR)
			return 0;
	}
}

static enum sb_start_outcome send_frame(int fd, const struct sb_frame *frame, int64_t deadline)
{
	size_t sent = 0;

	while (sent < frame->length) {
		ssize_t n = send(fd, frame->at + sent, frame->length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			sent += (size_t)n;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return SB_START_BROKEN_OFF;
		if (!wait_for(fd, POLLOUT, deadline))
			return SB_START_TOO_LATE;
	}
	return SB_START_TAKEN;
}

static enum sb_start_outcome receive(int fd, uint8_t *at, size_t length, int64_t deadline)
{
	while (length) {
		ssize_t n = recv(fd, at, length, MSG_DONTWAIT);

		if (n > 0) {
			at += n;
			length -= (size_t)n;
			continue;
		}
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return SB_START_BROKEN_OFF;
		if (!wait_for(fd, POLLIN, deadline))
			return SB_START_TOO_LATE;
	}
	return SB_START_TAKEN;
}

static enum sb_start_outcome receive_frame(int fd, uint8_t buffer[REPLY_MAX], struct cursor *reply, int64_t deadline)
{
	enum sb_start_outcome outcome;
	uint8_t header[4];
	uint32_t length;

	outcome = receive(fd, header, sizeof(header), deadline);
	if (outcome != SB_START_TAKEN)
		return outcome;
	length = (uint32_t)header[0] << 24 | (uint32_t)header[1] << 16 | (uint32_t)header[2] << 8 | header[3];
	if (length > REPLY_MAX)
		return SB_START_BROKEN_OFF;
	reply->at = buffer;
	reply->end = buffer + length;
	return receive(fd, buffer, length, deadline);
}

/* Sends one frame and reads the reply's frame into buffer. */
static enum sb_start_outcome ask(int fd, const struct sb_frame *frame, uint8_t buffer[REPLY_MAX], struct cursor *reply,
				 int64_t deadline)
{
	enum sb_start_outcome sent = send_frame(fd, frame, deadline);
	enum sb_start_outcome heard;
	struct cursor content;

	if (sent != SB_START_TAKEN && sent != SB_START_BROKEN_OFF)
		return sent;
	/* Who turns a caller away says so and closes, maybe before the frame comes. Anything else said then answers nothing. */
	heard = receive_frame(fd, buffer, reply, deadline);
	if (sent == SB_START_BROKEN_OFF && (heard != SB_START_TAKEN || reply_kind(*reply, &content) != REJECTION))
		return SB_START_BROKEN_OFF;
	return heard;
}

/*
 * Only root or the owner of the socket's directory may serve it, and nobody else may be able to put a socket there:
 * otherwise a user could take the reports of others.
 */
static int directory_owner(const char *socket_path, uid_t *owner)
{
	char directory[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct stat status;
	char *slash;

	strcpy(directory, socket_path);
	slash = strrchr(directory, '/');
	if (!slash || slash == directory)
		return 0;
	*slash = '\0';
	if (stat(directory, &status) || (status.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	*owner = status.st_uid;
	return 1;
}

static int server_trusted(int fd, uid_t directory_uid)
{
	struct ucred server;
	socklen_t length = sizeof(server);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &length) &&
	       (server.uid == 0 || server.uid == directory_uid);
}

static enum sb_start_outcome converse(int fd, const struct sb_start *start, int64_t deadline)
{
	uint8_t buffer[REPLY_MAX];
	struct cursor reply, content = { 0 };
	struct sb_frame frame;
	enum sb_start_outcome outcome;
	unsigned int kind;

	sb_make_hello(&frame);
	outcome = ask(fd, &frame, buffer, &reply, deadline);
	if (outcome != SB_START_TAKEN)
		return outcome;
	kind = reply_kind(reply, &content);
	if (kind != WELCOME)
		return refusal(kind, content);
	if (!welcome_enables(content))
		return SB_START_TAKEN;

	sb_make_start(&frame, start);
	outcome = ask(fd, &frame, buffer, &reply, deadline);
	if (outcome != SB_START_TAKEN)
		return outcome;
	kind = reply_kind(reply, &content);
	return kind == RECEIPT ? SB_START_TAKEN : refusal(kind, content);
}

enum sb_start_outcome sb_report_start(const char *socket_path, const struct sb_start *start, int deadline_ms)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int64_t deadline = now_ms() + deadline_ms;
	enum sb_start_outcome outcome;
	uid_t directory_uid;
	int fd;

	if (strlen(socket_path) >= sizeof(address.sun_path))
		return SB_START_BAD_PATH;
	strcpy(address.sun_path, socket_path);
	if (access(socket_path, F_OK))
		return SB_START_NO_SIDECAR;
	if (!directory_owner(socket_path, &directory_uid))
		return SB_START_UNTRUSTED;

	/* Non-blocking: a full backlog (EAGAIN) is a sidecar that can't be asked. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return SB_START_NO_SIDECAR;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		outcome = SB_START_NO_SIDECAR;
	else if (!server_trusted(fd, directory_uid))
		outcome = SB_START_UNTRUSTED;
	else
		outcome = converse(fd, start, deadline);
	close(fd);
	return outcome;
}

const char *sb_start_outcome_text(enum sb_start_outcome outcome)
{
	switch (outcome) {
	case SB_START_TAKEN:
		return "taken";
	case SB_START_BAD_PATH:
		return SB_SAYS_BAD_PATH;
	case SB_START_UNTRUSTED:
		return SB_SAYS_UNTRUSTED;
	case SB_START_NO_SIDECAR:
		return SB_SAYS_NO_SIDECAR;
	case SB_START_TOO_LATE:
		return SB_SAYS_TOO_LATE;
	case SB_START_BROKEN_OFF:
		return SB_SAYS_BROKEN_OFF;
	case SB_START_NOT_NOW:
		return SB_SAYS_NOT_NOW;
	case SB_START_REJECTED:
		return SB_SAYS_REJECTED;
	}
	return "unknown";
}
