/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/micro/micro.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench/shim/shim.h"
#include "lib/encode/encode.h"
#include "lib/sink/sink.h"

#define BATCH 16

struct sink_case {
	size_t line;
	bool unbuffered;
};

/* Lengths of JSON lines: a one-byte terminal write, and an exec with a 10,000-byte argument. */
static const struct sink_case cases[] = {
	{ .line = 480 },
	{ .line = 11000 },
	{ .line = 480, .unbuffered = true },
};

static char line[11000];

static void sink_null(struct et_bench *b, const void *arg)
{
	const struct sink_case *c = arg;
	struct et_sink *sink = NULL;
	int fd, r = 0;

	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || et_fd_sink_new(fd, et_json_encoder.bound_max, c->unbuffered, &sink) < 0) {
		et_bench_fail(b, "no sink");
		goto out;
	}
	while (et_bench_keep_running(b, BATCH)) {
		for (int i = 0; i < BATCH && r == 0; i++) {
			char *buf;

			r = et_sink_reserve(sink, c->line, &buf);
			if (r < 0)
				break;
			memcpy(buf, line, c->line);
			r = et_sink_commit(sink, c->line);
		}
		if (r < 0) {
			et_bench_fail(b, "cannot write to /dev/null");
			goto out;
		}
	}
	et_bench_set_bytes_per_item(b, c->line);

out:
	et_sink_free(sink);
	if (fd >= 0)
		close(fd);
}

void et_micro_register_sink(void)
{
	memset(line, 'x', sizeof(line));
	et_bench_register("sink/null/line:480", sink_null, &cases[0]);
	et_bench_register("sink/null/line:11000", sink_null, &cases[1]);
	et_bench_register("sink/null/line:480/unbuffered", sink_null, &cases[2]);
}
