/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/attach/calls.h"
#include "lib/attach/filter_load.h"
#include "lib/attach/memory.h"
#include "lib/attach/parallel.h"
#include "lib/attach/ring_shards.h"
#include "lib/counters/bpf_counters.h"
#include "lib/kernel/btf_subset.h"
#include "lib/wire/bpf_config.h"
#include "lib/wire/shared.h"
#include "probes/et_probes.skel.h"

/*
 * Bytes for the verifier's log of a BPF program that does not load. The end of the log has the
 * reason. Before 6.4 (commit 121664093803, "bpf: Switch BPF verifier log to be a rotating log by
 * default") a buffer that is too small loses the end. Pages that the log does not reach take no
 * memory.
 */
#define LOG_SIZE (16 * 1024 * 1024)

/* Milliseconds that et_load__settle() waits at most. */
#define SETTLE_MS 100

/* Set the sizes of the hash maps for socket data. */
static int size_sock_entries(struct et_probes *skel, const struct et_load_config *config,
			     bool trial)
{
	const struct {
		struct bpf_map *map;
		__u32 max;
	} sock_entries[] = {
		{ skel->maps.ended_connections, config->bpf.sock_entries_ended_max },
		{ skel->maps.attempts, config->bpf.sock_entries_attempts_max },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(sock_entries) / sizeof(sock_entries[0]); i++) {
		r = bpf_map__set_max_entries(sock_entries[i].map, trial ? 1 : sock_entries[i].max);
		if (r == 0 && config->sock_entries_grow)
			r = bpf_map__set_map_flags(sock_entries[i].map, BPF_F_NO_PREALLOC);
	}
	return r;
}

/* Set the sizes of maps. With @trial, BPF programs will not run: make maps as small as possible. */
static int size_maps(struct et_probes *skel, const struct et_load_config *config, bool trial)
{
	int cpus = libbpf_num_possible_cpus(), r;

	if (cpus < 0)
		return cpus;
	r = bpf_map__set_max_entries(skel->maps.counts, trial ? 1 : config->bpf.shards);
	if (r < 0)
		return r;
	r = size_sock_entries(skel, config, trial);
	if (r < 0)
		return r;
	if (config->bpf.ring_shards > 1) {
		__u32 shards = config->bpf.ring_shards;

		r = bpf_map__set_max_entries(skel->maps.rings, ET_RING_KEYS(shards));
		if (r == 0)
			r = bpf_map__set_max_entries(skel->maps.shares, ET_SHARE_KEYS(shards));
		if (r < 0)
			return r;
	}
	r = bpf_map__set_max_entries(skel->maps.envs, trial ? 1 : config->bpf.env_slots);
	if (r < 0)
		return r;
	/* `scratch` takes half a megabyte per CPU. Not used if records are packed in the ring. */
	if (config->bpf.emit_mode == ET_EMIT_DIRECT)
		return bpf_map__set_autocreate(skel->maps.scratch, false);
	return bpf_map__set_max_entries(skel->maps.scratch, trial ? 1 : (__u32)cpus * ET_LANES);
}

/*
 * For each value that BPF programs keep for a task, there are two maps: the task storage
 * NAME_storage and the hash table NAME_hash (task_map.bpf.h). Create only one of the two: with
 * @storage the task storage, without it the hash table.
 */
static int skip_task_maps(const struct bpf_object *obj, bool storage)
{
	struct bpf_map *map;
	char hash[64];

	bpf_object__for_each_map (map, obj) {
		const char *name = bpf_map__name(map);
		struct bpf_map *skipped = map;
		int r;

		if (bpf_map__type(map) != BPF_MAP_TYPE_TASK_STORAGE)
			continue;
		snprintf(hash, sizeof(hash), "%.*s_hash", (int)(strlen(name) - strlen("_storage")),
			 name);
		if (storage)
			skipped = bpf_object__find_map_by_name(obj, hash);
		if (!skipped)
			return -ENOENT;
		r = bpf_map__set_autocreate(skipped, false);
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * Open the object. When libbpf loads it, libbpf reads the kernel's types from the small copy
 * @types. If there is no copy, libbpf searches all of the kernel's types.
 */
static struct et_probes *open_object(struct et_btf_subset *types)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = et_btf_subset__path(types));
	struct et_probes *skel = et_probes__open_opts(&opts);

	if (!skel || !opts.btf_custom_path ||
	    et_btf_subset__fill(types, bpf_object__btf(skel->obj)) == 0)
		return skel;
	et_probes__destroy(skel);
	return et_probes__open();
}

