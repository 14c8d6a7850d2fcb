/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Selects the environment variables to record, for the option --env.
 *
 * At exec the kernel puts the environment strings on the new program's stack in sequence, and
 * pointers to them below the strings. The difference of two pointers is the length of a string. The
 * BPF programs compare the beginning of each string with the wanted names. They store the wanted
 * strings as runs: ranges of bytes to copy. So they know the record's size in advance.
 *
 * A wanted variable is given by the beginning of its string: "NAME=", or a prefix of the name
 * without the "=".
 *
 * The BPF programs at exec have no stack left (512 bytes for a BPF program and all functions that
 * it calls). So they keep only the number of an element of the map `envs`, which contains
 * everything else.
 */
#ifndef ET_ENV_BPF_H
#define ET_ENV_BPF_H

#include "probes/core/put.bpf.h"

#define ET_ENV_WINDOW 2048 /* bytes of environment strings read at once */
#define ET_ENV_CHUNK  32   /* pointers to environment strings read at once */
/* largest number of runs; wanted variables after the last run are not recorded */
#define ET_ENV_RUNS 64
#define ET_ENV_STEP 32 /* bytes that are copied at once from et_env::window */

/* The working state of a BPF program that selects environment variables at exec. */
struct et_env {
	__u64 start; /* address of the first string, in the process's memory */
	__u64 table; /* user address of the pointers to the environment strings */
	/* number of BPF programs that hold or try to claim this struct; at most one holds it */
	__u32 busy;
	__u32 count; /* number of environment variables */
	__u32 width; /* bytes of a pointer of the new program: 4 or 8 */
	__u32 whole; /* bytes of all strings */
	__u32 size;  /* bytes of the strings that are compared: `whole`, but at most ET_CAP_ENV */
	__u32 base;  /* offset of `window`'s first byte, from the first string */
	__u32 ends;  /* offset of the end of `window`, from the first string */
	__u32 left_out;
	__u32 bytes; /* bytes of all ranges in `run`: the field's size */
	__u32 runs;
	__u32 flags; /* enum et_var_flags */
	__u32 pad;
	struct {
		__u32 off, len;
	} run[ET_ENV_RUNS];
	union {
		__u64 wide[ET_ENV_CHUNK + 1];
		__u32 narrow[ET_ENV_CHUNK + 1];
	} pointers;
	/*
	 * A copy of a part of the strings. The bytes after ET_ENV_WINDOW are for a string that
	 * begins in the first ET_ENV_WINDOW bytes and continues after them.
	 */
	char window[ET_ENV_WINDOW + ET_ENV_NAME_MAX];
};

_Static_assert(ET_ENV_STEP <= ET_ENV_NAME_MAX, "a step of a copy can leave the window");

/*
 * Working states for selecting variables: ET_ENV_SLOTS for each online CPU, at most 64 CPUs. User
 * space sets max_entries to et_config.env_slots. This is no per-CPU map, because such a map takes
 * memory for each possible CPU.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ET_ENV_SLOTS);
	__type(key, __u32);
	__type(value, struct et_env);
} envs __weak SEC(".maps");

/*
 * Element @slot of the map `envs`. If et_config.env.limited is false, user space does not create
 * the map, no global function of this file is called, and the result is NULL. `limited` is tested
 * because kernels before 6.8 also verify global functions that are never called (commit
 * 2afae08c9dcb, "bpf: Validate global subprogs lazily").
 */
static __always_inline struct et_env *et_env_at(__u32 slot)
{
	return et_config.env.limited ? bpf_map_lookup_elem(&envs, &slot) : NULL;
}

/*
 * Store a wanted variable as a range of bytes to copy: @len bytes at offset @off from the first
 * string. A variable right after the last range extends that range.
 */
static __always_inline void et_env_keep(struct et_env *env, __u32 off, __u32 len)
{
	__u32 last = env->runs - 1;

	barrier_var(last);
	if (last < ET_ENV_RUNS && env->run[last].off + env->run[last].len == off) {
		env->run[last].len += len;
		env->bytes += len;
		return;
	}
	last++;
	barrier_var(last);
	if (last >= ET_ENV_RUNS) {
		env->left_out++;
		return;
	}
	env->run[last].off = off;
	env->run[last].len = len;
	env->bytes += len;
	env->runs++;
}

/*
 * True if the string at offset @at of env->window begins with a wanted name. The names before
 * number @first are not compared.
 */
