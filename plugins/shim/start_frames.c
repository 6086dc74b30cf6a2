// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "start_frames.h"

#include <string.h>

#define PROTOCOL 1
#define HOOK_SPANK 3
#define NODE_MAX 255

static void put_varint(struct sb_frame *out, uint64_t value)
{
	do {
		out->at[out->length++] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (value);
}

static void put_number(struct sb_frame *out, unsigned int field, uint64_t value)
{
	put_varint(out, SB_TAG(field, SB_VARINT));
	put_varint(out, value);
}

static void put_bytes(struct sb_frame *out, unsigned int field, const void *value, size_t length)
{
	put_varint(out, SB_TAG(field, SB_BYTES));
	put_varint(out, length);
	memcpy(out->at + out->length, value, length);
	out->length += length;
}

static void put_text(struct sb_frame *out, unsigned int field, const char *text)
{
	put_bytes(out, field, text, strnlen(text, NODE_MAX));
}

/* A frame: 4 bytes of length, big-endian, then the Request with the one field that is set. */
static void make_frame(struct sb_frame *frame, unsigned int field, const struct sb_frame *body)
{
	uint32_t length;

	frame->length = 4;
	put_bytes(frame, field, body->at, body->length);
	length = (uint32_t)frame->length - 4;
	for (int i = 0; i < 4; i++)
		frame->at[i] = (uint8_t)(length >> (24 - 8 * i));
}

void sb_make_hello(struct sb_frame *frame)
{
	struct sb_frame hello = { 0 };

	put_number(&hello, 1, PROTOCOL);
	put_number(&hello, 2, HOOK_SPANK);
	put_text(&hello, 3, SB_SLURM_VERSION);
	put_text(&hello, 4, SB_BUILD);
	make_frame(frame, 1, &hello);
}

void sb_make_start(struct sb_frame *frame, const struct sb_start *start)
{
	struct sb_frame body = { 0 };

	put_number(&body, 1, start->job_id);
	put_number(&body, 2, start->uid);
	put_text(&body, 3, start->node);
	put_number(&body, 4, (uint64_t)start->time);
	make_frame(frame, 3, &body);
}
