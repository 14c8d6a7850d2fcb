/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/filter_load.h"

#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probes/et_probes.skel.h"

/*
 * The BPF programs of probes/core/tree.bpf.c, whose names all begin with "tree_", are needed if
 * @set has a process tree filter.
 */
bool et_filter_load__wants(const struct et_filter_set *set, const char *program)
{
	return et_filter_set__has(set, ET_FILTER_TREE) && strncmp(program, "tree_", 5) == 0;
}

int et_filter_load__skip_maps(struct et_probes *skel, const struct et_filter_set *set)
{
	bool paths = et_filter_set__has(set, ET_FILTER_PATH_PREFIX);
	int r;

	r = bpf_map__set_autocreate(skel->maps.tree, et_filter_set__has(set, ET_FILTER_TREE));
	if (r == 0)
		r = bpf_map__set_autocreate(skel->maps.path_prefixes, paths);
	if (r == 0)
		r = bpf_map__set_autocreate(skel->maps.path_prefix_texts, paths);
	if (r == 0)
		r = bpf_map__set_autocreate(skel->maps.comm_patterns,
					    set->comm_patterns[ET_ONLY] ||
						    set->comm_patterns[ET_EXCEPT]);
	return r;
}

int et_filter_load__fill(const struct et_probes *skel, const struct et_filter_set *set,
			 const struct et_prefix_set *prefixes)
{
	for (__u32 form = 0; form < 2; form++) {
		for (__u32 i = 0; i < set->comm_patterns[form]; i++) {
			__u32 key = form * ET_FILTER_VALUES + i;
			int r = bpf_map_update_elem(bpf_map__fd(skel->maps.comm_patterns), &key,
						    &prefixes->comms[form][i], BPF_ANY);

			if (r < 0)
				return r;
		}
		for (__u32 i = 0; i < set->counts[form][ET_FILTER_PATH_PREFIX]; i++) {
			__u32 key = form * ET_FILTER_VALUES + i;
			int r = bpf_map_update_elem(bpf_map__fd(skel->maps.path_prefixes), &key,
						    &prefixes->prefixes[form][i], BPF_ANY);

			if (r < 0)
				return r;
		}
	}
	return 0;
}
