// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "plugin_file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST ((off_t)64 << 20)

int sb_file_read(const char *path, struct sb_file *file)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
	size_t have = 0;

	*file = (struct sb_file){ 0 };
	if (fd < 0)
		return errno;
	if (fstat(fd, &info))
		error = errno;
	else if (!S_ISREG(info.st_mode) || info.st_size > LARGEST)
		error = EINVAL;
	else if (!(file->bytes = malloc((size_t)info.st_size + 1)))
		error = ENOMEM;
	while (!error && have < (size_t)info.st_size) {
		ssize_t got = read(fd, file->bytes + have, (size_t)info.st_size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			error = errno;
		else if (got == 0)
			break;
		else
			have += (size_t)got;
	}
	close(fd);
	file->size = have;
	if (error)
		sb_file_free(file);
	return error;
}

void sb_file_free(struct sb_file *file)
{
	free(file->bytes);
	*file = (struct sb_file){ 0 };
}

/* True when count things of size at offset lie inside. */
static int inside(const struct sb_file *file, uint64_t offset, uint64_t count, uint64_t size)
{
	return offset <= file->size && count <= (file->size - offset) / size;
}

/* Where an address of the loaded library lies in the file; 0 for nowhere. */
static uint64_t offset_of(const struct sb_file *file, uint64_t address, uint64_t size)
{
	Elf64_Ehdr header;

	memcpy(&header, file->bytes, sizeof(header));
	for (unsigned i = 0; i < header.e_phnum; i++) {
		Elf64_Phdr segment;

		memcpy(&segment, file->bytes + header.e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
		    address - segment.p_vaddr <= segment.p_filesz && segment.p_filesz - (address - segment.p_vaddr) >= size)
			return address - segment.p_vaddr + segment.p_offset;
	}
	return 0;
}

static uint32_t *find(const struct sb_file *file, const Elf64_Shdr *symbols, const Elf64_Shdr *names)
{
	static const char wanted[] = "plugin_version";

	for (uint64_t i = 0; i < symbols->sh_size / sizeof(Elf64_Sym); i++) {
		Elf64_Sym symbol;
		uint64_t offset;

		memcpy(&symbol, file->bytes + symbols->sh_offset + i * sizeof(symbol), sizeof(symbol));
		if (symbol.st_size != sizeof(uint32_t) || symbol.st_shndx == SHN_UNDEF ||
		    symbol.st_name >= names->sh_size || names->sh_size - symbol.st_name < sizeof(wanted) ||
		    memcmp(file->bytes + names->sh_offset + symbol.st_name, wanted, sizeof(wanted)))
			continue;
		offset = offset_of(file, symbol.st_value, sizeof(uint32_t));
		if (offset && offset % sizeof(uint32_t) == 0 && inside(file, offset, 1, sizeof(uint32_t)))
			return (uint32_t *)(file->bytes + offset);
	}
	return NULL;
}

uint32_t *sb_file_plugin_version(const struct sb_file *file)
{
	Elf64_Ehdr header;

	if (file->size < sizeof(header))
		return NULL;
	memcpy(&header, file->bytes, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_phentsize != sizeof(Elf64_Phdr) ||
	    header.e_shentsize != sizeof(Elf64_Shdr) || !inside(file, header.e_phoff, header.e_phnum, sizeof(Elf64_Phdr)) ||
	    !inside(file, header.e_shoff, header.e_shnum, sizeof(Elf64_Shdr)))
		return NULL;
	for (unsigned i = 0; i < header.e_shnum; i++) {
		Elf64_Shdr symbols, names;

		memcpy(&symbols, file->bytes + header.e_shoff + i * sizeof(symbols), sizeof(symbols));
		if (symbols.sh_type != SHT_DYNSYM || symbols.sh_link >= header.e_shnum)
			continue;
		memcpy(&names, file->bytes + header.e_shoff + symbols.sh_link * sizeof(names), sizeof(names));
		if (inside(file, symbols.sh_offset, symbols.sh_size, 1) && inside(file, names.sh_offset, names.sh_size, 1))
			return find(file, &symbols, &names);
	}
	return NULL;
}

int sb_file_glibc(const struct sb_file *file)
{
	static const char name[] = "GLIBC_2.";
	const unsigned char *at = file->bytes, *end = file->bytes + file->size;
	int highest = 0;

	while (at && (at = memmem(at, (size_t)(end - at), name, sizeof(name) - 1))) {
		int minor = 0;

		for (at += sizeof(name) - 1; at < end && *at >= '0' && *at <= '9' && minor < 1000; at++)
			minor = 10 * minor + (*at - '0');
		if (minor > highest)
			highest = minor;
	}
	return highest;
}

int sb_file_write(const struct sb_file *file, const char *path)
{
	char beside[PATH_MAX];
	size_t done = 0;
	int fd, error = 0;

	if (snprintf(beside, sizeof(beside), "%s.%ld", path, (long)getpid()) >= (int)sizeof(beside))
		return ENAMETOOLONG;
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (fd < 0)
		return errno;
	while (!error && done < file->size) {
		ssize_t wrote = write(fd, file->bytes + done, file->size - done);

		if (wrote >= 0)
			done += (size_t)wrote;
		else if (errno != EINTR)
			error = errno;
	}
	/* Readable for slurmctld whatever the umask; on the disk before a daemon can find it under its name. */
	if (!error && (fchmod(fd, 0755) || fsync(fd)))
		error = errno;
	if (close(fd) && !error)
		error = errno;
	if (!error && rename(beside, path))
		error = errno;
	if (error)
		unlink(beside);
	return error;
}
