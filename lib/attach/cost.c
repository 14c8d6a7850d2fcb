/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/cost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

/*
 * Verifier log level for statistics without the log of each step: BPF_LOG_STATS of
 * kernel/bpf/verifier.c, since 5.2 (commit 06ee7115b0d1, "bpf: add verifier stats and log_level bit
 * 2"). The member bpf_prog_info.verified_insns is no substitute: it exists only since 5.16, and no
 * member of bpf_prog_info has the verification time.
 */
#define LOG_STATS 4
/*
 * Bytes for the verifier's log of one BPF program. The statistics take a few lines. Since 6.8 there
 * is also one line for each call of a global function that the verifier reaches (commit
 * 2afae08c9dcb, "bpf: Validate global subprogs lazily"). If the log does not fit, the kernel does
 * not load the BPF program. Pages that the log does not reach take no memory.
 */
#define LOG_SIZE (1024 * 1024)

int et_costs__ask(const struct bpf_object *obj, struct et_costs *ret)
{
	struct et_costs costs = { 0 };
	struct bpf_program *prog;
	size_t room = 0;

	bpf_object__for_each_program (prog, obj)
		room++;
	costs.programs = calloc(room + 1, sizeof(*costs.programs));
	costs.logs = calloc(room + 1, sizeof(*costs.logs));
	if (!costs.programs || !costs.logs)
		goto no_memory;
	bpf_object__for_each_program (prog, obj) {
		char *log;

		if (!bpf_program__autoload(prog))
			continue;
		log = calloc(1, LOG_SIZE);
		if (!log)
			goto no_memory;
		costs.programs[costs.count].name = bpf_program__name(prog);
		costs.logs[costs.count++] = log;
		bpf_program__set_log_buf(prog, log, LOG_SIZE);
		bpf_program__set_log_level(prog, LOG_STATS);
	}
	*ret = costs;
	return 0;

no_memory:
	et_costs__free(&costs);
	return -ENOMEM;
}

int et_cost__read(const char *log, struct et_program *ret)
{
	const char *processed = strstr(log, "processed "),
		   *took = strstr(log, "verification time ");
	unsigned long long insns, usec;

	if (!processed || !took || sscanf(processed, "processed %llu insns", &insns) != 1 ||
	    sscanf(took, "verification time %llu usec", &usec) != 1)
		return -ENOENT;
	ret->verified_insns = insns;
	ret->verified_usec = usec;
	return 0;
}

void et_costs__take(struct et_costs *costs)
{
	for (size_t i = 0; i < costs->count; i++) {
		et_cost__read(costs->logs[i], &costs->programs[i]);
		free(costs->logs[i]);
		costs->logs[i] = NULL;
	}
}

void et_costs__free(struct et_costs *costs)
{
	for (size_t i = 0; i < costs->count; i++)
		free(costs->logs[i]);
	free(costs->logs);
	free(costs->programs);
	*costs = (struct et_costs){ 0 };
}
