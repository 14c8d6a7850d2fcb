/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measures the memory that eventstrace locks on a machine with two CPUs. Then it measures a machine
 * whose kernel reports 440 possible CPUs, two of them present. It does so for each wire format of
 * --formats, with all events. For comparison, it calculates the memory of a design with 256 KiB of
 * scratch for each possible CPU.
 *
 * The memory of rings and maps may grow by at most 1 MiB. In the mode `direct` there is no scratch,
 * so the total may grow by at most 1 MiB too.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "tools/vmtest/cli.h"
#include "tools/vmtest/faults.h"
#include "tools/vmtest/vm.h"

#define FEW  2
#define MANY 440

#define MAY_GROW (1024 * 1024)

/* The design for comparison: one ring, and scratch for each possible CPU. */
#define SEED_RING    (4ull << 20)
#define SEED_SCRATCH (256ull << 10)

struct locked {
	bool known;
	uint64_t cpus, rings, scratch, maps, total;
};

/* A virtual machine, and the results of each wire format. */
struct guest {
	const struct cli *args;
	unsigned int cpus;
	char format[32];
	struct locked locked[CLI_MAX];
};

static int faults;

static uint64_t number(yyjson_val *object, const char *member)
{
	return yyjson_get_uint(yyjson_obj_get(object, member));
}

/* Parse the summary, which is one line with a JSON object. Other lines are error messages. */
static void take_summary(struct guest *guest, const char *line)
{
	yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
	yyjson_val *root = yyjson_doc_get_root(doc), *val = yyjson_obj_get(root, "locked");

	for (int i = 0; val && guest->args->formats[i]; i++) {
		if (strcmp(guest->format, guest->args->formats[i]) != 0)
			continue;
		guest->locked[i] = (struct locked){
			.known = true,
			.cpus = number(root, "cpus_possible"),
			.rings = number(val, "rings"),
			.scratch = number(val, "scratch"),
			.maps = number(val, "maps"),
			.total = number(val, "total"),
		};
	}
	if (!val)
		printf("%u CPUs, %s: %s\n", guest->cpus, guest->format, line);
	yyjson_doc_free(doc);
}

static void take_line(void *ctx, const char *line)
{
	struct guest *guest = ctx;
	int status;

	if (sscanf(line, "vmtest: begin %31s", guest->format) == 1)
		return;
	if (sscanf(line, "vmtest: end %*s %d", &status) == 1) {
		if (status) {
			printf("%u CPUs, %s: ends with status %d: FAILED\n", guest->cpus,
			       guest->format, status);
			faults++;
		}
		return;
	}
	if (!strncmp(line, "vmtest: ", 8))
		printf("%s, %u CPUs: %s\n", guest->args->name, guest->cpus, line + 8);
	else
		take_summary(guest, line);
}

static int run(struct guest *guest)
{
	const struct cli *args = guest->args;
	struct vm_options opts = {
		.qemu = args->qemu,
		.cpu = args->cpu,
		.cpus = "2",
		.possible_cpus = guest->cpus > FEW ? guest->cpus : 0,
		.kernel = args->kernel,
		.initrds = args->initrds,
		.parameters = args->parameters,
		.seconds = 400,
		.on_line = take_line,
		.ctx = guest,
	};
	struct vm_result result;
	char *jobs = NULL;
	size_t size;
	FILE *f = open_memstream(&jobs, &size);
	int r;

	if (!f)
		return -1;
	for (int i = 0; args->formats[i]; i++)
		fprintf(f,
			"%s\t300\tPATH=/bin\t--\t/bin/eventstrace\t-a\t-s\t-d\t1\t-o\t/dev/null"
			"\t--wire-format=%s\n",
			args->formats[i], args->formats[i]);
	fclose(f);
	opts.jobs = jobs;
	r = vm_run(&opts, &result);
	free(jobs);
	if (r < 0) {
		fprintf(stderr, "%s: %s\n", args->qemu, strerror(-r));
		return r;
	}
	faults += (int)faults_find(result.console, stdout) + !result.complete;
	free(result.console);
	return 0;
}

static void row(const char *name, const struct locked *few, const struct locked *many)
{
	printf("%-8s %8" PRIu64 " KiB %8" PRIu64 " KiB %9.1f KiB\n", name, few->total / 1024,
	       many->total / 1024,
	       (double)(int64_t)(many->total - few->total) / 1024 / (MANY - FEW));
}

static struct locked seed(unsigned int cpus)
{
	return (struct locked){ .total = SEED_RING + cpus * SEED_SCRATCH };
}

static void check(const char *format, const struct locked *few, const struct locked *many)
{
	uint64_t was = few->rings + few->maps, is = many->rings + many->maps;
	bool known = few->known && many->known && few->cpus == FEW && many->cpus == MANY;
	bool ok = known && is <= was + MAY_GROW;

	printf("%s, rings and maps: %" PRIu64 " KiB, %" PRIu64 " KiB: %s\n", format, was / 1024,
	       is / 1024, ok ? "ok" : "FAILED");
	faults += !ok;
	if (strcmp(format, "direct") != 0)
		return;
	ok = known && many->total <= few->total + MAY_GROW;
	printf("%s, all: %" PRIu64 " KiB, %" PRIu64 " KiB: %s\n", format, few->total / 1024,
	       many->total / 1024, ok ? "ok" : "FAILED");
	faults += !ok;
}

int main(int argc, char **argv)
{
	struct cli args;
	struct guest few = { .args = &args, .cpus = FEW }, many = { .args = &args, .cpus = MANY };
	struct locked seed_few = seed(FEW), seed_many = seed(MANY);

	if (cli_parse(argc, argv, &args) < 0)
		return 2;
	if (run(&few) < 0 || run(&many) < 0)
		return 1;
	printf("locked   %7u CPUs %8u CPUs  for each possible CPU\n", FEW, MANY);
	for (int i = 0; args.formats[i]; i++)
		row(args.formats[i], &few.locked[i], &many.locked[i]);
	row("256K/CPU", &seed_few, &seed_many);
	printf("(256K/CPU is computed: a ring of 4 MiB, and scratch of 256 KiB for each)\n");
	for (int i = 0; args.formats[i]; i++)
		check(args.formats[i], &few.locked[i], &many.locked[i]);
	printf("%s: %d faults\n", args.name, faults);
	return faults || !args.formats[0];
}
