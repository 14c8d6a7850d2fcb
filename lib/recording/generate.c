/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a recording of synthetic events, of any size, to measure how fast it is replayed:
 *
 *	./bazelw run //lib/recording:generate -- tty 4000000 > /tmp/tty.etr
 *	time bazel-bin/tools/eventstrace/eventstrace --replay /tmp/tty.etr > /dev/null
 */
#include <errno.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/decode/record_builder.h"
#include "lib/decode/record_samples.h"
#include "lib/recording/writer.h"

/* CLOCK_REALTIME - CLOCK_MONOTONIC, in ns, of a host that booted on 2026-01-01 at 00:00 UTC. */
#define CLOCK_OFFSET 1767225600000000000ULL

static struct et_record rec;

static void fill_pids(struct et_pids *pids, __u32 n)
{
	*pids = (struct et_pids){
		.tid = 100000 + n % 900000,
		.tgid = 100000 + n % 900000,
		.ppid = 99999,
		.pgid = 99999,
		.sid = 4242,
		.start_time_ns = 5000000000 + n,
	};
}

/* Make the event of a terminal write of one byte, as a program with unbuffered output causes it. */
static void make_tty(__u32 n)
{
	struct et_process_tty_write *tty = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);

	fill_pids(&tty->pids, n);
	tty->tty = et_sample_tty;
	memcpy(tty->comm, "tty-flood", 10);
	et_record_var(&rec, ET_VAR_TTY_OUT, "x", 1);
}

static void make_exec_with(__u32 n, const char *argv, size_t argv_size)
{
	static const char env[] = "PATH=/usr/bin\0HOME=/root";
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	fill_pids(&exec->pids, n);
	exec->creds.cap_permitted = exec->creds.cap_effective = 0x1ffffffffff;
	exec->ctty = et_sample_tty;
	memcpy(exec->comm, "true", 5);
	exec->ns = et_sample_ns;
	exec->inode_nlink = 1;
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice");
	et_record_var(&rec, ET_VAR_ARGV, argv, argv_size);
	et_record_var(&rec, ET_VAR_ENV, env, sizeof(env));
	et_record_var_str(&rec, ET_VAR_CWD, "/root");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/true");
}

static void make_exec(__u32 n)
{
	make_exec_with(n, "true", 5);
}

/* Make the event of an exec with one argument of 10,000 bytes. */
static void make_exec_10k(__u32 n)
{
	static char argv[5 + 10000 + 1];

	if (!*argv) {
		memcpy(argv, "true", 5);
		memset(argv + 5, 'a', 10000);
	}
	make_exec_with(n, argv, sizeof(argv));
}

static const struct kind {
	const char *name;
	unsigned int type;
	void (*make)(__u32 n);
} kinds[] = {
	{ "tty", ET_PROCESS_TTY_WRITE, make_tty },
	{ "exec", ET_PROCESS_EXEC, make_exec },
	{ "exec-10k", ET_PROCESS_EXEC, make_exec_10k },
};

static int generate(const struct kind *kind, __u32 count)
{
	const struct et_recording_about about = {
		.events = 1ULL << kind->type,
		.clock_offset = CLOCK_OFFSET,
		.cpus_possible = 1,
		.program = "generate",
	};
	struct et_file_account account = { .id = kind->type, .attempted = count, .sent = count };
	const struct et_recording_totals totals = {
		.wire_format = "varlen", .accounted = true, .accounts = &account, .count = 1
	};
	struct et_recording_writer *w = NULL;
	int r = et_recording_writer_new(STDOUT_FILENO, &about, &w);

	for (__u32 n = 0; r == 0 && n < count; n++) {
		kind->make(n);
		rec.hdr.ts = 1000000000 + 1000ULL * n;
		rec.hdr.seq = n;
		account.bytes += et_record_len(&rec);
		r = et_recording_writer_add(w, rec.bytes, et_record_len(&rec), CLOCK_OFFSET);
	}
	if (r == 0)
		r = et_recording_writer_end(w, &totals);
	et_recording_writer_free(w);
	return r;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 3 && i < sizeof(kinds) / sizeof(*kinds); i++) {
		int r;

		if (strcmp(argv[1], kinds[i].name) != 0)
			continue;
		r = generate(&kinds[i], (__u32)strtoul(argv[2], NULL, 10));
		if (r < 0)
			fprintf(stderr, "generate: %s\n", strerror(-r));
		return r < 0;
	}
	fputs("usage: generate tty|exec|exec-10k COUNT > FILE\n", stderr);
	return 2;
}
