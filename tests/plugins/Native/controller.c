// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stands in for slurmctld: loads job_submit and jobcomp as it does, with the real libslurmfull, and calls them.
 *
 *   controller DIR fuzz SEED COUNT    COUNT submissions, changes and ends, of contents that the seed makes
 *   controller DIR chain PARAMS       with JobCompParams=PARAMS and PluginDir=DIR: init, set_location, one end, get_jobs, fini
 *
 * Built, like the shims, to end at the first bad access (-fsanitize=address,undefined). What it allocates is as large as Slurm says
 * and no byte larger, so that whoever reads too far is caught.
 */
#include "config.h"

#include <dlfcn.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

#include "src/common/read_config.h"
#include "src/common/xmalloc.h"
#include "src/common/xstring.h"
#include "src/slurmctld/slurmctld.h"
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 5, 0)
#include "src/common/job_record.h"
#include "src/common/part_record.h"
#endif

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define CHECK(condition) ((condition) ? (void)0 : fail(#condition, __LINE__))

/* The runtime is started once and never ended. What it gives away for an answer is not part of that. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:slurm_banking_open\n";
}

static uint64_t state;
static unsigned refused, marked, unread, ended;

static void fail(const char *condition, int line)
{
	fprintf(stderr, "controller.c:%d: not so: %s\n", line, condition);
	abort();
}

/* splitmix64: the same seed gives the same calls. */
static uint64_t any(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static unsigned below(unsigned limit)
{
	return any() % limit;
}

static uint64_t number(void)
{
	static const uint64_t strange[] = {
		0, 1, 2, 16, NO_VAL16, INFINITE16, NO_VAL, INFINITE, NO_VAL64, INFINITE64, NO_VAL - 1, INT32_MAX, (uint64_t)INT32_MAX + 1,
		INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX, MEM_PER_CPU, MEM_PER_CPU | 1000,
	};

	return below(3) ? strange[below(COUNT(strange))] : any() >> below(64);
}

static time_t moment(void)
{
	return below(4) ? 1800000000 + below(100000) : (time_t)number();
}

/* NULL, or a string of Slurm's of exactly its length: lists, expressions, marks, bytes that are no text, and far too long ones. */
static char *text(void)
{
	static const char *const known[] = {
		"", "fc_bank", "normal,debug", "0-99:2%10", "gres:gpu:2", "gres/gpu:a100=4,license/x=1", "cpu=4,mem=16G,node=1,billing=4",
		"1=4,2=16384,4=1,5=4", "n[1-3,7]", "slurm-banking:", "slurm-banking:0123456789abcdef0123456789abcdef:12.00",
		"slurm-banking:0123456789abcdef0123456789abcdef:99999999999999999999.99", "\xff\xfe\x80", "\n%s%n%d", "\xf0\x9f\x92\xb0",
	};
	size_t length;
	char *made;

	switch (below(8)) {
	case 0:
	case 1:
		return NULL;
	case 2:
	case 3:
	case 4:
		return xstrdup(known[below(COUNT(known))]);
	default:
		break;
	}
	if (!below(400)) {
		length = below(1500000);
		made = xmalloc(length + 1);
		memset(made, 1 + below(255), length);
		return made;
	}
	length = below(300);
	made = xmalloc(length + 1);
	for (size_t i = 0; i < length; i++)
		made[i] = (char)(below(2) ? ' ' + below(95) : 1 + below(255));
	return made;
}

/*
 * Mostly as large as it should be, else a little or much smaller or larger: only its size may be asked for then, for what another release
 * has there carries the right magic.
 */
static void *sized(size_t size, size_t magic_offset, uint32_t magic, int *wrong)
{
	char *made;

	if (below(8))
		return xmalloc(size);
	*wrong = 1;
	size = below(2) ? 1 + below((unsigned)size - 1) : size + 1 + below(64);
	made = xmalloc(size);
	if (size >= magic_offset + sizeof(magic))
		memcpy(made + magic_offset, &magic, sizeof(magic));
	return made;
}

static void *symbol(void *plugin, const char *name)
{
	void *found = dlsym(plugin, name);

	if (!found)
		fprintf(stderr, "%s is not there\n", name);
	CHECK(found);
	return found;
}

/* As plugin_load_from_file does. */
static void *load(const char *directory, const char *file)
{
	char path[PATH_MAX];
	void *plugin;

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	plugin = dlopen(path, RTLD_LAZY);
	if (!plugin)
		fprintf(stderr, "%s\n", dlerror());
	CHECK(plugin);
	CHECK(*(const uint32_t *)symbol(plugin, "plugin_version") == SLURM_VERSION_NUMBER);
	return plugin;
}

static int call(void *plugin, const char *name)
{
	return ((int (*)(void))symbol(plugin, name))();
}

static char **job_strings(job_desc_msg_t *job, unsigned i)
{
	char **const strings[] = {
		&job->account, &job->partition, &job->qos, &job->array_inx, &job->tres_per_job, &job->tres_per_node,
		&job->tres_per_socket, &job->tres_per_task, &job->name, &job->admin_comment,
	};

	return i < COUNT(strings) ? strings[i] : NULL;
}

/* changed: the record of the job that is to change; NULL for a submission. */
static void submit(void *plugin, job_record_t *changed)
{
	int wrong = 0;
	job_desc_msg_t *job = sized(sizeof(*job), 0, 0, &wrong);
	char *error = below(4) ? NULL : xstrdup("of a plugin before ours"), **string;
	int rc;

	for (unsigned i = 0; !wrong && (string = job_strings(job, i)); i++)
		*string = text();
	if (!wrong) {
		job->pn_min_memory = number();
		job->user_id = number();
		job->num_tasks = number();
		job->min_cpus = number();
		job->min_nodes = number();
		job->max_nodes = number();
		job->time_limit = number();
		job->time_min = number();
		job->het_job_offset = number();
		job->cpus_per_task = number();
		job->ntasks_per_node = number();
		job->shared = number();
	}

	if (changed) {
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 2, 0)
		int (*change)(job_desc_msg_t *, job_record_t *, uint32_t, char **) = symbol(plugin, "job_modify");

		rc = change(job, changed, number(), below(8) ? &error : NULL);
#else
		int (*change)(job_desc_msg_t *, job_record_t *, uint32_t) = symbol(plugin, "job_modify");

		rc = change(job, changed, number());
#endif
	} else {
		int (*ask)(job_desc_msg_t *, uint32_t, char **) = symbol(plugin, "job_submit");
		int marks;

		rc = ask(below(500) ? job : NULL, number(), below(8) ? &error : NULL);
		marks = !wrong && job->admin_comment && strstr(job->admin_comment, "slurm-banking:");
		marked += marks;
	}
	CHECK(rc == SLURM_SUCCESS || rc == ESLURM_ACCOUNTING_POLICY);
	refused += rc != SLURM_SUCCESS;
	unread += wrong;
	for (unsigned i = 0; !wrong && (string = job_strings(job, i)); i++)
		xfree(*string);
	xfree(error);
	xfree(job);
}

static char **record_strings(job_record_t *job, unsigned i)
{
	char **const strings[] = {
		&job->account, &job->partition, &job->nodes, &job->tres_fmt_alloc_str, &job->tres_alloc_str, &job->admin_comment,
	};

	return i < COUNT(strings) ? strings[i] : NULL;
}

static uint32_t magic(uint32_t right, int *wrong)
{
	if (below(30))
		return right;
	*wrong = 1;
	return (uint32_t)any();
}

/* What the parts are worth: a record with wrong parts is not read, and its other pointers lead nowhere. */
static job_record_t *record(int *wrong)
{
	job_record_t *job = sized(sizeof(*job), offsetof(job_record_t, magic), JOB_MAGIC, wrong);
	char **string;

	if (*wrong)
		return job;
	job->magic = magic(JOB_MAGIC, wrong);
	for (unsigned i = 0; (string = record_strings(job, i)); i++)
		*string = text();
	job->job_id = number();
	job->array_job_id = number();
	job->array_task_id = number();
	job->het_job_id = number();
	job->restart_cnt = number();
	job->user_id = number();
	job->job_state = number();
	job->total_cpus = number();
	job->total_nodes = number();
	job->time_limit = number();
	job->start_time = moment();
	job->end_time = below(4) ? moment() : (time_t)((uint64_t)job->start_time - below(1000));
	job->tot_sus_time = moment();
	if (below(8)) {
		int small = 0;

		job->details = sized(sizeof(*job->details), offsetof(__typeof__(*job->details), magic), DETAILS_MAGIC, &small);
		if (!small) {
			job->details->magic = magic(DETAILS_MAGIC, wrong);
			job->details->submit_time = moment();
			job->details->min_nodes = number();
			job->details->min_cpus = number();
		}
		*wrong |= small;
	}
	if (below(8)) {
		int small = 0;

		job->part_ptr = sized(sizeof(*job->part_ptr), offsetof(part_record_t, magic), PART_MAGIC, &small);
		if (!small) {
			job->part_ptr->magic = magic(PART_MAGIC, wrong);
			job->part_ptr->name = text();
		}
		*wrong |= small;
	}
	if (below(8)) {
		int small = 0;

		job->qos_ptr = sized(sizeof(*job->qos_ptr), 0, 0, &small);
		if (!small)
			job->qos_ptr->name = text();
		*wrong |= small;
	}
	return job;
}

static void record_done(job_record_t *job)
{
	char **string;

	if (xsize(job) == sizeof(*job)) {
		for (unsigned i = 0; (string = record_strings(job, i)); i++)
			xfree(*string);
		if (job->part_ptr && xsize(job->part_ptr) == sizeof(*job->part_ptr))
			xfree(job->part_ptr->name);
		if (job->qos_ptr && xsize(job->qos_ptr) == sizeof(*job->qos_ptr))
			xfree(job->qos_ptr->name);
		xfree(job->details);
		xfree(job->part_ptr);
		xfree(job->qos_ptr);
	}
	xfree(job);
}

static void record_end(void *plugin, job_record_t *job)
{
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0)
	int (*start)(job_record_t *, uint32_t) = symbol(plugin, "jobcomp_p_record_job_start");
	int (*end)(job_record_t *, uint32_t) = symbol(plugin, "jobcomp_p_record_job_end");

	CHECK(start(job, 2) == SLURM_SUCCESS);
	CHECK(end(job, 1) == SLURM_SUCCESS);
#else
	int (*end)(job_record_t *) = symbol(plugin, "jobcomp_p_log_record");

	CHECK(end(job) == SLURM_SUCCESS);
#endif
}

static void set_location(void *plugin, char *location)
{
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 2, 0)
	slurm_conf.job_comp_loc = location;
	CHECK(call(plugin, "jobcomp_p_set_location") == SLURM_SUCCESS);
#else
	int (*set)(char *) = symbol(plugin, "jobcomp_p_set_location");

	CHECK(set(location) == SLURM_SUCCESS);
#endif
}

