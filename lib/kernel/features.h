/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the features of this kernel. Each feature is tried, once and at its first query. No feature
 * is concluded from a version.
 */
#ifndef ET_FEATURES_H
#define ET_FEATURES_H

#include <linux/types.h>
#include <stdbool.h>

struct btf;

enum et_feature {
	ET_FEATURE_BTF,     /* the kernel has BTF, the description of its types */
	ET_FEATURE_RINGBUF, /* BPF_MAP_TYPE_RINGBUF, Linux 5.8 */
	ET_FEATURE_FENTRY,  /* fentry and fexit programs load and attach */
	ET_FEATURE_KPROBE,  /* kprobes can be opened by perf_event_open() */
	ET_FEATURE_TRACEFS, /* tracefs, which has the IDs of tracepoints, can be read */
	ET_FEATURE_IPV6,    /* IPv6 sockets can be created */
	ET_FEATURE_DIRECT,  /* kernel functions that copy memory directly into a ring, Linux 6.16 */
	ET_FEATURE_SOCK_STORAGE, /* tracing programs can use socket storage, Linux 5.11 */
	ET_FEATURE_TASK_STORAGE, /* tracing programs can use task storage, Linux 5.12 */
	ET_FEATURES,
};

struct et_feature_state {
	bool tried;
	int err;       /* 0: the kernel has the feature; else a negative errno */
	char why[160]; /* text why the kernel lacks the feature */
};

/*
 * Which features have been tried, and the resources opened for that. Initialize with
 * ET_FEATURE_SET_INIT.
 */
struct et_feature_set {
	struct et_feature_state states[ET_FEATURES];
	struct btf *vmlinux; /* the kernel's types, after a query for ET_FEATURE_BTF, else NULL */
	/* descriptor of tracefs's `events`, after a query for ET_FEATURE_TRACEFS, else -1 */
	int events_fd;
};

#define ET_FEATURE_SET_INIT { .events_fd = -1 }

/**
 * et_feature__check() - try a feature
 * @set:	the features that have been tried
 * @feature:	the feature
 * @ret_why:	receives the text why the kernel lacks it, which lives with @set; may be NULL
 *
 * Return: 0 if the kernel has it, or the negative errno of the failure.
 */
int et_feature__check(struct et_feature_set *set, enum et_feature feature, const char **ret_why);

/*
 * Close the resources in @set: the kernel's types take megabytes. The results stay known. A later
 * query opens the resources again.
 */
void et_feature__done(struct et_feature_set *set);

#endif /* ET_FEATURES_H */
