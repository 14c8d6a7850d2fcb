/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session: programs and rings, whose records go through lib/pipeline.h.
 */
#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/attach/attach.h"
#include "lib/attach/filter.h"
#include "lib/enrich/enrich.h"
#include "lib/include/eventstrace.h"
#include "lib/losses.h"
#include "lib/options.h"
#include "lib/pipeline.h"
#include "lib/record/writer.h"
#include "lib/ring/accounts.h"
#include "lib/ring/ring.h"

#define VERSION "0.1.0"

/*
 * Together, and with all other maps where records need no scratch memory, below 4 MiB on two CPUs.
 * A program that is started takes about 2 KiB of the first, a terminal write 200 bytes of the other.
 */
#define DEFAULT_LIFECYCLE_RING (1UL << 20)
#define DEFAULT_BULK_RING      (2UL << 20)
#define MAX_RING_SIZE          (1UL << 30)

/* Records taken out of a ring before the clock is looked at, and the ring's room given back. */
#define BATCH 256

#define MS 1000000ULL /* nanoseconds */

/* Promised are 100 ms between writes; a batch of large records takes some of them. */
#define FLUSH_NS (50 * MS)

/*
 * While events come so fast that NAP_EVENTS and more are to be expected within NAP_NS, the reader
 * does not sleep until the next one, but for NAP_NS. A ring must hold what comes meanwhile: smaller
 * ones than NAP_RING get shorter naps.
 */
#define NAP_NS     (MS / 2)
#define NAP_EVENTS 2
#define NAP_RING   (1UL << 20)

/* The caller gets a say at least this often, however much there is to read. */
#define POLL_NS (100 * MS)

/* How long et_session__stop() waits for a record that is still being written. */
#define LAST_NS (200 * MS)

struct et_session {
	struct et_options opts; /* without what it points to */
	struct et_log log;
	struct et_attached *attached;
	struct et_rings *rings;
	struct et_pipeline pipeline;
	struct et_losses losses;
	struct et_filter_set filters;

	__u64 flushed_at; /* CLOCK_MONOTONIC, ns */
	__u64 nap_ns;     /* 0: never */
	bool napping;
	__u64 idle_at;    /* when there was nothing to read the last time */
	__u64 idle_after; /* events received by then */

	bool stopped;
};

const char *et_version(void)
{
	return VERSION;
}

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * 1000 * MS + (__u64)ts.tv_nsec;
}

/* ---- records ---------------------------------------------------------------------------- */

/* Each record goes through here. What it returns ends the batch. */
static int on_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct et_session *s = ctx;

	(void)ring_class;
	return et_pipeline_record(&s->pipeline, data, len);
}

static int flush(struct et_session *s)
{
	int r = et_pipeline_flush(&s->pipeline);

	if (r == 0)
		s->flushed_at = now_ns();
	return r;
}

/* As et_rings__consume(), with a ring that had to be given up as one malformed record. */
static int consume(struct et_session *s)
{
	int r = et_rings__consume(s->rings, BATCH);

	if (r != -EBADMSG)
		return r;
	s->pipeline.malformed++;
	et_log__say(&s->log, ET_LOG_WARNING, "a ring holds what cannot be, and is given up");
	return 1;
}

/* The rings are empty, or not, as said: look for losses that no record shows. */
static int check_losses(struct et_session *s, bool empty)
{
	return et_losses_check(&s->losses, &s->pipeline, s->rings, empty, now_ns());
}

/* There is nothing to read: will there be again in a moment? */
static bool should_nap(struct et_session *s)
{
	__u64 now = now_ns();
	__u64 events = s->pipeline.received_total - s->idle_after, gone = now - s->idle_at;

	s->idle_at = now;
	s->idle_after = s->pipeline.received_total;
	return s->nap_ns && events * s->nap_ns >= NAP_EVENTS * gone;
}

/*
 * Read and write until nothing is there, or for POLL_NS. Either way et_rings__fd() becomes readable
 * afterwards when there is something to do: the caller may go and sleep elsewhere.
 */
