// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The operations of which a probe consists, each in a loop. User space runs a program with
 * BPF_PROG_TEST_RUN, so no program is attached. helpers.c has the table of all programs.
 */
#include "probes/core/common.bpf.h"

/* Size in bytes of the record of a one-byte terminal write. */
#define RECORD_BYTES 152

/* Repetitions of an operation in one run. helpers.c divides by this number. */
const volatile __u32 helpers_repeats = 0;
#define REPEATS_MAX 1000

/* User space sets this: user memory of at least 1,024 bytes. */
const volatile __u64 helpers_user = 0;

__u64 helpers_ns = 0;    /* time of the last run, in nanoseconds */
__u64 helpers_done = 0;  /* repetitions in the last run */
__u64 helpers_fails = 0; /* operations that failed */
__u64 helpers_sink = 0;  /* results go here, so that the compiler keeps the operations */

char helpers_memory[1024];

/* User space sets the size before loading, and empties the ring after each run. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} helpers_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} helpers_array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} helpers_percpu SEC(".maps");

/*
 * Define the program helper_NAME, which executes @statement helpers_repeats times. PREPARE and
 * FINISH run once, outside of the measured time.
 */
#define HELPER_BETWEEN(NAME, PREPARE, FINISH, statement)                   \
	SEC("?raw_tp")                                                     \
	int helper_##NAME(void *ctx)                                       \
	{                                                                  \
		__u64 begin;                                               \
		__u32 i;                                                   \
		PREPARE;                                                   \
                                                                           \
		begin = bpf_ktime_get_ns();                                \
		for (i = 0; i < REPEATS_MAX && i < helpers_repeats; i++) { \
			statement;                                         \
			barrier();                                         \
		}                                                          \
		helpers_ns = bpf_ktime_get_ns() - begin;                   \
		helpers_done = i;                                          \
		FINISH;                                                    \
		return 0;                                                  \
	}

#define HELPER(NAME, statement) HELPER_BETWEEN(NAME, , , statement)

static __always_inline void expect(bool true_if_done)
{
	if (!true_if_done)
		helpers_fails++;
}

HELPER(loop, )
HELPER(clock, helpers_sink = bpf_ktime_get_ns())
HELPER(cpu, helpers_sink = bpf_get_smp_processor_id())
HELPER(task, helpers_sink = bpf_get_current_task())

/* ---- maps and counters ------------------------------------------------------------------- */

static __always_inline void look_up(void *map)
{
	__u32 zero = 0;

	expect(bpf_map_lookup_elem(map, &zero) != NULL);
}

HELPER(array, look_up(&helpers_array))
HELPER(percpu_array, look_up(&helpers_percpu))
HELPER(atomic_add, __sync_fetch_and_add(&helpers_sink, 1))

/* ---- reads ------------------------------------------------------------------------------- */

HELPER(typed_load,
       helpers_sink = bpf_core_cast((void *)bpf_get_current_task(), struct task_struct)->tgid)

static __always_inline void probe_kernel(const void *task)
{
	__u64 value = 0;

	expect(!bpf_probe_read_kernel(&value, sizeof(value), task));
	helpers_sink = value;
}

HELPER_BETWEEN(probe_kernel, const void *task = (void *)bpf_get_current_task(), ,
	       probe_kernel(task))

static __always_inline void probe_user(__u32 size)
{
	expect(!et_probe_read_user(helpers_memory, size, helpers_user));
}

HELPER(probe_user_1, probe_user(1))
HELPER(probe_user_64, probe_user(64))
HELPER(probe_user_1024, probe_user(1024))

/* ---- the ring ---------------------------------------------------------------------------- */

static __always_inline void reserve(void)
{
	void *rec = bpf_ringbuf_reserve(&helpers_ring, RECORD_BYTES, 0);

	expect(rec != NULL);
	if (rec)
		bpf_ringbuf_submit(rec, BPF_RB_NO_WAKEUP);
}

static __always_inline void reserve_dynptr(void)
{
	struct bpf_dynptr ptr;

	expect(!bpf_ringbuf_reserve_dynptr(&helpers_ring, RECORD_BYTES, 0, &ptr));
	bpf_ringbuf_submit_dynptr(&ptr, BPF_RB_NO_WAKEUP);
}

static __always_inline void reserve_dynptr_data(void)
{
	struct bpf_dynptr ptr;

	bpf_ringbuf_reserve_dynptr(&helpers_ring, RECORD_BYTES, 0, &ptr);
	expect(bpf_dynptr_data(&ptr, 0, RECORD_BYTES) != NULL);
	bpf_ringbuf_submit_dynptr(&ptr, BPF_RB_NO_WAKEUP);
}

HELPER(reserve, reserve())
HELPER(reserve_dynptr, reserve_dynptr())
HELPER(reserve_dynptr_data, reserve_dynptr_data())
HELPER(output,
       expect(!bpf_ringbuf_output(&helpers_ring, helpers_memory, RECORD_BYTES, BPF_RB_NO_WAKEUP)))
HELPER(query, helpers_sink = bpf_ringbuf_query(&helpers_ring, BPF_RB_AVAIL_DATA))

/* ---- a record of 1,024 bytes that stays reserved ------------------------------------------ */

#define HELPER_IN_RING(NAME, statement)                                                            \
	HELPER_BETWEEN(NAME, struct bpf_dynptr ptr;                                                \
		       bpf_ringbuf_reserve_dynptr(&helpers_ring, sizeof(helpers_memory), 0, &ptr), \
		       bpf_ringbuf_discard_dynptr(&ptr, BPF_RB_NO_WAKEUP), statement)

#define PROBE_USER_DYNPTR(size) expect(!et_probe_read_user_dynptr(&ptr, 0, size, helpers_user))

HELPER_IN_RING(dynptr_data, expect(bpf_dynptr_data(&ptr, 0, RECORD_BYTES) != NULL))
HELPER_IN_RING(dynptr_write, expect(!bpf_dynptr_write(&ptr, 0, helpers_memory, 12, 0)))
HELPER_IN_RING(probe_user_dynptr_1, PROBE_USER_DYNPTR(1))
HELPER_IN_RING(probe_user_dynptr_64, PROBE_USER_DYNPTR(64))
HELPER_IN_RING(probe_user_dynptr_1024, PROBE_USER_DYNPTR(1024))

char LICENSE[] SEC("license") = "Dual BSD/GPL";
