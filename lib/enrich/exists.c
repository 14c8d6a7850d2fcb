/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/enrich/exists.h"

#include <string.h>

#include "lib/wire/schema.h"

/* Append a field of variable length. @cut: true if @data is only a part of the value. */
static void put_var(struct et_header *hdr, enum et_var_type type, const char *data, size_t size,
		    bool cut)
{
	const struct et_var var = {
		.orig = (__u32)(size + cut),
		.size = (__u32)size,
		.type = type,
		.flags = cut ? ET_VAR_F_TRUNCATED : 0,
	};
	char *p = (char *)hdr + hdr->size;

	memcpy(p, &var, sizeof(var));
	memset(p + sizeof(var) + size, 0, ET_VAR_ALIGNED(size) - size);
	memcpy(p + sizeof(var), data, size);
	hdr->size += (__u32)(sizeof(var) + ET_VAR_ALIGNED(size));
	hdr->vars++;
}

size_t et_exists_make(const struct et_table_process *process, __u64 ts, __u64 clock_offset,
		      void *buf)
{
	const struct et_container_text *container = process->container;
	const struct et_program_text *program = process->program;
	struct et_process_exists *ev = buf;

	*ev = (struct et_process_exists){
		.hdr = {
			.ts = ts,
			/*
			 * This record comes from no lane, so it has no sequence number. With the
			 * PID as `seq`, records of the same `ts` differ.
			 */
			.seq = process->tgid,
			.size = sizeof(*ev),
			.type = ET_PROCESS_EXISTS,
			.version = ET_WIRE_VERSION,
			.format = ET_FORMAT_VARLEN,
			.ring = ET_RING_OF_PROCESS_EXISTS,
			.fixed = sizeof(*ev),
		},
		.pids = {
			.tid = process->tgid,
			.tgid = process->tgid,
			.ppid = process->ppid,
			.start_boottime_ns = process->start * ET_PROCESS_TICK_NS,
			.start_time_ns = process->start_ns ? process->start_ns - clock_offset : 0,
		},
		.creds = {
			.ruid = process->uid,
			.rgid = process->gid,
			.euid = process->euid,
			.egid = process->gid,
		},
		.loginuid = process->login_uid,
		.again = 1,
	};
	memcpy(ev->comm, process->comm, sizeof(ev->comm));
	if (container)
		put_var(&ev->hdr, ET_VAR_PIDS_SS_CGROUP_PATH,
			container->text + container->id_len + container->pod_len,
			container->path_len, false);
	if (program)
		put_var(&ev->hdr, ET_VAR_ARGV, program->text + program->file_len, program->args_len,
			program->args_cut);
	if (program && program->file_len)
		put_var(&ev->hdr, ET_VAR_FILENAME, program->text, program->file_len, false);
	return ev->hdr.size;
}