static int drain(struct et_session *s)
{
	__u64 start = now_ns();

	for (;;) {
		__u64 now;
		int r = consume(s), r2;

		if (r == -ECANCELED) {
			r2 = flush(s);
			return r2 < 0 ? r2 : r;
		}
		if (r < 0)
			return r;

		if (r == 0) {
			s->napping = should_nap(s);
			/* First what somebody may wait for. */
			if (!s->napping)
				r = flush(s);
			if (r == 0)
				r = check_losses(s, true);
			if (r > 0 && !s->napping)
				r = flush(s);
			if (r < 0)
				return r;
			if (!s->napping) {
				if (!et_rings__prepare_sleep(s->rings))
					continue;
				et_losses_before_sleep(&s->losses, s->rings, now_ns());
				return 0;
			}
		} else {
			r = check_losses(s, false);
			if (r < 0)
				return r;
		}

		now = now_ns();
		if (now - s->flushed_at >= FLUSH_NS) {
			r = flush(s);
			if (r < 0)
				return r;
		}
		if (s->napping) {
			et_rings__nap(s->rings, (long)s->nap_ns);
			return 0;
		}
		if (now - start >= POLL_NS) {
			if (!et_rings__prepare_sleep(s->rings))
				et_rings__wake_self(s->rings);
			return 0;
		}
	}
}

/* Wait until drain() has something to do. Return: 0, 1 when there is, or a negative errno. */
static int wait_for_more(struct et_session *s, int timeout_ms)
{
	int r = et_rings__wait(s->rings, timeout_ms);

	if (r != 0)
		s->napping = false;
	return r;
}

int et_session__poll(struct et_session *s, int timeout_ms)
{
	__u64 before = s->pipeline.received_total, start = 0;
	int r;

	if (s->pipeline.failed)
		return s->pipeline.failed;
	if (s->stopped || !s->rings)
		return -EINVAL;
	if (s->pipeline.silent)
		return -ECANCELED;

	/* A caller that has slept itself; or one that comes back from the events before a nap. */
	if (timeout_ms == 0 || s->napping) {
		r = wait_for_more(s, timeout_ms == 0 ? 0 : -1);
		if (r == -EINTR)
			return r;
	}
	for (;;) {
		int left = timeout_ms;

		r = drain(s);
		if (r < 0)
			break;
		if (s->pipeline.received_total != before)
			return (int)(s->pipeline.received_total - before);
		if (timeout_ms == 0)
			return 0;

		if (timeout_ms > 0) {
			__u64 now = now_ns(), gone;

			if (!start)
				start = now;
			gone = (now - start) / MS;
			if (gone >= (__u64)timeout_ms)
				return 0;
			left = timeout_ms - (int)gone;
		}
		r = wait_for_more(s, left);
		if (r == -EINTR)
			return r;
		if (r < 0)
			break;
	}
	if (r != -ECANCELED && !s->pipeline.failed) {
		s->pipeline.failed = r;
		et_error_set(&s->pipeline.error, ET_ERROR_SYSTEM, r, "waiting for events: %s",
			     strerror(-r));
	}
	return r;
}

int et_session__fd(const struct et_session *s)
{
	return s->rings ? et_rings__fd(s->rings) : -EBADF;
}

/* Write what is left; and behind a recording, what became of the events that it is about. */
static int end_output(struct et_session *s)
{
	struct et_event_stats stats[ET_EVENT_TYPES];
	struct et_file_account accounts[ET_EVENT_TYPES];
	struct et_session_stats session = { .sz = sizeof(session) };
	struct et_record_totals totals = { .accounts = accounts };
	int n;

	if (!s->pipeline.recorder)
		return et_pipeline_end(&s->pipeline, NULL);
	n = et_session__stats(s, &session);
	if (n == 0)
		n = et_session__event_stats(s, stats, ET_EVENT_TYPES);
	if (n < 0) {
		et_log__say(&s->log, ET_LOG_WARNING,
			    "the recording gets no end: its account cannot be had");
		return et_pipeline_end(&s->pipeline, NULL);
	}
	totals.wire_format = session.wire_format;
	totals.accounted = session.accounted;
	totals.missing = session.missing;
	totals.lost_told = session.lost_told;
	totals.count = (size_t)n;
	for (int i = 0; i < n; i++)
		accounts[i] = (struct et_file_account){
			.id = stats[i].id,
			.attempted = stats[i].attempted,
			.sent = stats[i].sent,
			.lost = stats[i].lost,
			.filtered = stats[i].filtered,
			.truncated = stats[i].truncated,
			.bytes = stats[i].bytes,
		};
	return et_pipeline_end(&s->pipeline, &totals);
}