static int open_skeleton(const struct et_load_config *config, bool trial, struct et_probes **ret)
{
	struct et_probes *skel;
	int r;

	skel = open_object(config->types);
	if (!skel)
		return -errno;
	skel->rodata->et_config = config->bpf;
	r = size_maps(skel, config, trial);
	if (r == 0)
		r = skip_task_maps(skel->obj, config->bpf.task_storage);
	if (r == 0)
		r = et_calls__select(skel, NULL);
	if (r == 0)
		r = et_filter_load__skip_maps(skel, &config->bpf.filters);
	if (r == 0 && config->tracers_fd > 0)
		r = bpf_map__reuse_fd(skel->maps.tracers, config->tracers_fd);
	if (r < 0) {
		et_probes__destroy(skel);
		return r;
	}
	*ret = skel;
	return 0;
}

/* Choose ring sizes that fit the memory budget. All other maps exist, so their memory is known. */
static int size_rings(struct et_loaded *loaded, const struct et_load_config *config,
		      __u64 *ret_least)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct et_locked locked = { 0 };
	int r = 0;

	memcpy(loaded->ring_sizes, config->ring_sizes, sizeof(config->ring_sizes));
	for (int i = 0; config->trial && i < ET_RING_CLASSES; i++)
		loaded->ring_sizes[i] = page;
	loaded->ring_sizes[ET_RING_WAKE] = page;
	if (config->memory_budget)
		r = et_load__locked(loaded, &locked);
	if (r == 0)
		r = et_memory__fit(config->memory_budget, locked.scratch + locked.maps, page,
				   config->shards, loaded->ring_sizes, ret_least);
	for (int i = 0; r == 0 && i < ET_RING_CLASSES; i++) {
		loaded->shards[i] = et_ring_shards__fit((enum et_ring_class)i,
							loaded->ring_sizes[i], config->shards[i]);
		loaded->ring_sizes[i] /= loaded->shards[i];
	}
	return r;
}

static int make_ring(struct et_loaded *loaded, enum et_ring_class ring_class, __u32 key)
{
	static const char *const names[ET_RINGS] = {
		[ET_RING_LIFECYCLE] = "et_lifecycle",
		[ET_RING_BULK] = "et_bulk",
		[ET_RING_WAKE] = "et_wake",
	};
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, names[ring_class], 0, 0,
				(__u32)loaded->ring_sizes[ring_class], NULL);

	if (fd < 0)
		return fd;
	loaded->ring_fds[key] = fd;
	return 0;
}

/* The insertion of a ring into the map `rings`. */
struct ring_insert {
	int rings_fd, ring_fd;
	__u32 key;
	int result;
};

static void insert_ring(void *element)
{
	struct ring_insert *insert = element;

	insert->result =
		bpf_map_update_elem(insert->rings_fd, &insert->key, &insert->ring_fd, BPF_ANY);
}

/*
 * Insert all rings into the map `rings`. The kernel waits for an RCU grace period after each
 * update of a map of maps (commit 1ae80cf31938 of 4.20). So insert the rings at the same time.
 */
static int insert_rings(const struct et_loaded *loaded)
{
	struct ring_insert inserts[ET_RING_KEYS_MAX];
	size_t count = 0;

	for (__u32 key = 0; key < ET_RING_KEYS_MAX; key++)
		if (loaded->ring_fds[key] >= 0)
			inserts[count++] = (struct ring_insert){
				.rings_fd = bpf_map__fd(loaded->skel->maps.rings),
				.ring_fd = loaded->ring_fds[key],
				.key = key,
			};
	et_parallel__run(insert_ring, inserts, count, sizeof(inserts[0]));
	for (size_t i = 0; i < count; i++)
		if (inserts[i].result < 0)
			return inserts[i].result;
	return 0;
}

/*
 * Find out which CPUs are online. If the kernel's list cannot be read, assume that all CPUs are
 * online.
 */
static void find_online_cpus(bool *online, unsigned int cpus)
{
	FILE *f = fopen("/sys/devices/system/cpu/online", "re");
	char text[4096] = "";

	if (f && !fgets(text, sizeof(text), f))
		text[0] = '\0';
	if (f)
		fclose(f);
	(void)et_cpu_list__parse(text, online, cpus);
}

/*
 * Divide the CPUs among the rings of each class. For each lane, set et_lane::ring_keys: the keys of
 * the rings that the lane's CPU uses. The number of the ring's class is subtracted from each key,
 * because BPF programs add it again.
 */
