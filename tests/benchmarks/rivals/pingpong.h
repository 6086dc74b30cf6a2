// SPDX-License-Identifier: GPL-2.0-or-later
/* What the submission of decision.c and its verdict take by spec/hooks.proto, header included. */
#define REQUEST_BYTES 70
#define REPLY_BYTES 10
