/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two frames that a start needs, of spec/hooks.proto. A tag is field << 3 | wire type; 0 is a varint, 2 is
 * length-delimited. Request.hello = 1 { protocol = 1, hook = 2, slurm_version = 3, build = 4 }, Request.start = 3
 * { job_id = 1, uid = 2, node = 3, time = 4 }; Reply.welcome = 1 { enabled = 5 }, Reply.receipt = 3, Reply.rejection = 4
 * { reason = 1 }.
 */
#ifndef SLURM_BANKING_START_FRAMES_H
#define SLURM_BANKING_START_FRAMES_H

#include "start_report.h"

#include <stddef.h>
#include <stdint.h>

#define SB_VARINT 0
#define SB_BYTES 2
#define SB_TAG(field, type) ((field) << 3 | (type))

/* Ample for a node's name, which is cut after 255 bytes. */
#define SB_FRAME_MAX 512

struct sb_frame {
	size_t length;
	uint8_t at[SB_FRAME_MAX];
};

void sb_make_hello(struct sb_frame *frame);
void sb_make_start(struct sb_frame *frame, const struct sb_start *start);

#endif
