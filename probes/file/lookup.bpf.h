/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Finds the dentry of a path that is an argument of a system call, for BPF programs that get no
 * dentry from their hook. The lookup follows the path as the kernel does, through the dentry cache.
 *
 * The system call has just resolved the path, so its dentries are in memory. The lookup finds them
 * in the kernel's hash table of dentries (dcache.bpf.h). If that table's address is unknown, the
 * lookup compares a directory's dentries one by one, the newest first, up to a limit. It follows
 * symbolic links whose target is in memory, and links of procfs (procfs.bpf.h). Like the kernel, it
 * follows at most 40 links. It does not search directories whose file system has its own rules for
 * names.
 *
 * If the lookup cannot find the file, the event has the path as the process gave it, flagged as
 * unresolved. A dentry is accepted only if its whole name and its directory are right.
 *
 * Other processes can rename a component after the system call has resolved the path and before the
 * lookup. The lookup then finds another file, or none. BPF programs at kernel functions inside the
 * operation, such as vfs_unlink(), always get the right file.
 */
#ifndef ET_LOOKUP_BPF_H
#define ET_LOOKUP_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/kernel_str.bpf.h"
#include "probes/core/name.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/task.bpf.h"
#include "probes/core/task_map.bpf.h"
#include "probes/file/call_path.bpf.h"
#include "probes/file/dcache.bpf.h"
#include "probes/file/procfs.bpf.h"

/*
 * largest number of steps. Each component of the path, or of a followed link's target, is a step,
 * and so is each repeated slash
 */
#define LOOKUP_STEPS 256
/* largest number of bytes of slashes and dots that are skipped at either end of a path */
#define LOOKUP_DOTS 64
/* largest number of symbolic links that a lookup follows: MAXSYMLINKS of include/linux/namei.h */
#define LOOKUP_LINKS 40
#define LOOKUP_STACK 8 /* largest number of mounts stacked on one directory */
/* largest number of dentries of a directory that are compared if the hash table is unknown */
#define LOOKUP_FILES  512
#define LOOKUP_MOUNTS 256 /* largest number of mounts below one mount that are searched */
#define LOOKUP_LEG    16  /* dentries or mounts per call of a global function */
/* largest number of tasks that look up paths at once, on kernels without task storage */
#define LOOKUP_PLACES 2048

#define LOOKUP_NAME 264 /* bytes for a name: NAME_MAX + 1, and a 64-bit word after it */

/* Whether a lookup follows a symbolic link that is the path's last name. */
enum lookup_follow {
	LOOKUP_PARENT,   /* never: the system call creates, renames or deletes the link itself */
	LOOKUP_NOFOLLOW, /* only if a slash follows the link */
	LOOKUP_FOLLOW,
};

/*
 * The state of the current task's lookup of a path. It is in a map and not on the stack, so the
 * verifier follows fewer cases. For a deletion, the path is looked up at the system call's entry,
 * and the state is still used at the exit.
 */
struct lookup {
	__u64 dentry; /* current directory; at the end: the one that contains the last component */
	__u64 mount;
	__u64 root_dentry;
	__u64 root_mount;
	__u64 found; /* dentry of the path's last component; 0: none was found */
	/*
	 * address of the rest of the path: in user memory, or in a symbolic link's target in the
	 * kernel
	 */
	__u64 rest;
	__u64 last; /* address of the path's last component */
	/* bytes of the last component; 0: the path is the directory itself, such as "." */
	__u32 last_len;
	__u32 slash; /* true if a slash follows the last component */
	/* ET_VAR_F_UNRESOLVED if the lookup ended early; `last` is then the whole path */
	__u32 flags;
	__u32 hash;              /* hash of the component at the start of `name` */
	char name[LOOKUP_NAME];  /* the component that is searched now, and the rest of the path */
	char other[LOOKUP_NAME]; /* a dentry's name, to compare; for a deletion: the file's name */
	/* For a rename: the old path. It is in the map because the stack has no room for it. */
	struct et_src_name src;
	/*
	 * For a deletion: the saved fields of the file. The next members are the length of its name
	 * and its link target.
	 */
	struct et_file_info info;
	__u32 name_len;
	__u32 link_len; /* full length in bytes of the link target */
	__u32 link_has; /* bytes of the link target that are in `link` */
	__u32 saved;    /* true if the file to delete is saved: `info`, `other`, `link` */
	char link[LOOKUP_NAME];
	__u32 follow; /* whether to follow a symbolic link at the end: enum lookup_follow */
	__u32 links;  /* symbolic links followed so far */
	/* number of elements of `after` */
	__u32 depth;
	__u32 pad_depth;
	/* for each followed link that is not the last name: address of the string after the link */
	__u64 after[LOOKUP_LINKS];
	char text[PROCFS_TEXT]; /* generated target of a procfs link, such as `self` */
};

