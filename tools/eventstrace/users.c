/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/users.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "tools/eventstrace/number.h"

bool users_find_line(const char *name, uint32_t uid, struct user_line *ret)
{
	FILE *f = fopen("/etc/passwd", "re");
	const struct passwd *pw = NULL;

	if (!f)
		return false;
	do
		pw = fgetpwent(f);
	while (pw && (name ? strcmp(pw->pw_name, name) != 0 : pw->pw_uid != uid));
	if (pw) {
		ret->uid = pw->pw_uid;
		ret->gid = pw->pw_gid;
		snprintf(ret->name, sizeof(ret->name), "%s", pw->pw_name);
		snprintf(ret->home, sizeof(ret->home), "%s", pw->pw_dir);
	}
	fclose(f);
	return pw;
}

#define NO_GROUP "--%s: no group is called \"%s\" in /etc/group; a number will do"

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
	struct user_line line;

	if (!users_find_line(name, 0, &line))
		return false;
	*ret_uid = line.uid;
	return true;
}

int users_parse_id(const char *text, uint32_t *ret)
{
	uint64_t n = 0;
	int r = parse_count(text, &n);

	/* UINT32_MAX is not a valid ID: for setresuid(2) and similar calls it means "no change". */
	if (r == -ERANGE || (r == 0 && n >= UINT32_MAX))
		return -ERANGE;
	if (r < 0)
		return 0;
	*ret = (uint32_t)n;
	return 1;
}

int users_parse_group(const char *option, const char *text, uint32_t *ret, char *err,
		      size_t err_size)
{
	int r = users_parse_id(text, ret);

	if (r > 0 || (r == 0 && find_group(text, ret)))
		return 0;
	if (r < 0)
		snprintf(err, err_size, "--%s=%s: a number is too large", option, text);
	else
		snprintf(err, err_size, NO_GROUP, option, text);
	return -EINVAL;
}

int run_as_parse(const char *option, const char *text, struct run_as *ret, char *err,
		 size_t err_size)
{
	const char *group = strchr(text, ':');
	struct run_as found = { .given = true };
	bool has_group = group, in_file;
	struct user_line line;
	char user[256];
	int r;

	snprintf(user, sizeof(user), "%.*s", (int)(group ? group - text : (long)strlen(text)),
		 text);
	r = users_parse_id(user, &found.uid);
	in_file = r >= 0 && users_find_line(r ? NULL : user, found.uid, &line);
	if (in_file) {
		found.uid = line.uid;
		found.gid = line.gid;
	}
	if (r == 0 && !in_file) {
		snprintf(err, err_size,
			 "--%s: no user is called \"%s\" in /etc/passwd; a number will do", option,
			 user);
		return -EINVAL;
	}
	if (r > 0 && !group && !in_file) {
		snprintf(err, err_size,
			 "--%s: /etc/passwd has no user %s: add the group, as in %s:GROUP", option,
			 user, user);
		return -EINVAL;
	}
	if (r >= 0 && has_group) {
		r = users_parse_id(group + 1, &found.gid);
		if (r == 0 && !find_group(group + 1, &found.gid)) {
			snprintf(err, err_size, NO_GROUP, option, group + 1);
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
