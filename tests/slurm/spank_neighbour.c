// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A SPANK plugin as sites have them beside ours (pyxis, for one): with an option of srun's, which it carries to the step and puts into
 * the task's environment, in the same callbacks that ours has.
 */
#include <stdio.h>
#include <string.h>

#include <slurm/slurm_errno.h>
#include <slurm/spank.h>

SPANK_PLUGIN(neighbour, 1)

static char value[64];

static int take(int val, const char *argument, int remote)
{
	(void)val;
	(void)remote;
	snprintf(value, sizeof(value), "%s", argument);
	return ESPANK_SUCCESS;
}

int slurm_spank_init(spank_t spank, int ac, char **av)
{
	static struct spank_option option = { "neighbour", "text", "puts text into the environment", 1, 0, take };

	(void)ac;
	(void)av;
	return spank_context() == S_CTX_ALLOCATOR ? 0 : spank_option_register(spank, &option);
}

int slurm_spank_task_init(spank_t spank, int ac, char **av)
{
	(void)ac;
	(void)av;
	return *value ? spank_setenv(spank, "NEIGHBOUR", value, 1) : 0;
}
