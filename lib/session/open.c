/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens and closes a session, for recording or only to find the available hooks. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/enrich/enrich.h"
#include "lib/enrich/host.h"
#include "lib/enrich/proc.h"
#include "lib/filter/env.h"
#include "lib/api/error.h"
#include "lib/api/options.h"
#include "lib/session/config.h"
#include "lib/segments/spool.h"
#include "lib/session/segments.h"
#include "lib/session/session.h"

const char *et_version(void)
{
	return ET_VERSION;
}

/*
 * The first part of et_session__open() and et_probe(): check the options, load and attach the BPF
 * programs.
 */
static int open_attached(const struct et_options *opts, bool trial, struct et_session **ret,
			 struct et_error *err)
{
	struct et_attach_config config;
	const struct et_loaded *loaded;
	__u64 begin = et_now_ns();
	struct et_session *s;
	int r;

	s = calloc(1, sizeof(*s));
	if (!s)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	r = et_options_take(opts, &s->opts, err);
	if (r == 0)
		r = et_session_check_options(&s->opts, err);
	if (r == 0)
		r = et_session_check_segments(&s->opts, err);
	if (r < 0)
		goto failed;
	if (s->opts.segments)
		s->segments = *s->opts.segments;
	config = et_session_config(&s->opts, trial);
	config.load.prefixes = &s->prefixes;
	r = et_filter_set__make(s->opts.filters, s->opts.filter_count, &config.load.bpf.filters,
				&s->prefixes, err);
	if (r == 0)
		r = et_env_set__make(s->opts.env, &config.load.bpf.env, err);
	if (r < 0)
		goto failed;

	s->log = (struct et_log){ s->opts.log, s->opts.log_ctx, s->opts.log_no_debug };
	r = et_attach__open(&config, &s->log, &s->attached, err);
	/* These data belong to the caller, which may free them when the session is open. */
	s->opts.quiet_ttys = NULL;
	s->opts.quiet_pgid_ttys = NULL;
	s->opts.env = NULL;
	if (r < 0)
		goto failed;
	loaded = et_attach__loaded(s->attached);
	if (loaded->obj) {
		const struct et_bpf_counter_maps maps = {
			.lanes = loaded->lanes_fd,
			.overflow = loaded->overflow_fd,
			.losses = loaded->losses_fd,
			.counts = loaded->counts_fd,
			.shares = loaded->shares_fd,
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

/*
 * The second part of et_session__open(): open all that processes records: rings, outputs and
 * checks.
 */
static int open_stages(struct et_session *s, struct et_error *err)
{
	char host[ET_HOST_NAME_SIZE], boot_id[ET_HOST_BOOT_ID_SIZE];
	struct et_enricher *clock = NULL;
	int r;

	r = et_clock_enricher_new(&clock);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "clock: %s", strerror(-r));
	r = et_pipeline_open(&s->pipeline, &s->opts, clock, err);
	et_host_read(host, boot_id);
	et_host_make_session(s->id);
	et_pipeline_set_host(&s->pipeline, host, boot_id);
	if (r == 0 && s->opts.record_fd >= 0)
		r = et_session_begin_recording(s, err);
	if (r == 0 && s->opts.segments)
		r = et_session_open_segments(s, err);
	/* These data belong to the caller; s->segments is a copy. */
	s->opts.segments = NULL;
	if (r < 0)
		return r;
	et_session_limit_files(s);
	s->pipeline.gaps = s->losses.gaps;
	et_session_watch_feedback(s);
	r = et_session_open_rings(s, err);
	return r < 0 ? r : et_session_take_snapshot(s, err);
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
	s->opts.filters = NULL;
	if (r < 0) {
		et_session__close(s);
		return r;
	}
	*ret = s;
	return 0;
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
	s->opts.filters = NULL;
	et_attach__detach(s->attached);
	*ret = s;
	return __builtin_popcountll(s->opts.events & ~ET_EVENTS_OF_PROC &
				    ~et_attach__events(s->attached));
}

void et_session__close(struct et_session *s)
{
	if (!s || s->pipeline.in_callback)
		return;
	et_rings__free(s->rings);
	/*
	 * Close the outputs first, because their readers wait for the end of the output. Detaching
	 * the BPF programs takes time.
	 */
	et_pipeline_close(&s->pipeline);
	et_spool_close(s->spool);
	et_attach__close(s->attached);
	et_losses_close(&s->losses);
	et_loop_close(&s->loop);
	free(s->snapshot.records);
	et_proc_free(s->proc);
	free(s);
}
