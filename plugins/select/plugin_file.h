/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A shared library as a file: what it says of itself, read and changed without loading it. */
#ifndef SLURM_BANKING_PLUGIN_FILE_H
#define SLURM_BANKING_PLUGIN_FILE_H

#include <stddef.h>
#include <stdint.h>

struct sb_file {
	unsigned char *bytes;	/* malloc'ed; NULL when it could not be read */
	size_t size;
};

/* Errno, or 0. At most 64 MiB are read. */
int sb_file_read(const char *path, struct sb_file *file);

void sb_file_free(struct sb_file *file);

/* The uint32_t plugin_version of a Slurm plugin for this machine (ELF, 64 bits), inside bytes; NULL when there is none. */
uint32_t *sb_file_plugin_version(const struct sb_file *file);

/* The highest x of the version names GLIBC_2.x in it; 0 when it names none. */
int sb_file_glibc(const struct sb_file *file);

/* Writes it beside path, and gives it that name when it is whole on the disk. Errno, or 0. */
int sb_file_write(const struct sb_file *file, const char *path);

#endif