__weak int et_env_matches(__u32 slot, __u32 at, __u32 first)
{
	struct et_env *env = et_env_at(slot);
	const __u64 *text;

	barrier_var(at);
	if (!env || at > ET_ENV_WINDOW)
		return 0;
	text = (const __u64 *)(env->window + at);
	for (__u32 n = 0; n < ET_ENV_NAMES; n++) {
		const volatile struct et_env_name *name;
		__u32 i = first + n;

		barrier_var(i);
		if (i >= ET_ENV_NAMES)
			break;
		name = &et_config.env.wanted.names[i];
		if ((text[0] ^ name->text[0]) & name->mask[0])
			continue;
		/* A name with an empty mask ends the list of names. */
		if (!name->mask[0])
			break;
		if (!((text[1] ^ name->text[1]) & name->mask[1]) &&
		    !((text[2] ^ name->text[2]) & name->mask[2]) &&
		    !((text[3] ^ name->text[3]) & name->mask[3]))
			return 1;
	}
	return 0;
}

/* Read environment strings into env->window, from offset @off on. Returns 0 or a negative errno. */
__weak int et_env_fill(__u32 slot, __u32 off)
{
	struct et_env *env = et_env_at(slot);
	__u32 len;

	if (!env || off >= env->size)
		return -1;
	len = env->size - off;
	barrier_var(len);
	if (len > sizeof(env->window))
		len = sizeof(env->window);
	env->base = off;
	env->ends = off + len;
	return et_probe_read_user(env->window, len, env->start + off);
}

/*
 * Offset in bytes from the first environment string to the string that pointer number @i of
 * env->pointers points to.
 */
static __always_inline __u64 et_env_off(const struct et_env *env, __u32 i)
{
	__u64 at;

	barrier_var(i);
	if (i > ET_ENV_CHUNK)
		return 0;
	at = env->width == sizeof(__u64) ? env->pointers.wide[i] : env->pointers.narrow[i];
	/* The NULL after the last pointer: return the end of the strings. */
	return at ? at - env->start : env->whole;
}

/*
 * Find the wanted variables among ET_ENV_CHUNK variables, from variable number @first on. Returns
 * true if no variables are left, or if the pointers or strings cannot be used.
 */
__weak int et_env_chunk(__u32 slot, __u32 first)
{
	struct et_env *env = et_env_at(slot);
	long err;
	__u32 n;

	if (!env || first >= env->count)
		return 1;
	n = et_min(env->count - first, ET_ENV_CHUNK);
	/*
	 * Read all of env->pointers even if fewer pointers are left. On the stack, the auxiliary
	 * vector follows the pointers. The vector is longer than env->pointers, so the read stays
	 * within the stack.
	 */
	if (env->width == sizeof(__u64))
		err = et_probe_read_user(env->pointers.wide, sizeof(env->pointers.wide),
					 env->table + first * sizeof(__u64));
	else
		err = et_probe_read_user(env->pointers.narrow, sizeof(env->pointers.narrow),
					 env->table + first * sizeof(__u32));
	if (err) {
		env->flags |= ET_VAR_F_FAULT;
		return 1;
	}
	for (__u32 i = 0; i < ET_ENV_CHUNK && i < n; i++) {
		__u64 off = et_env_off(env, i), next = et_env_off(env, i + 1);
		__u32 at, name;

		/*
		 * The string begins beyond ET_CAP_ENV bytes, or another process has changed the
		 * pointers.
		 */
		if (off >= env->size || next <= off) {
			env->flags |= ET_VAR_F_PARTIAL;
			return 1;
		}
		at = (__u32)off - env->base;
		if ((at > ET_ENV_WINDOW ||
		     ((__u32)off + ET_ENV_NAME_MAX > env->ends && env->ends < env->size)) &&
		    et_env_fill(slot, off)) {
			env->flags |= ET_VAR_F_FAULT;
			return 1;
		}
		at = (__u32)off - env->base;
		barrier_var(at);
		/* Never true; the verifier needs the check. */
		if (at > ET_ENV_WINDOW)
			return 1;
		/*
		 * The string's first two bytes select an element of the table `first`. For most
		 * strings the element is 0: no wanted name has these two bytes. The modulo tells
		 * the verifier the largest index: older verifiers do not know the bounds of the
		 * result of `|`.
		 */
		name = et_env_hash(env->window[at], env->window[at + 1]);
		barrier_var(name);
		name = et_config.env.wanted.first[name % ET_ENV_FIRST];
		if (name && et_env_matches(slot, at, name - 1))
			et_env_keep(env, off, (__u32)et_min(next, env->size) - (__u32)off);
		else
			env->left_out++;
	}
	return 0;
}