static int assign_rings(const struct et_loaded *loaded)
{
	int cpus = libbpf_num_possible_cpus(), fd = bpf_map__fd(loaded->skel->maps.lanes), r = 0;
	struct et_lane *lanes;
	__u32 *shards;
	bool *online;

	if (cpus < 0)
		return cpus;
	lanes = calloc((size_t)cpus, sizeof(*lanes));
	shards = calloc((size_t)cpus, sizeof(*shards));
	online = calloc((size_t)cpus, sizeof(*online));
	if (!lanes || !shards || !online)
		r = -ENOMEM;
	if (r == 0)
		find_online_cpus(online, (unsigned int)cpus);
	for (__u32 i = 0; r == 0 && i < ET_RING_CLASSES; i++) {
		et_ring_shards__assign(online, (unsigned int)cpus, loaded->shards[i], shards);
		for (int cpu = 0; cpu < cpus; cpu++)
			lanes[cpu].ring_keys[i] = et_ring_key(i, shards[cpu]) - i;
	}
	for (__u32 i = 0; r == 0 && i < ET_LANES; i++)
		r = bpf_map_update_elem(fd, &i, lanes, BPF_ANY);
	free(lanes);
	free(shards);
	free(online);
	return r;
}

_Static_assert(sizeof(struct et_lane) % 8 == 0, "values of a per-CPU map follow each other");

static int make_rings(struct et_loaded *loaded)
{
	int r = make_ring(loaded, ET_RING_WAKE, ET_RING_WAKE);

	for (__u32 i = 0; i < ET_RING_CLASSES; i++)
		for (__u32 shard = 0; r == 0 && shard < loaded->shards[i]; shard++)
			r = make_ring(loaded, (enum et_ring_class)i, et_ring_key(i, shard));
	if (r == 0)
		r = insert_rings(loaded);
	if (r == 0 && loaded->skel->rodata->et_config.ring_shards > 1)
		r = assign_rings(loaded);
	return r;
}

/*
 * Select a BPF program for loading. A fentry or fexit program is loaded for one kernel function. A
 * kprobe gets its function when it is attached.
 */
static int want(const struct et_load_config *config, struct bpf_program *prog,
		const struct et_hook_program *entry)
{
	bpf_program__set_autoload(prog, true);
	if (entry->tracepoint && config->bpf.calls_tp_btf)
		return et_calls__want(prog, entry->tracepoint);
	if (!entry->function || bpf_program__type(prog) != BPF_PROG_TYPE_TRACING)
		return 0;
	return bpf_program__set_attach_target(prog, 0, entry->function);
}

/*
 * Do not create maps that no chosen BPF program uses. Also do not create maps that are only used by
 * code that this configuration disables.
 */
static int skip_maps(struct et_probes *skel, const struct et_load_config *config,
		     const struct et_plan *plan)
{
	unsigned int used = et_plan__maps(plan), unused = 0;
	const struct et_hook_map_name *names;
	size_t count;

	if (!config->bpf.env.limited)
		unused |= ET_MAP_ENVS;
	if (!config->bpf.exit_late)
		unused |= ET_MAP_EXITS_CAPTURED;
	if (config->bpf.exit_has_group_dead)
		unused |= ET_MAP_EXITS_SENT;
	unused |= config->bpf.sock_storage ? ET_MAP_ENDED_CONNECTIONS : ET_MAP_ENDED_SOCKETS;

	names = et_hook_map_names(&count);
	for (size_t i = 0; i < count; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(skel->obj, names[i].name);
		int r;

		if (!map)
			return -ENOENT;
		if (used & ~unused & names[i].map)
			continue;
		r = bpf_map__set_autocreate(map, false);
		if (r < 0)
			return r;
	}
	return 0;
}

int et_load__open(const struct et_load_config *config, const struct et_plan *plan,
		  struct et_loaded *ret, __u64 *ret_least)
{
	struct et_loaded loaded = { 0 };
	struct bpf_program *prog;
	int r;

	for (int i = 0; i < ET_RING_KEYS_MAX; i++)
		loaded.ring_fds[i] = -1;
	r = open_skeleton(config, false, &loaded.skel);
	if (!loaded.skel)
		return r;