int et_session__stop(struct et_session *s)
{
	__u64 deadline;
	int r;

	if (s->stopped || !s->rings)
		return s->pipeline.failed;
	s->stopped = true;
	et_attach__detach(s->attached);

	/* Nothing is added any more. What cannot be written is still counted. */
	deadline = now_ns() + LAST_NS;
	for (;;) {
		while (consume(s) != 0)
			;
		r = et_accounts__take(s->losses.accounts);
		if (r < 0 ||
		    (et_rings__empty(s->rings) && et_accounts__settled(s->losses.accounts)))
			break;
		if (now_ns() >= deadline) {
			et_log__say(&s->log, ET_LOG_WARNING,
				    "a record was begun and never finished: it is left behind");
			break;
		}
		usleep(1000);
	}
	if (r == 0)
		et_losses_finish(&s->losses, &s->pipeline, now_ns());
	return end_output(s);
}

const struct et_error *et_session__error(const struct et_session *s)
{
	return &s->pipeline.error;
}

/* ---- opening ---------------------------------------------------------------------------- */

static int check_options(const struct et_options *o, struct et_error *err)
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
	if ((unsigned int)o->attach > ET_ATTACH_TRACEPOINT)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such kind of hook: %d",
				    (int)o->attach);
	if ((unsigned int)o->wakeup > ET_WAKEUP_ALWAYS)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such way to wake: %d",
				    (int)o->wakeup);
	if ((unsigned int)o->wire_format > ET_WIRE_DIRECT)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such wire format: %d",
				    (int)o->wire_format);
	if (o->output_fd < -1)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such output: descriptor %d",
				    o->output_fd);
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

/* The size of a ring by its own option, by that for all, or by default. */
static size_t round_ring(size_t own, size_t all, size_t by_default)
{
	size_t size = own ? own : all ? all : by_default;
	size_t rounded = (size_t)sysconf(_SC_PAGESIZE);

	while (rounded < size)
		rounded *= 2;
	return rounded;
}

/* What et_session__open() and et_probe() have in common: a session with its programs. */
static int open_attached(const struct et_options *opts, bool trial, struct et_session **ret,
			 struct et_error *err)
{
	struct et_attach_config config = { .trial = trial };
	const struct et_loaded *loaded;
	__u64 begin = now_ns();
	struct et_session *s;
	int r;

	s = calloc(1, sizeof(*s));
	if (!s)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	r = et_options_take(opts, &s->opts, err);
	if (r == 0)
		r = check_options(&s->opts, err);
	if (r == 0)
		r = et_filter_set__make(s->opts.filters, s->opts.filter_count, &s->filters, err);
	if (r < 0)
		goto failed;

	s->log = (struct et_log){ s->opts.log, s->opts.log_ctx };
	config.events = s->opts.events;
	config.kind = s->opts.attach;
	config.wire_format = s->opts.wire_format;
	config.wakeup_always = s->opts.wakeup == ET_WAKEUP_ALWAYS;
	config.ring_sizes[ET_RING_LIFECYCLE] =
		round_ring(s->opts.lifecycle_ring_size, s->opts.ring_size, DEFAULT_LIFECYCLE_RING);
	config.ring_sizes[ET_RING_BULK] =
		round_ring(s->opts.bulk_ring_size, s->opts.ring_size, DEFAULT_BULK_RING);
	for (int i = 0; trial && i < ET_RING_CLASSES; i++)
		config.ring_sizes[i] = (size_t)sysconf(_SC_PAGESIZE);
	config.memory_budget = s->opts.memory_budget;
	config.quiet_ttys = s->opts.quiet_ttys;
	config.quiet_tty_count = s->opts.quiet_tty_count;
	config.quiet_pgid = s->opts.quiet_pgid;
	config.quiet_pgid_ttys = s->opts.quiet_pgid_ttys;
	config.quiet_pgid_tty_count = s->opts.quiet_pgid_tty_count;
	config.filters = &s->filters;
	r = et_attach__open(&config, &s->log, &s->attached, err);
	/* They were the caller's, and need not live on. */
	s->opts.quiet_ttys = NULL;
	s->opts.quiet_pgid_ttys = NULL;
	s->opts.filters = NULL;
	if (r < 0)
		goto failed;
	loaded = et_attach__loaded(s->attached);
	if (loaded->obj) {
		const struct et_account_maps maps = {
			.lanes = loaded->lanes_fd,
			.overflow = loaded->overflow_fd,
			.counts = loaded->counts_fd,
		};

		r = et_losses_open(&s->losses, &maps, begin);
		if (r < 0) {
			et_error_set(err, ET_ERROR_SYSTEM, r, "accounts: %s", strerror(-r));
			goto failed;
		}
	}
	*ret = s;
	return 0;

failed:
	et_session__close(s);
	return r;
}