ET_TASK_MAP(lookups, struct lookup, BPF_MAP_TYPE_HASH, LOOKUP_PLACES);

/*
 * For a system call with two paths: the lookup of the first path, while the second path is looked
 * up.
 */
ET_TASK_MAP(first_lookups, struct lookup, BPF_MAP_TYPE_HASH, LOOKUP_PLACES / 4);

static __always_inline struct lookup *lookup_mine(void)
{
	return lookups_find();
}

static __always_inline struct lookup *lookup_first(void)
{
	return first_lookups_find();
}

/* The dentry of the path's last component; NULL if none was found. */
static __always_inline struct dentry *lookup_found(const struct lookup *l)
{
	__u64 found = l->found;

	return (struct dentry *)found;
}

/*
 * The current directory of the lookup. At the end of the lookup it is the directory that contains
 * the path's last component.
 */
static __always_inline struct dentry *lookup_folder(const struct lookup *l)
{
	__u64 dentry = l->dentry;

	return (struct dentry *)dentry;
}

/*
 * At the system call's exit: delete the state of the current task's lookup. With task storage, the
 * memory stays for the task's next lookup, which begins with lookup_reset().
 */
static __always_inline void lookup_drop(void)
{
	struct lookup *l;

	if (!et_config.task_storage) {
		lookups_drop();
		return;
	}
	l = lookup_mine();
	if (l)
		l->found = l->saved = l->last_len = 0;
}

static __always_inline void lookup_drop_first(void)
{
	if (!et_config.task_storage)
		first_lookups_drop();
}

/* True if the name of @dentry equals l->name. The caller has already compared the lengths. */
__weak int lookup_is_same(__u64 dentry)
{
	struct lookup *l = lookup_mine();
	__u64 differ, rest;
	__u32 len;

	if (!l)
		return 0;
	len = l->name_len;
	barrier_var(len);
	if (len > ET_NAME_MAX)
		return 0;
	bpf_probe_read_kernel(l->other, len, et_read((struct dentry *)dentry, d_name.name));
	/* Compare whole words, then the remaining bytes of the name. */
	rest = (1ULL << len % 8 * 8) - 1;
	for (__u32 i = 0; i <= ET_NAME_MAX / 8; i++) {
		differ = ((__u64 *)l->name)[i] ^ ((__u64 *)l->other)[i];
		if ((i + 1) * 8 > len)
			return !(differ & rest);
		if (differ)
			return 0;
	}
	return 0;
}

/*
 * Compare up to LOOKUP_LEG dentries in the directory @parent, from @entry on, with l->name. Returns
 * the next dentry to compare, or 0 if none is left or the name was found.
 *
 * It is a global function, which the verifier checks only once. The verifier would follow each
 * iteration of a single long loop.
 */
__weak __u64 lookup_some(__u64 parent, __u64 entry)
{
	struct dentry *dir = (struct dentry *)parent, *child = (struct dentry *)entry;
	struct lookup *l = lookup_mine();
	__u32 len;

	if (!l)
		return 0;
	len = l->name_len;
	for (int i = 0; i < LOOKUP_LEG && child; i++) {
		/*
		 * Skip dentries that are not in the hash table: their file is deleted and still
		 * open, or the kernel has not completed them yet.
		 */
		if (et_read(child, d_name.len) == len && et_read(child, d_hash.pprev) &&
		    et_read(child, d_parent) == dir && lookup_is_same((__u64)child)) {
			/*
			 * A dentry without an inode (a negative dentry) means that the file does
			 * not exist.
			 */
			if (et_read(child, d_inode))
				l->found = (__u64)child;
			return 0;
		}
		child = et_next_child(dir, child);
	}
	return (__u64)child;
}