	loaded.obj = loaded.skel->obj;
	bpf_object__for_each_program (prog, loaded.obj) {
		const struct et_hook_program *entry;

		if (r == 0 && et_plan__wants(plan, bpf_program__name(prog), &entry))
			r = want(config, prog, entry);
		if (et_filter_load__wants(&config->bpf.filters, bpf_program__name(prog)))
			bpf_program__set_autoload(prog, true);
	}
	if (r == 0)
		r = skip_maps(loaded.skel, config, plan);
	if (r == 0)
		r = et_calls__select(loaded.skel, config->bpf.calls_tp_btf ? plan : NULL);
	if (r == 0)
		bpf_program__set_autoload(loaded.skel->progs.readers_iter, true);
	/*
	 * The BPF program that finds the hash table of dentries is needed if another BPF program
	 * looks up paths. It is never attached: et_dcache__find() runs it.
	 */
	if (r == 0)
		bpf_program__set_autoload(loaded.skel->progs.dcache_sample_raw_tp,
					  et_plan__maps(plan) & ET_MAP_LOOKUPS);
	if (r == 0 && config->measure)
		r = et_costs__ask(loaded.obj, &loaded.costs);
	if (r == 0)
		r = et_probes__load(loaded.skel);
	if (r == 0)
		et_costs__take(&loaded.costs);
	if (r == 0)
		r = et_filter_load__fill(loaded.skel, &config->bpf.filters, config->prefixes);
	if (r == 0)
		r = size_rings(&loaded, config, ret_least);
	if (r == 0)
		r = make_rings(&loaded);
	if (r < 0) {
		et_load__close(&loaded);
		return r;
	}

	loaded.reader_sleeping = &loaded.skel->bss->et_reader_sleeping;
	loaded.reader_napping = &loaded.skel->bss->et_reader_napping;
	loaded.stopped = &loaded.skel->bss->et_stopped;
	loaded.lanes_fd = bpf_map__fd(loaded.skel->maps.lanes);
	loaded.overflow_fd = bpf_map__fd(loaded.skel->maps.overflow);
	loaded.losses_fd = bpf_map__fd(loaded.skel->maps.losses);
	loaded.counts_fd = bpf_map__fd(loaded.skel->maps.counts);
	loaded.shares_fd = bpf_map__fd(loaded.skel->maps.shares);
	loaded.scratch_fd = bpf_map__fd(loaded.skel->maps.scratch);
	*ret = loaded;
	return 0;
}

int et_load__try(const struct et_load_config *config, const struct et_hook_program *entry,
		 char *why, size_t size)
{
	const char *program = entry->program;
	struct et_probes *skel = NULL;
	struct bpf_program *prog;
	char *log;
	int r;

	log = calloc(1, LOG_SIZE);
	if (!log) {
		snprintf(why, size, "no memory");
		return -ENOMEM;
	}
	r = open_skeleton(config, true, &skel);
	if (!skel)
		goto out;
	prog = bpf_object__find_program_by_name(skel->obj, program);
	if (!prog) {
		r = -ENOENT;
		goto out;
	}
	bpf_program__set_log_buf(prog, log, LOG_SIZE);
	r = want(config, prog, entry);
	if (r == 0)
		r = et_probes__load(skel);
out:
	if (r < 0) {
		char words[160];

		if (et_verifier_words(log, words, sizeof(words)))
			snprintf(why, size, "the verifier rejects %s: %s", program, words);
		else
			snprintf(why, size, "the kernel does not load %s: %s", program,
				 strerror(-r));
	}
	et_probes__destroy(skel);
	free(log);
	return r;
}

__u64 et_load__skipped(const struct et_loaded *loaded)
{
	struct bpf_program *prog;
	__u64 skipped = 0;

	if (!loaded->obj)
		return 0;
	bpf_object__for_each_program (prog, loaded->obj) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (bpf_program__fd(prog) >= 0 &&
		    bpf_prog_get_info_by_fd(bpf_program__fd(prog), &info, &size) == 0)
			skipped += info.recursion_misses;
	}
	return skipped;
}

/*
 * Wait for captured exits: BPF programs send them after the process has closed its connections.
 * That takes moments, except for a process whose files take long to close.
 */
void et_load__settle(const struct et_loaded *loaded)
{
	volatile __u64 *captured;

	if (!loaded->skel || !loaded->skel->bss)
		return;
	loaded->skel->bss->et_exits_at_once = 1;
	captured = &loaded->skel->bss->et_exits_captured;
	for (int i = 0; i < SETTLE_MS && *captured; i++)
		usleep(1000);
}

void et_load__close(struct et_loaded *loaded)
{
	for (int i = 0; i < ET_RING_KEYS_MAX; i++)
		if (loaded->ring_fds[i] >= 0)
			close(loaded->ring_fds[i]);
	et_probes__destroy(loaded->skel);
	et_costs__free(&loaded->costs);
	*loaded = (struct et_loaded){ 0 };
	for (int i = 0; i < ET_RING_KEYS_MAX; i++)
		loaded->ring_fds[i] = -1;
}