static int open_recording(struct et_session *s, struct et_error *err)
{
	struct et_header zero = { .ts = 0 };
	struct et_event beginning = { .hdr = &zero };
	struct et_record_about about = {
		.events = s->opts.events,
		.program = "eventstrace " VERSION,
	};
	struct et_record_writer *writer = NULL;
	int r = et_accounts__possible_cpus();

	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "possible CPUs: %s", strerror(-r));
	about.cpus_possible = (unsigned int)r;
	et_enrich(s->pipeline.clock, &beginning);
	about.clock_offset = beginning.time_ns;
	r = et_record_writer_new(s->opts.record_fd, &about, &writer);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "recording: %s", strerror(-r));
	r = et_pipeline_set_recorder(&s->pipeline, writer);
	if (r < 0)
		*err = s->pipeline.error;
	return r;
}

static int open_stages(struct et_session *s, struct et_error *err)
{
	const struct et_loaded *loaded = et_attach__loaded(s->attached);
	struct et_enricher *clock = NULL;
	size_t smallest = NAP_RING;
	int r;

	for (int i = 0; i < ET_RING_CLASSES; i++)
		if (loaded->ring_sizes[i] < smallest)
			smallest = loaded->ring_sizes[i];
	if (s->opts.wakeup == ET_WAKEUP_ADAPTIVE && !s->opts.unbuffered)
		s->nap_ns = NAP_NS * smallest / NAP_RING;
	r = et_clock_enricher_new(&clock);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "clock: %s", strerror(-r));
	r = et_pipeline_open(&s->pipeline, &s->opts, clock, err);
	if (r == 0 && s->opts.record_fd >= 0)
		r = open_recording(s, err);
	if (r < 0)
		return r;
	s->pipeline.gaps = s->losses.gaps;
	r = et_rings__new(loaded->reader_sleeping, on_record, s, &s->rings);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "rings: %s", strerror(-r));
	/* In this order they are read: what is few and precious first. */
	for (unsigned int i = 0; i < ET_RINGS; i++) {
		r = et_rings__add_map(s->rings, loaded->ring_fds[i], loaded->ring_sizes[i], i);
		if (r < 0)
			return et_error_set(err, ET_ERROR_SYSTEM, r, "mapping a ring: %s",
					    strerror(-r));
	}
	return 0;
}

int et_session__open(const struct et_options *opts, struct et_session **ret, struct et_error *err)
{
	struct et_error ignored;
	struct et_session *s = NULL;
	int r;

	if (!err)
		err = &ignored;
	r = open_attached(opts, false, &s, err);
	if (!s)
		return r;
	r = open_stages(s, err);
	if (r < 0) {
		et_session__close(s);
		return r;
	}
	*ret = s;
	return 0;
}

const struct et_program *et_session__programs(const struct et_session *s, size_t *ret_count)
{
	const struct et_costs *costs = &et_attach__loaded(s->attached)->costs;

	*ret_count = costs->count;
	return costs->programs;
}

int et_probe(const struct et_options *opts, struct et_session **ret, struct et_error *err)
{
	struct et_error ignored;
	struct et_session *s = NULL;
	int r;

	if (!err)
		err = &ignored;
	r = open_attached(opts, true, &s, err);
	if (!s)
		return r;
	et_attach__detach(s->attached);
	*ret = s;
	return __builtin_popcountll(s->opts.events & ~et_attach__events(s->attached));
}

void et_session__close(struct et_session *s)
{
	if (!s)
		return;
	et_rings__free(s->rings);
	et_attach__close(s->attached);
	et_pipeline_close(&s->pipeline);
	et_losses_close(&s->losses);
	free(s);
}

/* ---- accounts --------------------------------------------------------------------------- */

/* What programs have counted until now, by event type. */
static int counted(struct et_session *s, struct et_counters sums[ET_EVENT_TYPES])
{
	int r;

	memset(sums, 0, ET_EVENT_TYPES * sizeof(sums[0]));
	if (!s->losses.accounts)
		return 0;
	r = et_accounts__take(s->losses.accounts);
	if (r == 0)
		et_accounts__sum(s->losses.accounts, sums);
	return r;
}

