/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes for an event: of segments, as they are and after zstd, and of a topic for each codec. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>

#include "lib/segments/folder.h"
#include "tools/fleet/topic.h"
#include "tools/ship/bench/bench.h"
#include "tools/ship/bench/child.h"
#include "tools/ship/bench/spool.h"

#define LEVEL 3 /* zstd's default, also of librdkafka */

struct sizes {
	uint64_t segments, compressed; /* of all segments, in bytes */
	uint64_t events;
};

/* Copy the segments of the user's folder to a spool. Return: 0 or a negative errno. */
static int copy_segments(const struct bench *bench, const char *spool)
{
	int fd = open(bench->recording, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	char name[ET_SEGMENT_NAME_SIZE], path[PATH_MAX];
	__u64 *numbers = NULL;
	size_t count = 0;

	if (fd < 0) {
		r = -errno;
		fprintf(stderr, "bench: cannot open %s: %s\n", bench->recording, strerror(-r));
		return r;
	}
	r = et_segment_list(fd, &numbers, &count);
	close(fd);
	if (r == 0 && !count) {
		fprintf(stderr,
			"bench: %s has no segment: make one with eventstrace --record=%s/\n",
			bench->recording, bench->recording);
		r = -ENOENT;
	}
	for (size_t i = 0; i < count && r == 0; i++) {
		et_segment_name(numbers[i], name);
		snprintf(path, sizeof(path), "%s/%s", bench->recording, name);
		r = spool_copy(spool, path, (unsigned int)(i + 1));
	}
	free(numbers);
	return r;
}

/* Add the size of a segment, and its size after zstd. */
static int add_segment(const char *path, struct sizes *sizes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r = -EIO;
	void *from = NULL, *to = NULL;
	struct stat st;
	size_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		goto out;
	from = malloc((size_t)st.st_size);
	to = malloc(ZSTD_compressBound((size_t)st.st_size));
	if (!from || !to || read(fd, from, (size_t)st.st_size) != st.st_size)
		goto out;
	n = ZSTD_compress(to, ZSTD_compressBound((size_t)st.st_size), from, (size_t)st.st_size,
			  LEVEL);
	if (ZSTD_isError(n))
		goto out;
	sizes->segments += (uint64_t)st.st_size;
	sizes->compressed += n;
	r = 0;
out:
	if (r < 0)
		fprintf(stderr, "bench: cannot compress %s\n", path);
	free(from);
	free(to);
	if (fd >= 0)
		close(fd);
	return r;
}

static int measure_segments(const struct bench *bench, const char *spool, struct sizes *sizes)
{
	char name[ET_SEGMENT_NAME_SIZE], path[PATH_MAX];
	int r = spool_make(spool);

	if (r == 0)
		r = copy_segments(bench, spool);
	for (unsigned int i = 1; r == 0; i++) {
		et_segment_name(i, name);
		snprintf(path, sizeof(path), "%s/%s", spool, name);
		if (access(path, F_OK) < 0)
			break;
		r = add_segment(path, sizes);
	}
	spool_remove(spool);
	return r;
}

struct topic_size {
	uint64_t events, bytes; /* bytes: of the messages, before compression */
};

static void count_events(void *ctx, const rd_kafka_message_t *message)
{
	struct topic_size *size = ctx;

	size->events += strtoull(fleet_message_header(message, "count"), NULL, 10);
	size->bytes += message->len;
}

/* Send all segments to a topic of their own, and print what the topic takes. */
static int measure_topic(const struct bench *bench, const char *spool, const char *payload,
			 const char *codec, struct sizes *sizes)
{
	char topic[64], to[512], output[96], as[32], property[64];
	const char *argv[] = { bench->ship, "send", "--once", as, property, spool, to, NULL };
	struct topic_size size = { 0 };
	double ignored;
	int64_t stored;
	int r;

	snprintf(topic, sizeof(topic), "%s-%s", payload, codec);
	snprintf(to, sizeof(to), "kafka://%s/%s", fleet_cluster__addresses(bench->cluster), topic);
	snprintf(output, sizeof(output), "%s/compression.out", bench->folder);
	snprintf(as, sizeof(as), "--payload=%s", payload);
	snprintf(property, sizeof(property), "--kafka=compression.codec=%s", codec);
	r = fleet_cluster__create_topic(bench->cluster, topic, 1);
	if (r == 0)
		r = spool_make(spool);
	if (r == 0)
		r = copy_segments(bench, spool);
	if (r == 0)
		r = child_run(argv, output, &ignored);
	spool_remove(spool);
	unlink(output);
	if (r == 0)
		r = fleet_topic_read(fleet_cluster__addresses(bench->cluster), topic, count_events,
				     &size);
	if (r < 0)
		return r;
	stored = fleet_cluster__stored_bytes(bench->cluster, topic);
	if (stored < 0)
		return (int)stored;
	sizes->events = size.events;
	printf("--payload=%s, %s: %.1f bytes for an event, stored as %.1f\n", payload, codec,
	       (double)size.bytes / (double)size.events, (double)stored / (double)size.events);
	return 0;
}

int bench_compression(const struct bench *bench)
{
	static const char *const payloads[] = { "json", "record" };
	static const char *const codecs[] = { "none", "lz4", "zstd" };
	struct sizes sizes = { 0 };
	char spool[96];
	int r;

	if (!bench->recording) {
		fprintf(stderr, "bench: compression needs a folder of segments: make one with "
				"eventstrace --record=DIR/\n");
		return -EINVAL;
	}
	snprintf(spool, sizeof(spool), "%s/compression", bench->folder);
	r = measure_segments(bench, spool, &sizes);
	for (size_t i = 0; i < 2 && r == 0; i++)
		for (size_t j = 0; j < 3 && r == 0; j++)
			r = measure_topic(bench, spool, payloads[i], codecs[j], &sizes);
	if (r == 0)
		printf("segments of %llu events: %.1f bytes for an event, %.1f after zstd -%d\n",
		       (unsigned long long)sizes.events,
		       (double)sizes.segments / (double)sizes.events,
		       (double)sizes.compressed / (double)sizes.events, LEVEL);
	return r;
}