/*
 * Search for l->name in the directory @parent. Compare up to DCACHE_CHUNK dentries of a chain of
 * the kernel's hash table, from the node @node on. Returns the next node to compare, or 0 if none
 * is left or the name was found.
 */
__weak __u64 lookup_chain_some(__u64 parent, __u64 node)
{
	struct dentry *dir = (struct dentry *)parent, *child;
	struct lookup *l = lookup_mine();
	__u32 len, hash;

	if (!l)
		return 0;
	len = l->name_len;
	hash = l->hash;
	for (int i = 0; i < DCACHE_CHUNK && node; i++) {
		child = dcache_of_node(node);
		if (et_read(child, d_name.hash) == hash && et_read(child, d_name.len) == len &&
		    et_read(child, d_parent) == dir && et_read(child, d_hash.pprev) &&
		    lookup_is_same((__u64)child)) {
			if (et_read(child, d_inode))
				l->found = (__u64)child;
			return 0;
		}
		node = dcache_next(child);
	}
	return node;
}

/*
 * Search the current directory for l->name. Returns 0 if the search was complete: l->found is then
 * the file's dentry, or 0 if there is no such file. Returns -1 if the result is unknown.
 */
__weak int lookup_child(void)
{
	struct lookup *l = lookup_mine();
	struct dentry *dir;
	__u64 more;

	if (!l)
		return -1;
	l->found = 0;
	dir = lookup_folder(l);
	/*
	 * The result is unknown if the file system has its own rules for names, for example ignores
	 * case.
	 */
	if (et_read(dir, d_op) && (et_read(dir, d_op, d_compare) || et_read(dir, d_op, d_hash)))
		return -1;
	if (et_dcache_table) {
		more = dcache_chain(l->hash);
		for (int i = 0; i < DCACHE_CHAIN / DCACHE_CHUNK && more; i++)
			more = lookup_chain_some((__u64)dir, more);
	} else {
		more = (__u64)et_first_child(dir);
		for (int i = 0; i < LOOKUP_FILES / LOOKUP_LEG && more; i++)
			more = lookup_some((__u64)dir, more);
	}
	return more ? -1 : 0;
}

enum dentry_flags___named {
	DCACHE_MOUNTED___named = 32768,
};

/*
 * Search up to LOOKUP_LEG of the mounts below @mount, from the list node @at on, for a mount on the
 * directory @dentry. If there is one, set l->dentry and l->mount to its root. Returns the next node
 * to search, or 0 if the search is complete.
 */
__weak __u64 lookup_some_mounts(__u64 dentry, __u64 mount, __u64 at)
{
	struct mount *m = (void *)mount - bpf_core_field_offset(struct mount, mnt), *child;
	void *head = (void *)m + bpf_core_field_offset(struct mount, mnt_mounts);
	void *node = (void *)at;

	for (int i = 0; i < LOOKUP_LEG && node && node != head; i++) {
		child = node - bpf_core_field_offset(struct mount, mnt_child);
		if (et_read_address(child, mnt_mountpoint) == dentry) {
			struct lookup *l = lookup_mine();

			if (l) {
				l->dentry = et_read_address(child, mnt.mnt_root);
				l->mount = (__u64)child + bpf_core_field_offset(struct mount, mnt);
			}
			return 0;
		}
		node = (void *)et_read_address(child, mnt_child.next);
	}
	return node == head ? 0 : (__u64)node;
}

/*
 * Set l->dentry and l->mount to the root of the mount on the directory @dentry of @mount. If no
 * mount is there, set them to @dentry and @mount. Returns 1 if there is a mount, 0 if not, and -1
 * if this is unknown.
 */