/*
 * Claim an element of the map `envs` for this BPF program. Until et_env_release(), no other BPF
 * program gets this element, neither on another CPU nor in an interrupt. Returns the element's
 * index, or -1 if all are in use.
 */
static __always_inline int et_env_claim(void)
{
	__u32 first = bpf_get_smp_processor_id() * ET_ENV_SLOTS;

	for (__u32 i = 0; i < ET_ENV_SLOTS; i++) {
		__u32 slot = (first + i) % et_config.env_slots;
		struct et_env *env = et_env_at(slot);

		if (!env)
			break;
		__sync_fetch_and_add(&env->busy, 1);
		if (*(volatile __u32 *)&env->busy == 1)
			return slot;
		__sync_fetch_and_add(&env->busy, -1);
	}
	return -1;
}

/*
 * Find the pointers to the environment strings. The new program's stack begins with argc, argc
 * pointers to arguments and a NULL; then these pointers follow. Each number and pointer has 8
 * bytes, or 4 in a 32-bit program. The right size is the one for which the first pointer points to
 * the first string.
 */
static __always_inline void et_env_find_table(struct et_env *env, __u64 stack, __u32 argc)
{
	__u64 first = 0;

	env->width = sizeof(__u64);
	env->table = stack + (argc + 2) * sizeof(__u64);
	et_probe_read_user(&first, sizeof(__u64), env->table);
	if (first == env->start)
		return;
	env->width = sizeof(__u32);
	env->table = stack + (argc + 2) * sizeof(__u32);
	first = 0;
	et_probe_read_user(&first, sizeof(__u32), env->table);
	if (first != env->start)
		env->flags |= ET_VAR_F_PARTIAL;
}

/*
 * Select variables of the environment, whose strings are between the user addresses @start and
 * @end. @stack is the address of argc. @counts has argc in the lower half and the number of
 * variables in the upper half. Returns the index of the element of `envs` with the result; the
 * caller must pass it to et_env_release(). Returns -1 if all variables are wanted or none is, or if
 * no element is free.
 */
__weak int et_env_look(__u64 start, __u64 end, __u64 stack, __u64 counts)
{
	struct et_env *env;
	int slot;

	if (!et_config.env.limited || !et_config.env.wanted.count)
		return -1;
	slot = et_env_claim();
	env = et_env_at(slot);
	if (!env)
		return -1;
	env->start = start;
	env->count = counts >> 32;
	env->whole = end <= start ? 0 : et_min(end - start, ~0U);
	env->size = et_min(env->whole, ET_CAP_ENV);
	env->base = 0;
	env->ends = 0;
	env->left_out = 0;
	env->bytes = 0;
	env->runs = 0;
	env->flags = 0;
	if (env->size)
		et_env_find_table(env, stack, counts);
	if (env->flags)
		env->left_out = env->count;
	else
		for (__u32 first = 0; first < ET_CAP_ENV; first += ET_ENV_CHUNK)
			if (et_env_chunk(slot, first))
				break;
	return slot;
}

/*
 * Size in bytes of the field ENV in a record, with header and padding. @slot is the result of
 * et_env_look().
 */
static __always_inline __u32 et_env_need(int slot, __u64 start, __u64 end)
{
	struct et_src src = {};
	struct et_env *env;

	if (!et_config.env.limited) {
		src = et_src_user_range(start, end, ET_CAP_ENV);
		return et_need(&src);
	}
	env = et_env_at(slot);
	src.size = env ? et_min(env->bytes, ET_CAP_ENV) : 0;
	return et_need(&src);
}

/*
 * How many of the @count environment variables are not recorded. @slot is the result of
 * et_env_look().
 */
static __always_inline __u32 et_env_left_out(int slot, __u32 count)
{
	struct et_env *env = et_env_at(slot);

	return env ? env->left_out : et_config.env.limited ? count : 0;
}

static __always_inline void et_env_release(int slot)
{
	struct et_env *env = et_env_at(slot);

	if (env)
		__sync_fetch_and_add(&env->busy, -1);
}

/*
 * Number of bytes of the range env->run[@i] that still fit into the field, which has @done bytes.
 * Sets *ret_at to the range's address in user memory. Returns 0 after the last range.
 */
