/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/config.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "lib/api/error.h"
#include "lib/encode/context.h"
#include "lib/session/nap.h"

/*
 * Default and largest sizes of the two rings in bytes. With the default sizes, both rings take 3.1
 * MiB of memory. All BPF maps, with the rings but without scratch memory, take 3.9 to 4.4 MiB on
 * two CPUs. An exec takes about 2 KiB of the lifecycle ring. A terminal write takes about 200 bytes
 * of the bulk ring.
 */
#define DEFAULT_LIFECYCLE_RING (1UL << 20)
#define DEFAULT_BULK_RING      (2UL << 20)
#define MAX_RING_SIZE          (1UL << 30)

int et_session_check_options(const struct et_options *o, struct et_error *err)
{
	const size_t rings[] = { o->ring_size, o->lifecycle_ring_size, o->bulk_ring_size };
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	uint64_t known = 0;

	for (size_t i = 0; i < count; i++)
		known |= ET_EVENT_BIT(infos[i].id);
	if (!o->events)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no events are asked for");
	if (o->events & ~known)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "events are asked for that do not exist: mask 0x%llx",
				    (unsigned long long)(o->events & ~known));
	if (!(o->events & ~ET_EVENTS_OF_PROC))
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "PROCESS_EXISTS is had together with other events only");
	if ((unsigned int)o->attach > ET_ATTACH_TP_BTF)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such kind of hook: %d",
				    (int)o->attach);
	if ((unsigned int)o->wakeup > ET_WAKEUP_NAP)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such way to wake: %d",
				    (int)o->wakeup);
	if (o->latency_ms > ET_LATENCY_MAX_MS)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "a latency of %u ms is too long: at most %d", o->latency_ms,
				    ET_LATENCY_MAX_MS);
	if (o->ring_shards > ET_RING_SHARDS_MAX || o->ring_shards & (o->ring_shards - 1))
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "%u rings of a class: not a power of two up to %d",
				    o->ring_shards, ET_RING_SHARDS_MAX);
	if ((unsigned int)o->fair > ET_FAIR_OFF)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "no such way to share out a ring: %d", (int)o->fair);
	if ((unsigned int)o->wire_format > ET_WIRE_DIRECT)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such wire format: %d",
				    (int)o->wire_format);
	if (o->output_fd < -1)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such output: descriptor %d",
				    o->output_fd);
	if (o->file_size_max && !o->next_file)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "file_size_max needs the function next_file");
	if (o->record_fd < -1)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "no such recording: descriptor %d", o->record_fd);
	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++)
		if (rings[i] > MAX_RING_SIZE)
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
					    "a ring of %zu bytes is too large: at most %lu",
					    rings[i], MAX_RING_SIZE);
	if ((o->quiet_tty_count && !o->quiet_ttys) ||
	    (o->quiet_pgid_tty_count && !o->quiet_pgid_ttys))
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "terminals are counted but not given");
	return 0;
}

uint64_t et_session_events(const struct et_options *o)
{
	return o->events | (o->context ? ET_EVENTS_OF_CONTEXT : 0);
}

/*
 * The size of a ring in bytes. @own is the option for this ring, @all the option for all rings,
 * @by_default the default; 0 means not set. Return the first value that is set, rounded up to a
 * power of two and to at least a page.
 */
static size_t round_ring(size_t own, size_t all, size_t by_default)
{
	size_t size = own ? own : all ? all : by_default;
	size_t rounded = (size_t)sysconf(_SC_PAGESIZE);

	while (rounded < size)
		rounded *= 2;
	return rounded;
}

struct et_attach_config et_session_config(const struct et_options *o, bool trial)
{
	struct et_attach_config config = {
		.load.bpf.events = et_session_events(o) & ~ET_EVENTS_OF_PROC,
		.load.bpf.wakeup_always = o->wakeup == ET_WAKEUP_ALWAYS,
		.load.bpf.fair = o->fair == ET_FAIR_USER,
		.load.bpf.record_feedback = o->record_feedback,
		.load.bpf.failed_only = o->failed_only,
		.load.bpf.quiet_pgid = o->quiet_pgid,
		.load.memory_budget = o->memory_budget,
		.load.measure = trial,
		.load.trial = trial,
		.trial = trial,
		.kind = o->attach,
		.wire_format = o->wire_format,
		.quiet_ttys = o->quiet_ttys,
		.quiet_tty_count = o->quiet_tty_count,
		.quiet_pgid_ttys = o->quiet_pgid_ttys,
		.quiet_pgid_tty_count = o->quiet_pgid_tty_count,
		.filters_in_pidns = o->filters_in_pidns,
		.output_fd = o->output_fd,
		.record_fd = o->record_fd,
	};
	size_t *ring_sizes = config.load.ring_sizes;

	ring_sizes[ET_RING_LIFECYCLE] =
		round_ring(o->lifecycle_ring_size, o->ring_size, DEFAULT_LIFECYCLE_RING);
	ring_sizes[ET_RING_BULK] = round_ring(o->bulk_ring_size, o->ring_size, DEFAULT_BULK_RING);
	for (int i = 0; i < ET_RING_CLASSES; i++)
		config.load.shards[i] = o->ring_shards;
	return config;
}
