// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other process of job_submit_pingpong.c: answers each frame at once.
 *
 *   pong SOCKET
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pingpong.h"

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: pong SOCKET\n");
		return 2;
	}
	strcpy(address.sun_path, argv[1]);
	if (bind(listener, (const struct sockaddr *)&address, sizeof(address)) || chmod(argv[1], 0666) || listen(listener, 8)) {
		perror("pong");
		return 1;
	}
	/* One slurmctld at a time. */
	for (;;) {
		char frame[REQUEST_BYTES] = { 0 };
		int connection = accept(listener, NULL, NULL);

		while (recv(connection, frame, REQUEST_BYTES, MSG_WAITALL) == REQUEST_BYTES &&
		       send(connection, frame, REPLY_BYTES, MSG_NOSIGNAL) == REPLY_BYTES)
			;
		close(connection);
	}
}