__weak int lookup_mounted(__u64 dentry, __u64 mount)
{
	struct lookup *l = lookup_mine();
	struct mount *m;
	__u64 node;

	if (!l)
		return 0;
	l->dentry = dentry;
	l->mount = mount;
	m = (void *)mount - bpf_core_field_offset(struct mount, mnt);
	node = et_read_address(m, mnt_mounts.next);
	for (int i = 0; i < LOOKUP_MOUNTS / LOOKUP_LEG && node; i++)
		node = lookup_some_mounts(dentry, mount, node);
	/*
	 * If a node remains, there are more than LOOKUP_MOUNTS mounts, and not all were searched.
	 */
	return node ? -1 : l->mount != mount;
}

/* Continue the lookup in the directory @dentry of @mount, or in the topmost mount on it. */
__weak int lookup_enter(__u64 dentry, __u64 mount)
{
	struct lookup *l = lookup_mine();
	int more = 1;

	if (!l)
		return -1;
	/*
	 * The flag DCACHE_MOUNTED is set on directories with mounts; its value differs between
	 * kernels. If BTF knows the flag, most directories need no search for mounts.
	 */
	if (bpf_core_enum_value_exists(enum dentry_flags___named, DCACHE_MOUNTED___named) &&
	    !(et_read((struct dentry *)dentry, d_flags) &
	      bpf_core_enum_value(enum dentry_flags___named, DCACHE_MOUNTED___named))) {
		l->dentry = dentry;
		l->mount = mount;
		return 0;
	}
	for (int i = 0; i < LOOKUP_STACK && more > 0; i++) {
		more = lookup_mounted(dentry, mount);
		dentry = l->dentry;
		mount = l->mount;
	}
	return more ? -1 : 0;
}

/*
 * Continue the lookup in the parent directory, as the kernel does for "..". The root directory of a
 * mount has its parent directory in the file system on which it is mounted. If another mount covers
 * the parent directory, continue in the root directory of that mount.
 */
__weak int lookup_up(void)
{
	struct lookup *l = lookup_mine();

	if (!l)
		return -1;
	for (int i = 0; i < LOOKUP_STACK; i++) {
		struct dentry *dentry = lookup_folder(l);
		struct vfsmount *mnt = (void *)l->mount;
		struct mount *m = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
		struct mount *up;

		if (l->dentry == l->root_dentry && l->mount == l->root_mount)
			return 0;
		if (et_read_address(mnt, mnt_root) != (__u64)dentry)
			return lookup_enter(et_read_address(dentry, d_parent), l->mount);
		up = (struct mount *)et_read_address(m, mnt_parent);
		if (!up || up == m)
			return 0;
		l->dentry = et_read_address(m, mnt_mountpoint);
		l->mount = (__u64)up + bpf_core_field_offset(struct mount, mnt);
	}
	return -1;
}

#define LOOKUP_BYTES 0x0101010101010101ULL /* a word in which each byte is 1 */

/*
 * Returns a word with marks for the zero bytes of @word: the highest bit of the first zero byte is
 * set. Marks in later bytes may be wrong.
 */
static __always_inline __u64 lookup_zeroes(__u64 word)
{
	return (word - LOOKUP_BYTES) & ~word & LOOKUP_BYTES << 7;
}

/*
 * Length in bytes of the first path component in l->name. Sets l->hash to the component's hash in
 * the current directory. -1 if the component is too long.
 */
__weak int lookup_name_len(void)
{
	struct lookup *l = lookup_mine();
	struct dcache_hash hash = {};
	__u64 ends, before;

	if (!l)
		return -1;
	hash.y = l->dentry;
	for (int i = 0; i <= ET_NAME_MAX / 8; i++) {
		__u64 word = ((__u64 *)l->name)[i];

		ends = lookup_zeroes(word) | lookup_zeroes(word ^ LOOKUP_BYTES * '/');
		if (!ends) {
			dcache_hash_word(&hash, word);
			continue;
		}
		/*
		 * `before` has all bits set in the bytes before the component's end. The
		 * multiplication counts these bytes, and the shift moves the count down. Example:
		 * "ab/" gives before = 0xffff, and 0x0101 * 0x0101010101010101 >> 56 is 2.
		 */
		before = ((ends & -ends) >> 7) - 1;
		l->hash = dcache_hash_end(&hash, word & before);
		return i * 8 + ((before & LOOKUP_BYTES) * LOOKUP_BYTES >> 56);
	}
	return -1;
}

