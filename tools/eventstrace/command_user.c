/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/command_user.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static bool is_member(const struct group *gr, const char *name)
{
	for (char **member = gr->gr_mem; *member; member++)
		if (!strcmp(*member, name))
			return true;
	return false;
}

static int add_group(struct command_user *user, gid_t gid)
{
	gid_t *groups;

	for (size_t i = 0; i < user->group_count; i++)
		if (user->groups[i] == gid)
			return 0;
	if (user->group_count == COMMAND_GROUPS_MAX)
		return 0;
	groups = reallocarray(user->groups, user->group_count + 1, sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	groups[user->group_count++] = gid;
	user->groups = groups;
	return 0;
}

/* Find the user's groups in /etc/group. initgroups(3) would load NSS modules of the host. */
static int find_groups(struct command_user *user)
{
	FILE *f = *user->line.name ? fopen("/etc/group", "re") : NULL;
	const struct group *gr;
	int r = add_group(user, user->line.gid);

	while (f && r == 0 && (gr = fgetgrent(f)))
		if (is_member(gr, user->line.name))
			r = add_group(user, gr->gr_gid);
	if (f)
		fclose(f);
	return r;
}

/* Read an ID from an environment variable. Return: false if the variable has no ID. */
static bool find_id(const char *variable, uint32_t *ret)
{
	const char *text = getenv(variable);

	return text && users_parse_id(text, ret) > 0;
}

/* Find the user that called sudo. Return: false if sudo did not start this process. */
static bool find_sudo(struct command_user *ret)
{
	const char *name = getenv("SUDO_USER"), *home = getenv("SUDO_HOME");
	uint32_t uid, gid = 0;
	bool has_gid = find_id("SUDO_GID", &gid);

	if (geteuid() || !find_id("SUDO_UID", &uid) || !uid)
		return false;
	ret->line.uid = uid;
	if (!users_find_line(NULL, uid, &ret->line) && !has_gid)
		return false;
	if (has_gid)
		ret->line.gid = gid;
	if (!*ret->line.name && name)
		snprintf(ret->line.name, sizeof(ret->line.name), "%s", name);
	if (!*ret->line.home && home)
		snprintf(ret->line.home, sizeof(ret->line.home), "%s", home);
	return true;
}

int command_user_find(const struct run_as *wanted, struct command_user *ret, char *err,
		      size_t err_size)
{
	struct command_user user = { .change = true };
	int r;

	if (getauxval(AT_SECURE)) {
		if (wanted->given) {
			snprintf(err, err_size,
				 "--user: the program's file gives it privileges that its caller "
				 "lacks: only the caller's own user can run COMMAND");
			return -EPERM;
		}
		user.keep_groups = true;
		user.line.uid = getuid();
		user.line.gid = getgid();
		*ret = user;
		return 0;
	}
	if (wanted->given) {
		(void)users_find_line(NULL, wanted->uid, &user.line);
		user.line.uid = wanted->uid;
		user.line.gid = wanted->gid;
	} else if (!find_sudo(&user)) {
		*ret = (struct command_user){ .change = false };
		return 0;
	}
	r = find_groups(&user);
	if (r < 0) {
		free(user.groups);
		snprintf(err, err_size, "out of memory");
		return r;
	}
	*ret = user;
	return 0;
}

/*
 * Set an environment variable. Without a value, it is unset, because it may describe another user.
 */
static int set_variable(const char *name, const char *value, const char *otherwise)
{
	if (!*value)
		value = otherwise;
	if (!value)
		return unsetenv(name);
	return setenv(name, value, 1);
}

int command_user_become(const struct command_user *user)
{
	if (!user->change)
		return 0;
	if (!user->keep_groups && setgroups(user->group_count, user->groups) < 0)
		return -errno;
	if (setresgid(user->line.gid, user->line.gid, user->line.gid) < 0 ||
	    setresuid(user->line.uid, user->line.uid, user->line.uid) < 0)
		return -errno;
	if (user->keep_groups)
		return 0;
	if (set_variable("HOME", user->line.home, "/") < 0 ||
	    set_variable("USER", user->line.name, NULL) < 0 ||
	    set_variable("LOGNAME", user->line.name, NULL) < 0)
		return -errno;
	return 0;
}