static void *get_jobs(void *plugin)
{
	void *(*get)(slurmdb_job_cond_t *) = symbol(plugin, "jobcomp_p_get_jobs");

	return get(NULL);
}

static void fuzz(const char *directory, uint64_t seed, unsigned count)
{
	void *submission = load(directory, "job_submit_slurm_banking.so");
	void *completion = load(directory, "jobcomp_slurm_banking.so");

	state = seed;
	CHECK(call(submission, "init") == SLURM_SUCCESS);
	CHECK(call(completion, "init") == SLURM_SUCCESS);
	set_location(completion, "/var/log/slurm_jobcomp.log");
	for (unsigned i = 0; i < count; i++) {
		int wrong = 0;
		job_record_t *job = record(&wrong);

		submit(submission, NULL);
		submit(submission, job);
		record_end(completion, job);
		ended += !wrong;
		record_done(job);
	}
	record_end(completion, NULL);
	CHECK(!get_jobs(completion));
	CHECK(call(completion, "fini") == SLURM_SUCCESS);
	CHECK(call(submission, "fini") == SLURM_SUCCESS);
	printf("marked=%u refused=%u unread=%u ended=%u\n", marked, refused, unread, ended);
}

static void chain(const char *directory, char *params)
{
	static char location[] = "/the/site's/own";
	void *completion = load(directory, "jobcomp_slurm_banking.so");
	job_record_t *job = xmalloc(sizeof(*job));

	slurm_conf.job_comp_params = params;
	slurm_conf.plugindir = xstrdup_printf("/nowhere:%s", directory);
	job->magic = JOB_MAGIC;
	job->job_id = 7;
	job->array_task_id = NO_VAL;
	/* A backup that takes over and gives back loads it twice. */
	for (int i = 0; i < 2; i++) {
		CHECK(call(completion, "init") == SLURM_SUCCESS);
		set_location(completion, location);
		record_end(completion, job);
		printf("jobs=%p\n", get_jobs(completion));
		CHECK(call(completion, "fini") == SLURM_SUCCESS);
	}
	xfree(job);
	slurm_conf.job_comp_params = NULL;
	xfree(slurm_conf.plugindir);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc == 5 && !strcmp(argv[2], "fuzz"))
		fuzz(argv[1], strtoull(argv[3], NULL, 10), (unsigned)strtoul(argv[4], NULL, 10));
	else if (argc == 4 && !strcmp(argv[2], "chain"))
		chain(argv[1], argv[3]);
	else
		return 2;
	return 0;
}
