/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/account_line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/cases/account_check.h"

/* Room for the longest arguments and environment of any case, in hexadecimal digits. */
static char text[1 << 20];
static size_t text_len;

void line_put(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text + text_len, sizeof(text) - text_len, fmt, ap);
	va_end(ap);
	CHECK(n >= 0 && (size_t)n < sizeof(text) - text_len);
	text_len += (size_t)n;
}

void line_bytes(const void *data, size_t len)
{
	const unsigned char *p = data;
	bool plain = true;
	size_t i;

	for (i = 0; i < len; i++)
		plain = plain && p[i] >= ' ' && p[i] <= '~' && p[i] != '"' && p[i] != '\\';
	if (plain) {
		line_put("\"%.*s\"", (int)len, (const char *)data);
		return;
	}
	line_put("{\"$hex\":\"");
	for (i = 0; i < len; i++)
		line_put("%02x", p[i]);
	line_put("\"}");
}

void line_string(const char *key, const char *value)
{
	line_put(",\"%s\":", key);
	line_bytes(value, strlen(value));
}

void line_list(const char *key, char *const *list)
{
	line_put(",\"%s\":[", key);
	for (size_t i = 0; list && list[i]; i++) {
		line_put("%s", i ? "," : "");
		line_bytes(list[i], strlen(list[i]));
	}
	line_put("]");
}

void line_path(const char *key, const char *path, unsigned int flags)
{
	line_string(key, path);
	if (!flags)
		return;
	line_put(",\"%s_flags\":[%s%s%s]", key, flags & PATH_DELETED ? "\"deleted\"" : "",
		 flags == (PATH_DELETED | PATH_UNREACHABLE) ? "," : "",
		 flags & PATH_UNREACHABLE ? "\"unreachable\"" : "");
}

void line_pids(const char *key, const struct account_pids *p)
{
	line_put(",\"%s\":{\"tid\":%u,\"tgid\":%u,\"ppid\":%u,\"pgid\":%u,\"sid\":%u,", key, p->tid,
		 p->tgid, p->ppid, p->pgid, p->sid);
	line_put("\"start_time_ns\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]},", p->start_lo,
		 p->start_hi);
	line_put("\"start_boottime_ns\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}}", p->boot_lo,
		 p->boot_hi);
}

void line_creds(const struct account_creds *c)
{
	line_put(",\"creds\":{\"ruid\":%u,\"rgid\":%u,\"euid\":%u,\"egid\":%u,\"suid\":%u,"
		 "\"sgid\":%u,",
		 c->ruid, c->rgid, c->euid, c->egid, c->suid, c->sgid);
	line_put("\"cap_permitted\":\"%" PRIu64 "\",\"cap_effective\":\"%" PRIu64 "\"}",
		 c->cap_permitted, c->cap_effective);
}

void line_cgroup_id(const char *path_v2)
{
	uint64_t id = snap_cgroup_id(path_v2);

	if (id)
		line_put(",\"cgroup_id\":%" PRIu64, id);
}

void line_cgroups(const struct account_snap *snap)
{
	line_string("pids_ss_cgroup_path", snap->cgroup);
	/* /proc does not show the hierarchy of version 2 before its first mount. */
	line_string("cgroup_path", snap->cgroup_v2[0] ? snap->cgroup_v2 : "/");
	line_cgroup_id(snap->cgroup_v2);
}

void line_tty(const char *key, const struct account_tty *t)
{
	line_put(",\"%s\":{\"major\":%u,\"minor\":%u,\"winsize_rows\":%u,\"winsize_cols\":%u,", key,
		 t->major, t->minor, t->rows, t->cols);
	line_put("\"termios_c_iflag\":\"%u\",\"termios_c_oflag\":\"%u\",", t->iflag, t->oflag);
	line_put("\"termios_c_lflag\":\"%u\",\"termios_c_cflag\":\"%u\",", t->lflag, t->cflag);
	line_put("\"devpts\":%u}", t->devpts);
}

void line_ns(const uint32_t *ns)
{
	line_put(",\"ns\":{");
	for (size_t i = 0; i < ACCOUNT_NS; i++)
		line_put("%s\"%s\":%u", i ? "," : "", snap_ns_names[i], ns[i]);
	line_put("}");
}

void line_begin(const char *type)
{
	text_len = 0;
	line_put("{\"event_type\":\"%s\"", type);
}

void line_end(void)
{
	line_put("}\n");
	CHECK(write(ACCOUNT_FD, text, text_len) == (ssize_t)text_len);
}

void line_bool(const char *key, bool value)
{
	line_put(",\"%s\":%s", key, value ? "true" : "false");
}