enum lookup_state {
	LOOKUP_MORE = 0,
	LOOKUP_DONE = 1,
	LOOKUP_FAILED = -1,
};

/* Read @size bytes at @str, an address in user or kernel memory. */
static __always_inline long lookup_read_bytes(void *to, __u32 size, __u64 str)
{
	return et_is_user(str) ? et_probe_read_user(to, size, str)
			       : bpf_probe_read_kernel(to, size, (void *)str);
}

static __always_inline int lookup_read(struct lookup *l)
{
	long n;

	if (et_is_user(l->rest))
		n = et_read_user_str(l->name, ET_NAME_MAX + 2, l->rest);
	else
		n = bpf_probe_read_kernel_str(l->name, ET_NAME_MAX + 2, (void *)l->rest);
	return n > 0 ? 0 : -1;
}

/* ---- symbolic links ---------------------------------------------------------------------- */

/*
 * Continue the lookup with the target of a symbolic link, the string @text. If it begins with a
 * slash, continue in the root directory, else in the link's directory.
 */
static __always_inline int lookup_into_text(struct lookup *l, __u64 text)
{
	char first = 0;

	if (bpf_probe_read_kernel(&first, 1, (void *)text))
		return LOOKUP_FAILED;
	if (first == '/') {
		l->dentry = l->root_dentry;
		l->mount = l->root_mount;
	}
	l->rest = text;
	return LOOKUP_MORE;
}

/*
 * Continue the lookup at the target of a procfs link, whose dentry is @dentry. Other symbolic links
 * without a stored target end the lookup.
 */
__weak int lookup_into_procfs(__u64 dentry)
{
	const struct dentry *link = (const struct dentry *)dentry;
	const struct inode *inode = (const struct inode *)et_read_address(link, d_inode);
	struct lookup *l = lookup_mine();
	struct path path = {};
	__u64 pde;

	if (!l || !procfs_is(inode))
		return LOOKUP_FAILED;
	/*
	 * A procfs link to another name in procfs, such as `mounts`: the kernel's proc_symlink()
	 * has stored the target.
	 */
	pde = et_read_address(procfs_inode(inode), pde);
	if (pde)
		return lookup_into_text(l, et_read_address((struct proc_dir_entry *)pde, data));
	__builtin_memset(l->text, 0, sizeof(l->text));
	if (procfs_self(inode, link, l->text))
		return lookup_into_text(l, (__u64)l->text);
	if (!procfs_path(inode, link, &path))
		return LOOKUP_FAILED;
	l->dentry = (__u64)path.dentry;
	l->mount = (__u64)path.mnt;
	return LOOKUP_MORE;
}

/*
 * Follow the symbolic link l->found. @more is true if another component follows the link; then save
 * the rest of the path.
 */
static __always_inline int lookup_into_link(struct lookup *l, bool more)
{
	struct dentry *dentry = lookup_found(l);
	__u32 depth = l->depth;
	const char *text;

	if (l->links >= LOOKUP_LINKS)
		return LOOKUP_FAILED;
	l->links++;
	if (more) {
		barrier_var(depth);
		if (depth >= LOOKUP_LINKS)
			return LOOKUP_FAILED;
		l->after[depth] = l->rest;
		l->depth = depth + 1;
		/*
		 * Set an empty rest of the path. It is used for a procfs link that leads directly
		 * to a file and has no target string.
		 */
		l->rest = (__u64)l->text + sizeof(l->text) - 1;
	}
	l->last_len = l->slash = 0;
	l->found = 0;
	text = et_link_of(et_read(dentry, d_inode));
	if (text)
		return lookup_into_text(l, (__u64)text);
	return lookup_into_procfs((__u64)dentry);
}

static __always_inline bool lookup_found_link(const struct lookup *l)
{
	return l->found && et_inode_type(et_read(lookup_found(l), d_inode)) == S_IFLNK;
}

/*
 * The end of a string is reached: of the path, or of the target of a symbolic link. After a target,
 * continue with the rest of the string that contains the link. After the path: if its last name is
 * a link and l->follow allows it, continue with the link's target; otherwise the lookup is done.
 */