static __always_inline __u32 et_env_run(const struct et_env *env, __u32 i, __u32 done,
					__u64 *ret_at)
{
	__u32 len;

	*ret_at = 0;
	barrier_var(i);
	if (i >= ET_ENV_RUNS || i >= env->runs || done >= ET_CAP_ENV)
		return 0;
	*ret_at = env->start + env->run[i].off;
	len = env->run[i].len;
	return et_min(len, ET_CAP_ENV - done);
}

/*
 * Copy @len bytes at offset @at of env->window to scratch memory, ET_ENV_STEP bytes at once. The
 * last step may copy more bytes than needed.
 */
__weak int et_env_copy_run(__u32 slot, __u32 off, __u32 env_slot, __u32 at, __u32 len)
{
	struct et_env *env = et_env_at(env_slot);
	char *dst = et_slot_at(slot, off);

	if (!env || !dst)
		return 0;
	for (__u32 done = 0; done < ET_ENV_WINDOW; done += ET_ENV_STEP) {
		__u32 from = at + done;

		barrier_var(len);
		if (done >= len)
			break;
		barrier_var(from);
		if (from > ET_ENV_WINDOW)
			break;
		for (int w = 0; w < ET_ENV_STEP / 8; w++)
			((__u64 *)(dst + done))[w] = ((const __u64 *)(env->window + from))[w];
	}
	return 0;
}

/* Build the field ENV in scratch memory. */
__weak int et_env_copy(__u32 slot, __u32 off, __u32 env_slot)
{
	struct et_walk *walk = et_walk_of(slot);
	struct et_env *env = et_env_at(env_slot);
	char *dst;
	bool small;

	/*
	 * The loop writes at most ET_CAP_ENV bytes from @off on. But the verifier assumes up to
	 * twice as many, so leave room for these.
	 */
	barrier_var(off);
	if (!env || !walk || off > ET_SCRATCH_SIZE - 2 * ET_CAP_ENV - 4096)
		return 0;
	dst = et_slot_at(slot, off);
	if (!dst)
		return 0;
	small = env->size <= ET_ENV_WINDOW;
	for (int i = 0; i < ET_ENV_RUNS; i++) {
		__u32 done = walk->pos, len;
		__u64 at;

		barrier_var(done);
		if (done >= ET_CAP_ENV)
			break;
		len = et_env_run(env, i, done, &at);
		barrier_var(len);
		if (!len || len > ET_CAP_ENV)
			break;
		walk->pos = done + len;
		/*
		 * All strings of a small environment are in env->window. For a short range a helper
		 * call takes longer than a copy from there.
		 */
		if (small) {
			et_env_copy_run(slot, off + done, env_slot, at - env->start, len);
			continue;
		}
		if (et_probe_read_user(dst + done, len, at)) {
			walk->pos = done;
			walk->place.flags = ET_VAR_F_FAULT;
			break;
		}
	}
	return 0;
}

/* Build the field ENV in a record in the ring. */
static __noinline int et_env_direct(struct bpf_dynptr *ptr, struct et_walk *walk, __u32 off,
				    __u32 env_slot)
{
	struct et_env *env = et_env_at(env_slot);
	int i;

	if (!env)
		return 0;
	bpf_for (i, 0, ET_ENV_RUNS) {
		__u32 done = walk->pos, len;
		__u64 at;

		len = et_env_run(env, i, done, &at);
		if (!len)
			break;
		if (et_probe_read_user_dynptr(ptr, off + done, len, at)) {
			walk->place.flags = ET_VAR_F_FAULT;
			break;
		}
		walk->pos = done + len;
	}
	return 0;
}

/*
 * Append the field ENV to a record: the wanted variables of the environment, whose strings are
 * between the user addresses @start and @end.
 */
static __always_inline void et_put_env(struct et_emit *em, int slot, __u64 start, __u64 end)
{
	struct et_walk *walk = &em->lane->walk;
	struct et_env *env;

	if (!et_config.env.limited) {
		struct et_src src = et_src_user_range(start, end, ET_CAP_ENV);

		et_put_user(em, ENV, &src);
		return;
	}
	env = et_env_at(slot);
	walk->pos = 0;
	walk->place.flags = env ? env->flags : et_config.env.wanted.count ? ET_VAR_F_PARTIAL : 0;
	if (env && em->direct)
		et_env_direct(&em->ptr, walk, et_data_at(em), slot);
	else if (env)
		et_env_copy(em->slot, et_build_at(em), slot);
	et_var_end_walk(em, ET_VAR_ENV, ET_CAP_ENV, walk->pos);
}

#endif /* ET_ENV_BPF_H */
