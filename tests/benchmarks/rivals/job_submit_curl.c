// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A job_submit plugin that asks the bank itself, over a new connection for each submission, while slurmctld waits: what
 * the Rust plugins did, without the certificates that those read anew each time. It does no more than that: it holds
 * nothing, and lets in what the bank can't be asked about.
 *
 * RIVAL_URL in slurmctld's environment is the bank's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

/* The Rust plugins wait for 30 s, the default of their HTTP client; with that no benchmark of a bank that is gone would end. */
#define TIMEOUT_S 5

struct body {
	size_t length;
	char text[1024];
};

const char plugin_name[] = "Benchmark: the bank asked from slurmctld";
const char plugin_type[] = "job_submit/curl";
const uint32_t plugin_version = SLURM_VERSION_NUMBER;

int init(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) ? SLURM_ERROR : SLURM_SUCCESS;
}

static size_t take(char *bytes, size_t size, size_t count, void *to)
{
	struct body *body = to;
	size_t room = sizeof(body->text) - 1 - body->length, taken = size * count < room ? size * count : room;

	memcpy(body->text + body->length, bytes, taken);
	body->length += taken;
	return size * count;
}

int job_submit(job_desc_msg_t *job, uint32_t uid, char **error)
{
	double cost = job->num_tasks * (job->time_limit / 60.0);
	struct body body = { 0 };
	struct curl_slist *headers;
	CURL *request = curl_easy_init();
	char url[512];
	CURLcode outcome;

	(void)error;
	if (!request)
		return SLURM_SUCCESS;
	snprintf(url, sizeof(url), "%s/can_submit_job/%.2f/%u/%s/", getenv("RIVAL_URL"), cost, uid, job->account ? job->account : "");
	headers = curl_slist_append(NULL, "Authorization: Token benchmark");
	curl_easy_setopt(request, CURLOPT_URL, url);
	curl_easy_setopt(request, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(request, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(request, CURLOPT_WRITEDATA, &body);
	curl_easy_setopt(request, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
	curl_easy_setopt(request, CURLOPT_NOSIGNAL, 1L);
	outcome = curl_easy_perform(request);
	curl_slist_free_all(headers);
	curl_easy_cleanup(request);
	return outcome == CURLE_OK && strstr(body.text, "\"success\":false") ? ESLURM_ACCOUNTING_POLICY : SLURM_SUCCESS;
}

int job_modify(job_desc_msg_t *job, void *record, uint32_t uid)
{
	(void)job;
	(void)record;
	(void)uid;
	return SLURM_SUCCESS;
}