static __always_inline int lookup_end(struct lookup *l)
{
	__u32 depth = l->depth - 1;

	if (l->depth) {
		barrier_var(depth);
		if (depth >= LOOKUP_LINKS)
			return LOOKUP_FAILED;
		l->rest = l->after[depth];
		l->depth = depth;
		return LOOKUP_MORE;
	}
	if (!l->last_len || !lookup_found_link(l) || l->follow == LOOKUP_PARENT ||
	    (l->follow == LOOKUP_NOFOLLOW && !l->slash))
		return LOOKUP_DONE;
	l->follow = LOOKUP_FOLLOW;
	return lookup_into_link(l, false);
}

/* ---- the steps of a lookup ------------------------------------------------------------ */

/*
 * Look up the path component at the start of l->name. Sets *ret_end if the string ends with this
 * component.
 */
static __always_inline int lookup_next_name(struct lookup *l, bool *ret_end)
{
	int len = lookup_name_len();

	if (len <= 0)
		return LOOKUP_FAILED;
	l->slash = 0;
	l->last = l->rest;
	l->rest += len;
	barrier_var(len);
	if (len <= ET_NAME_MAX && l->name[len] == '/') {
		l->slash = 1;
		l->rest++;
	} else {
		*ret_end = true;
	}
	l->last_len = 0;
	l->found = 0;
	if (l->name[0] == '.' && len == 1)
		return LOOKUP_MORE;
	if (l->name[0] == '.' && l->name[1] == '.' && len == 2)
		return lookup_up() ? LOOKUP_FAILED : LOOKUP_MORE;
	l->last_len = l->name_len = len;
	return lookup_child() ? LOOKUP_FAILED : LOOKUP_MORE;
}

/*
 * Do one step of the lookup: skip a slash, look up one component, or handle the end of a string.
 * Returns enum lookup_state.
 */
__weak int lookup_step(void)
{
	struct lookup *l = lookup_mine();
	bool end = false;
	__u32 type;
	int state;

	if (!l || lookup_read(l))
		return LOOKUP_FAILED;
	if (!l->name[0])
		return lookup_end(l);
	if (l->name[0] == '/') {
		l->slash = 1;
		l->rest++;
		return LOOKUP_MORE;
	}
	/*
	 * l->name begins with another component. So the component before it must be a directory, or
	 * a symbolic link to one.
	 */
	if (l->last_len) {
		if (lookup_found_link(l))
			return lookup_into_link(l, true);
		if (!l->found)
			return LOOKUP_FAILED;
		type = et_inode_type(et_read(lookup_found(l), d_inode));
		if (type != S_IFDIR || lookup_enter(l->found, l->mount))
			return LOOKUP_FAILED;
	}
	state = lookup_next_name(l, &end);
	return state || !end ? state : lookup_end(l);
}

/*
 * Find the directory in which the lookup of the path @str begins: the root directory, the working
 * directory, or the directory of descriptor @dfd. Returns true if there is one.
 */
static __always_inline bool lookup_begin(const struct task_struct *task, __u64 str, int dfd,
					 struct path *ret)
{
	char first = 0;

	if (!et_is_user(str))
		return call_path_began(str, ret);
	return !et_probe_read_user(&first, 1, str) && call_path_begin(task, first, dfd, ret);
}

static __always_inline void lookup_reset(struct lookup *l)
{
	l->found = l->last = 0;
	l->last_len = l->slash = l->flags = l->hash = 0;
	l->name_len = l->saved = l->links = l->depth = 0;
}

/*
 * Resolve the path @str of the current task. Returns 0, or -1 if it cannot be resolved. In both
 * cases lookup_mine() returns the state, or NULL if the map had no room. The caller must call
 * lookup_drop().
 */
