/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/users.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "tools/eventstrace/number.h"

/* A user by @name, or by @uid if that is NULL. */
static bool find_user(const char *name, uint32_t uid, uint32_t *ret_uid, uint32_t *ret_gid)
{
	FILE *f = fopen("/etc/passwd", "re");
	const struct passwd *pw = NULL;

	if (!f)
		return false;
	do
		pw = fgetpwent(f);
	while (pw && (name ? strcmp(pw->pw_name, name) != 0 : pw->pw_uid != uid));
	if (pw) {
		*ret_uid = pw->pw_uid;
		*ret_gid = pw->pw_gid;
	}
	fclose(f);
	return pw;
}

static bool find_group(const char *name, uint32_t *ret_gid)
{
	FILE *f = fopen("/etc/group", "re");
	const struct group *gr = NULL;

	if (!f)
		return false;
	do
		gr = fgetgrent(f);
	while (gr && strcmp(gr->gr_name, name) != 0);
	if (gr)
		*ret_gid = gr->gr_gid;
	fclose(f);
	return gr;
}

bool users_find(const char *name, uint32_t *ret_uid)
{
	uint32_t gid;

	return find_user(name, 0, ret_uid, &gid);
}

/*
 * Return: 1 if it is a number, 0 if it is not, -ERANGE for a number that no user or group can have.
 */
static int parse_id(const char *text, uint32_t *ret)
{
	uint64_t n = 0;
	int r = parse_count(text, &n);

	/* The largest number means "no change" in the calls that set it. */
	if (r == -ERANGE || (r == 0 && n >= UINT32_MAX))
		return -ERANGE;
	if (r < 0)
		return 0;
	*ret = (uint32_t)n;
	return 1;
}

int run_as_parse(const char *option, const char *text, struct run_as *ret, char *err,
		 size_t err_size)
{
	const char *group = strchr(text, ':');
	struct run_as found = { .given = true };
	bool has_group = group;
	char user[256];
	int r;

	snprintf(user, sizeof(user), "%.*s", (int)(group ? group - text : (long)strlen(text)),
		 text);
	r = parse_id(user, &found.uid);
	if (r == 0 && !find_user(user, 0, &found.uid, &found.gid)) {
		snprintf(err, err_size,
			 "--%s: no user is called \"%s\" in /etc/passwd; a number will do", option,
			 user);
		return -EINVAL;
	}
	if (r > 0 && !group && !find_user(NULL, found.uid, &found.uid, &found.gid)) {
		snprintf(err, err_size,
			 "--%s: /etc/passwd has no user %s: add the group, as in %s:GROUP", option,
			 user, user);
		return -EINVAL;
	}
	if (r >= 0 && has_group) {
		r = parse_id(group + 1, &found.gid);
		if (r == 0 && !find_group(group + 1, &found.gid)) {
			snprintf(err, err_size,
				 "--%s: no group is called \"%s\" in /etc/group; a number will do",
				 option, group + 1);
			return -EINVAL;
		}
	}
	if (r < 0) {
		snprintf(err, err_size, "--%s=%s: a number is too large", option, text);
		return -EINVAL;
	}
	*ret = found;
	return 0;
}
