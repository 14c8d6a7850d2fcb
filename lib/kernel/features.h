/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out which features this kernel has. The first query of a feature tests it, and later
 * queries return the same result. The tests do not compare kernel versions.
 */
#ifndef ET_FEATURES_H
#define ET_FEATURES_H

#include <linux/types.h>
#include <stdbool.h>

struct btf;

enum et_feature {
	ET_FEATURE_BTF,          /* the kernel has BTF, the description of its types */
	ET_FEATURE_RINGBUF,      /* BPF_MAP_TYPE_RINGBUF, Linux 5.8 */
	ET_FEATURE_FENTRY,       /* fentry and fexit programs load and attach */
	ET_FEATURE_KPROBE,       /* perf_event_open() can open kprobes */
	ET_FEATURE_TRACEFS,      /* tracefs, which has the IDs of tracepoints, can be read */
	ET_FEATURE_IPV6,         /* IPv6 sockets can be created */
	ET_FEATURE_DIRECT,       /* BPF programs can build packed records in the ring, Linux 6.16 */
	ET_FEATURE_SOCK_STORAGE, /* tracing BPF programs can use socket storage, Linux 5.11 */
	ET_FEATURE_TASK_STORAGE, /* tracing BPF programs can use task storage, Linux 5.12 */
	ET_FEATURES,
};

struct et_feature_state {
	bool tried;
	int err;       /* 0: the kernel has the feature; else a negative errno */
	char why[160]; /* the reason why the kernel lacks the feature, as text */
};

/*
 * The results of the feature tests, and the kernel's types and the descriptor that the tests
 * opened. Initialize this with ET_FEATURE_SET_INIT.
 */
struct et_feature_set {
	struct et_feature_state states[ET_FEATURES];
	struct btf *vmlinux; /* the kernel's types (BTF); NULL before a query for ET_FEATURE_BTF */
	/* descriptor of tracefs's directory `events`; -1 before a query for ET_FEATURE_TRACEFS */
	int events_fd;
};

#define ET_FEATURE_SET_INIT { .events_fd = -1 }

/**
 * et_feature__check() - find out whether the kernel has a feature
 * @set:	the results so far; receives the result of a feature that was not tested before
 * @feature:	the feature
 * @ret_why:	receives the reason if the kernel lacks the feature, as text in @set; may be NULL
 *
 * Return: 0 if the kernel has the feature, or the negative errno with which the test failed.
 */
int et_feature__check(struct et_feature_set *set, enum et_feature feature, const char **ret_why);

/*
 * Free the kernel's types, which take megabytes, and close the descriptors in @set. The results of
 * other queries stay valid. A later query for ET_FEATURE_BTF or ET_FEATURE_TRACEFS opens these
 * again.
 */
void et_feature__done(struct et_feature_set *set);

#endif /* ET_FEATURES_H */
