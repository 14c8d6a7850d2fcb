/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this kernel offers. Each feature is found out by trying it, once and when it is first asked
 * for; nothing is concluded from a version.
 */
#ifndef ET_FEATURES_H
#define ET_FEATURES_H

#include <linux/types.h>
#include <stdbool.h>

struct btf;

enum et_feature {
	ET_FEATURE_BTF,          /* the kernel describes its types */
	ET_FEATURE_RINGBUF,      /* BPF_MAP_TYPE_RINGBUF, Linux 5.8 */
	ET_FEATURE_FENTRY,       /* fentry and fexit programs load and attach */
	ET_FEATURE_KPROBE,       /* kprobes can be set through perf_event_open() */
	ET_FEATURE_TRACEFS,      /* numbers of tracepoints can be read */
	ET_FEATURE_IPV6,         /* IPv6 sockets can be made */
	ET_FEATURE_DIRECT,       /* functions that read memory straight into a ring, Linux 6.16 */
	ET_FEATURE_SOCK_STORAGE, /* tracing programs store things with sockets, Linux 5.11 */
	ET_FEATURE_TASK_STORAGE, /* tracing programs keep a value for each task, Linux 5.12 */
	ET_FEATURES,
};

struct et_feature_state {
	bool tried;
	int err;       /* 0: it is there; a negative errno: why it is not */
	char why[160]; /* the same for people */
};

/* What has been found out, and what was opened to do so. Zero it, all but events_fd, first. */
struct et_feature_set {
	struct et_feature_state states[ET_FEATURES];
	struct btf *vmlinux; /* the kernel's types, once ET_FEATURE_BTF was asked for; or NULL */
	int events_fd;       /* for et_tracefs__id(), once ET_FEATURE_TRACEFS was; or -1 */
};

#define ET_FEATURE_SET_INIT { .events_fd = -1 }

/**
 * et_feature__check() - is it there?
 * @set:	what has been found out already
 * @feature:	which
 * @ret_why:	receives why not, in words that live with @set; may be NULL
 *
 * Return: 0 if it is, or the negative errno that it failed with.
 */
int et_feature__check(struct et_feature_set *set, enum et_feature feature, const char **ret_why);

/*
 * Close what was opened: the kernel's types are megabytes. What was found out stays known; what
 * is asked for again is opened again.
 */
void et_feature__done(struct et_feature_set *set);

#endif /* ET_FEATURES_H */