int et_session__event_stats(struct et_session *s, struct et_event_stats *ret, size_t max)
{
	struct et_counters sums[ET_EVENT_TYPES];
	size_t n = 0;
	int r;

	r = counted(s, sums);
	if (r < 0)
		return r;
	for (unsigned int id = 1; id < ET_EVENT_TYPES && n < max; id++) {
		if (!(s->opts.events & ET_EVENT_BIT(id)))
			continue;
		ret[n++] = (struct et_event_stats){
			.id = id,
			.attempted = sums[id].attempted,
			.sent = sums[id].sent,
			.lost = sums[id].lost,
			.filtered = sums[id].filtered,
			.truncated = sums[id].truncated,
			.bytes = sums[id].bytes,
			.received = s->pipeline.received[id],
			.written = s->pipeline.written[id],
		};
	}
	return (int)n;
}

static int locked(const struct et_session *s, struct et_session_stats *stats)
{
	const struct et_loaded *loaded = et_attach__loaded(s->attached);
	const struct bpf_map *map;
	__u64 bytes = 0;
	int r;

	if (!loaded->obj)
		return 0;
	for (unsigned int i = 0; i < ET_RINGS; i++) {
		r = et_accounts__locked(loaded->ring_fds[i], &bytes);
		if (r < 0)
			return r;
		stats->locked_ring += bytes;
	}
	bpf_object__for_each_map (map, loaded->obj) {
		int fd = bpf_map__fd(map);

		if (fd < 0) /* not created: no program wants it */
			continue;
		r = et_accounts__locked(fd, &bytes);
		if (r < 0)
			return r;
		if (fd == loaded->scratch_fd)
			stats->locked_scratch += bytes;
		else
			stats->locked_maps += bytes;
	}
	return 0;
}

/*
 * Is every event accounted for? Received or lost by its own type; and each loss was told of. Of
 * records that could not be decoded nobody knows the type: these are told of as lost, too.
 */
static int account(struct et_session *s, struct et_session_stats *stats)
{
	const struct et_pipeline *p = &s->pipeline;
	struct et_counters sums[ET_EVENT_TYPES];
	__u64 lost = 0, missing = 0;
	bool possible = true;
	int r;

	r = counted(s, sums);
	if (r < 0)
		return r;
	for (int i = 0; i < ET_EVENT_TYPES; i++) {
		lost += sums[i].lost;
		missing += sums[i].attempted - sums[i].lost - p->received[i];
		if (sums[i].attempted - sums[i].lost < p->received[i])
			possible = false;
	}
	stats->malformed = p->malformed;
	stats->missing = missing;
	stats->lost_told = s->losses.gaps ? et_gaps__total(s->losses.gaps) : 0;
	stats->lost_written = p->lost_written;
	stats->accounted =
		possible && missing == p->malformed && stats->lost_told == lost + missing;
	return 0;
}

int et_session__stats(struct et_session *s, struct et_session_stats *ret)
{
	struct et_session_stats stats = { .sz = ret->sz };
	const struct et_way *way;
	int r;

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	r = locked(s, &stats);
	if (r < 0)
		return r;
	r = et_accounts__possible_cpus();
	if (r < 0)
		return r;
	stats.cpus_possible = (unsigned int)r;
	r = account(s, &stats);
	if (r < 0)
		return r;
	stats.wakeups = s->rings ? et_rings__stats(s->rings)->wakeups : 0;
	stats.output_bytes = s->pipeline.sink ? s->pipeline.sink->written : 0;
	way = et_attach__way(s->attached);
	stats.wire_format = way->name;
	stats.wire_format_why = *way->why ? way->why : NULL;
	stats.recorded_bytes =
		s->pipeline.recorder ? et_record_writer_bytes(s->pipeline.recorder) : 0;
	stats.tree_missed = et_attach__tree_missed(s->attached);
	stats.skipped = et_attach__skipped(s->attached);
	memcpy(ret, &stats, ret->sz < sizeof(stats) ? ret->sz : sizeof(stats));
	return 0;
}

const struct et_hook *et_session__hooks(const struct et_session *s, size_t *ret_count)
{
	return et_attach__hooks(s->attached, ret_count);
}

int et_session__features(struct et_session *s, struct et_features *ret)
{
	struct et_feature_set *set = et_attach__features(s->attached);
	struct et_features features = { .sz = ret->sz };

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	et_log__take_libbpf(&s->log);
	features.bpf_tramp = et_feature__check(set, ET_FEATURE_FENTRY, NULL) == 0;
	features.ipv6 = et_feature__check(set, ET_FEATURE_IPV6, NULL) == 0;
	et_log__release_libbpf();
	et_feature__done(set);
	memcpy(ret, &features, ret->sz < sizeof(features) ? ret->sz : sizeof(features));
	return 0;
}
