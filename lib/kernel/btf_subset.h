/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small copy of the kernel's types (BTF), with the types that BPF programs use.
 *
 * For each type that a BPF program reads, libbpf compares the name of every kernel type: some
 * 150,000. In the copy, all other types are pointers without a name, which libbpf skips. The
 * copied types keep their IDs, because BPF programs pass IDs to the kernel's bpf_rdonly_cast().
 */
#ifndef ET_BTF_SUBSET_H
#define ET_BTF_SUBSET_H

#include <stdbool.h>

struct btf;

/* Initialize this with ET_BTF_SUBSET_INIT, and set `vmlinux`. */
struct et_btf_subset {
	const struct btf *vmlinux; /* the kernel's types; NULL: there will be no copy */
	int fd;                    /* a file in memory; -1: none yet */
	bool filled;               /* the file has the types */
	char path[32];             /* path of the file */
};

#define ET_BTF_SUBSET_INIT { .fd = -1 }

/**
 * et_btf_subset__path() - the file for bpf_object_open_opts.btf_custom_path
 * @subset:	the copy; its file has the types after et_btf_subset__fill()
 *
 * libbpf gets the path when it opens the object, but reads the file only when it loads the object.
 * et_btf_subset__fill() fills the file in between, because it needs the types of the opened object.
 *
 * Return: the path; NULL: there is no copy, and libbpf has to read all types.
 */
const char *et_btf_subset__path(struct et_btf_subset *subset);

/**
 * et_btf_subset__fill() - copy the types that BPF programs use
 * @subset:	the copy; nothing is done if its file is already filled
 * @local:	the types of the BPF programs' object
 *
 * If the kernel itself lacks a type, libbpf searches for it in the kernel's modules. With a copy,
 * libbpf does not do this. So the BPF programs must read no type that only a module has.
 *
 * Return: 0, or a negative errno: there is no copy, and et_btf_subset__path() returns NULL.
 */
int et_btf_subset__fill(struct et_btf_subset *subset, const struct btf *local);

/**
 * et_btf_subset__make() - make the copy
 * @vmlinux:	the kernel's types
 * @local:	the types of the BPF programs' object
 * @ret:	receives the copy; the caller frees it with btf__free()
 *
 * Return: 0 or a negative errno.
 */
int et_btf_subset__make(const struct btf *vmlinux, const struct btf *local, struct btf **ret);

/* Close the file. */
void et_btf_subset__close(struct et_btf_subset *subset);

#endif /* ET_BTF_SUBSET_H */