__weak int lookup_walk(__u64 str, int dfd, enum lookup_follow follow)
{
	const struct task_struct *task = et_current();
	struct fs_struct *fs = (struct fs_struct *)et_read_address(task, fs);
	struct path at = {}, root = {};
	int state = LOOKUP_MORE;
	struct lookup *l;

	l = lookups_make();
	if (!l)
		return -1;
	lookup_reset(l);
	if (!lookup_begin(task, str, dfd, &at))
		return -1;
	bpf_core_read(&root, sizeof(root), &fs->root);
	l->dentry = (__u64)at.dentry;
	l->mount = (__u64)at.mnt;
	l->root_dentry = (__u64)root.dentry;
	l->root_mount = (__u64)root.mnt;
	l->rest = str;
	l->follow = follow;
	for (int i = 0; i < LOOKUP_STEPS && state == LOOKUP_MORE; i++)
		state = lookup_step();
	return state == LOOKUP_DONE ? 0 : -1;
}

/* ---- a path that could not be resolved ------------------------------------------------ */

/*
 * True if the byte at @at, near the beginning of a path, is a slash or a component ".". The path's
 * first component with a name then begins later.
 */
__weak int lookup_is_lead(__u64 at)
{
	char c[2] = {};

	if (lookup_read_bytes(&c[0], 1, at))
		return 0;
	if (c[0] == '/')
		return 1;
	if (c[0] != '.')
		return 0;
	lookup_read_bytes(&c[1], 1, at + 1);
	return c[1] == '/' || !c[1];
}

/*
 * Number of bytes before the first component of a path: slashes, and components ".".
 * lookup_is_lead() is a separate function. Otherwise the verifier of 6.18 follows its branches
 * separately through all iterations, and examines 480,000 instructions for this loop.
 */
__weak int lookup_lead(__u64 str)
{
	int n = 0;

	while (n < LOOKUP_DOTS && lookup_is_lead(str + n))
		n++;
	return n;
}

/* Length of a path in bytes, without trailing slashes. */
__weak int lookup_len(__u64 str)
{
	int len = et_is_user(str) ? et_user_strlen(str) : et_kernel_strlen(str);
	char c;

	for (int i = 0; i < LOOKUP_DOTS && len > 0; i++) {
		if (lookup_read_bytes(&c, 1, str + len - 1) || c != '/')
			break;
		len--;
	}
	return len < 0 ? 0 : len;
}

/*
 * After a failed lookup: set the state to the path @str as the process gave it, and the directory
 * in which it begins. The file is unknown.
 */
__weak int lookup_give_up(__u64 str, int dfd)
{
	struct lookup *l = lookup_mine();
	struct path at = {};

	if (!l)
		return -1;
	lookup_begin(et_current(), str, dfd, &at);
	l->dentry = (__u64)at.dentry;
	l->mount = (__u64)at.mnt;
	l->found = 0;
	l->flags = ET_VAR_F_UNRESOLVED;
	l->last = str + lookup_lead(str);
	l->last_len = lookup_len(l->last);
	return 0;
}

/*
 * Resolve the path @str; if this fails, keep the path as the process gave it. Returns -1 if the map
 * has no room for the state. Inline, because nested function calls share 512 bytes of stack, and
 * the caller later calls the function that makes the record.
 */
static __always_inline int lookup_path(__u64 str, int dfd, enum lookup_follow follow)
{
	return lookup_walk(str, dfd, follow) ? lookup_give_up(str, dfd) : 0;
}

/* Set @src to the path that the lookup @l has found: a directory and the last component in it. */
static __always_inline void lookup_name(struct et_src_name *src, const struct lookup *l,
					const struct task_struct *task)
{
	et_src_name_set(src, l->dentry, l->mount, task, l->last, l->last_len, et_is_user(l->last));
	src->given = l->last;
	src->flags = l->flags;
	src->given_up = !!l->flags;
}

/* The dentry of the file that the path leads to; NULL if it is unknown. */
static __always_inline struct dentry *lookup_target(const struct lookup *l)
{
	if (l->flags)
		return NULL;
	return l->last_len ? lookup_found(l) : lookup_folder(l);
}

/*
 * For a system call with two paths: save the lookup of the first path, so that the second path can
 * be looked up. Returns -1 if the map has no room.
 */
static __always_inline int lookup_keep(void)
{
	struct lookup *l = lookup_mine(), *first = first_lookups_make();

	return l && first ? bpf_probe_read_kernel(first, sizeof(*first), l) : -1;
}

#endif /* ET_LOOKUP_BPF_H */
