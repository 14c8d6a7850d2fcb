/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace-ship and a cluster with TLS, passwords and rules: security_live_test PROGRAM.
 *
 * Where all is right, every event is in the topic. Otherwise the sender ends with the status of its
 * destination, a message says what to do, and all events are still in the folder.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/fleet/access.h"
#include "tools/fleet/certificates.h"
#include "tools/fleet/cluster.h"
#include "tools/fleet/topic.h"
#include "tools/ship/fixture.h"
#include "tools/ship/ship_process.h"
#include "tools/ship/status.h"

#define EVENTS 1000

/* Its events do not fit into one message of the topic "limited". */
#define MESSAGE_BYTES 4000

#define PASSWORD "EVENTSTRACE_KAFKA_SASL_PASSWORD=right"

static char ca[512]; /* the properties of librdkafka for certificates */
static char other_ca[512];

/* ---- a sender, and what it leaves -------------------------------------------------------- */

/* What a case does differently. */
struct attempt {
	enum fleet_listener listener;
	const char *topic;
	const char *options[8];     /* and --once */
	const char *environment[3]; /* secrets do not belong on the command line */
	const char *etc;
};

/* Run a sender. Return: its exit status. */
static int attempt(const struct attempt *attempt)
{
	const char *options[10] = { "--once" };
	struct ship_process process = {
		.program = fixture.program,
		.options = options,
		.folder = fixture.maker.folder,
		.messages = fixture.messages,
		.environment = attempt->environment,
		.etc = attempt->etc,
	};

	for (size_t i = 0; i < 8 && attempt->options[i]; i++)
		options[i + 1] = attempt->options[i];
	process.destination = fixture_address(attempt->listener, attempt->topic);
	return ship_process_wait(ship_process_start(&process));
}

static void count_events(void *ctx, const rd_kafka_message_t *message)
{
	uint64_t *count = ctx;

	*count += strtoull(fleet_message_header(message, "count"), NULL, 10);
}

static uint64_t events_in(const char *topic)
{
	uint64_t count = 0;

	assert_int_equal(fleet_topic_read(fleet_cluster__addresses(fixture.cluster), topic,
					  count_events, &count),
			 0);
	return count;
}

/* All events get into the topic, beside those that it has already. */
static void expect_sent(const struct attempt *right)
{
	const uint64_t before = events_in(right->topic);

	assert_int_equal(attempt(right), SHIP_OK);
	assert_int_equal(events_in(right->topic), before + EVENTS);
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 0);
}

/* The sender ends, the message has both texts, and no event has left the folder. */
static void expect_refused(const struct attempt *wrong, const char *what, const char *help)
{
	const uint64_t before = events_in("events");

	assert_int_equal(attempt(wrong), SHIP_OUTPUT);
	ship_process_expect(fixture.messages, what);
	ship_process_expect(fixture.messages, help);
	assert_int_equal(spool_maker_segments_left(&fixture.maker), fixture.maker.number);
	assert_int_equal(events_in("events"), before);
}

static int set_up(void **state)
{
	(void)fixture_set_up(state);
	spool_maker_segment(&fixture.maker, EVENTS);
	return 0;
}

/* ---- passwords and rules ----------------------------------------------------------------- */

/* Options of a user with SCRAM. */
#define SCRAM(protocol, user)                                                          \
	"--kafka=security.protocol=" protocol, "--kafka=sasl.mechanism=SCRAM-SHA-256", \
		"--kafka=sasl.username=" user

static void test_password(void **state)
{
	(void)state;
	expect_sent(&(struct attempt){ .listener = FLEET_SASL,
				       .topic = "events",
				       .options = { SCRAM("sasl_plaintext", "writer") },
				       .environment = { PASSWORD } });
}

static void test_wrong_password(void **state)
{
	(void)state;
	expect_refused(
		&(struct attempt){ .listener = FLEET_SASL,
				   .topic = "events",
				   .options = { SCRAM("sasl_plaintext", "writer") },
				   .environment = { "EVENTSTRACE_KAFKA_SASL_PASSWORD=wrong" } },
		"the login has failed", "check sasl.mechanism, sasl.username and sasl.password");
}

/* The user may write to another topic, and so may have a producer's number. */
static void test_forbidden_topic(void **state)
{
	(void)state;
	expect_refused(&(struct attempt){ .listener = FLEET_SASL,
					  .topic = "events",
					  .options = { SCRAM("sasl_plaintext", "other-writer") },
					  .environment = { PASSWORD } },
		       "the topic events does not take events",
		       "allow this user to write to the topic");
}

/* The user may do nothing at all. */
static void test_forbidden(void **state)
{
	(void)state;
	expect_refused(&(struct attempt){ .listener = FLEET_SASL,
					  .topic = "events",
					  .options = { SCRAM("sasl_plaintext", "stranger") },
					  .environment = { PASSWORD } },
		       "events", "allow this user to write to the topic");
}

/* ---- certificates ------------------------------------------------------------------------ */

#define TLS "--kafka=security.protocol=ssl"

static void test_certificate(void **state)
{
	(void)state;
	expect_sent(&(struct attempt){
		.listener = FLEET_TLS, .topic = "events", .options = { TLS, ca } });
}

static void test_certificate_and_password(void **state)
{
	(void)state;
	expect_sent(&(struct attempt){ .listener = FLEET_SASL_TLS,
				       .topic = "events",
				       .options = { SCRAM("sasl_ssl", "writer"), ca },
				       .environment = { PASSWORD } });
}

static void test_wrong_ca(void **state)
{
	(void)state;
	expect_refused(&(struct attempt){ .listener = FLEET_TLS,
					  .topic = "events",
					  .options = { TLS, other_ca } },
		       "unable to get local issuer certificate", "ssl.ca.location=FILE");
}

static void test_expired_certificate(void **state)
{
	(void)state;
	expect_refused(&(struct attempt){ .listener = FLEET_TLS_EXPIRED,
					  .topic = "events",
					  .options = { TLS, ca } },
		       "certificate has expired", "renew the certificate on the broker");
}

/* ---- readers ----------------------------------------------------------------------------- */

/* What the topic "read" has. */
static void fill_topic(void)
{
	static const char *const once[] = { "--once", NULL };
	static bool filled;

	if (filled)
		return;
	assert_int_equal(ship_process_wait(fixture_send("read", once)), SHIP_OK);
	unlink(fixture.messages);
	filled = true;
}

/* Run a command that reads the topic "read". Its options are at most seven. Return: its status. */
static int read_as(const char *command, const struct attempt *how)
{
	const struct ship_process process = {
		.program = fixture.program,
		.messages = fixture.messages,
		.environment = how->environment,
	};
	const char *argv[12] = { fixture.program, command };
	size_t argc = 2;

	fill_topic();
	for (size_t i = 0; i < 8 && how->options[i]; i++)
		argv[argc++] = how->options[i];
	argv[argc] = fixture_address(how->listener, "read");
	return ship_process_wait(ship_process_start_words(&process, argv));
}

/* Both commands fail with the status of "any other error", and the message has both texts. */
static void expect_unreadable(const struct attempt *wrong, const char *what, const char *help)
{
	static const char *const commands[] = { "read", "verify" };

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(read_as(commands[i], wrong), SHIP_OTHER);
		ship_process_expect(fixture.messages, what);
		ship_process_expect(fixture.messages, help);
		unlink(fixture.messages);
	}
}

/* A user who may read, and no more. */
static void test_reader(void **state)
{
	struct attempt right = { .listener = FLEET_SASL_TLS,
				 .options = { SCRAM("sasl_ssl", "reader"), ca },
				 .environment = { PASSWORD } };

	(void)state;
	assert_int_equal(read_as("verify", &right), SHIP_OK);
	ship_process_expect(fixture.messages, ": attempted 1000 = received 1000 + lost 0;");
	right.options[4] = "--count=10";
	assert_int_equal(read_as("read", &right), SHIP_OK);
	ship_process_expect(fixture.messages, "\"seq\":9,");
}

static void test_reader_wrong_password(void **state)
{
	(void)state;
	expect_unreadable(
		&(struct attempt){ .listener = FLEET_SASL,
				   .options = { SCRAM("sasl_plaintext", "reader") },
				   .environment = { "EVENTSTRACE_KAFKA_SASL_PASSWORD=wrong" } },
		"the login has failed", "check sasl.mechanism, sasl.username and sasl.password");
}

static void test_reader_wrong_ca(void **state)
{
	(void)state;
	expect_unreadable(&(struct attempt){ .listener = FLEET_TLS, .options = { TLS, other_ca } },
			  "unable to get local issuer certificate", "ssl.ca.location=FILE");
}

/* A host that may write cannot see the events of other hosts. */
static void test_reader_forbidden(void **state)
{
	(void)state;
	expect_unreadable(&(struct attempt){ .listener = FLEET_SASL,
					     .options = { SCRAM("sasl_plaintext", "writer") },
					     .environment = { PASSWORD } },
			  "read", "allow this user to read the topic");
}

/* ---- large messages ---------------------------------------------------------------------- */

/* The topic takes the small events, each batch of which is smaller than its limit. */
static void test_large_event(void **state)
{
	const struct attempt wrong = {
		.listener = FLEET_PLAINTEXT,
		.topic = "limited",
		/* The limit is that of compressed messages. */
		.options = { "--kafka=compression.codec=none" },
	};

	(void)state;
	spool_maker_remove(&fixture.maker);
	spool_maker_init(&fixture.maker);
	spool_maker_segment(&fixture.maker, 1);
	assert_int_equal(attempt(&wrong), SHIP_OK);
	assert_int_equal(events_in("limited"), 1);
	spool_maker_begin(&fixture.maker);
	spool_maker_append_large(&fixture.maker, 2 * MESSAGE_BYTES);
	spool_maker_end(&fixture.maker);
	assert_int_equal(attempt(&wrong), SHIP_OUTPUT);
	ship_process_expect(fixture.messages, "the topic limited does not take events");
	ship_process_expect(fixture.messages, "raise max.message.bytes of the topic");
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 1);
	assert_int_equal(events_in("limited"), 1);
}

/* ---- where systems have the certificates of authorities ---------------------------------- */

/* A system's /etc, as far as its authorities are concerned. */
struct layout {
	const char *folders[6];
	const char *bundle; /* has the certificates */
	struct {
		const char *path, *target;
	} links[4];
};

static const struct layout debian = {
	.folders = { "ssl", "ssl/certs" },
	.bundle = "ssl/certs/ca-certificates.crt",
};

static const struct layout fedora = {
	.folders = { "pki", "pki/tls", "pki/tls/certs", "pki/ca-trust", "pki/ca-trust/extracted",
		     "pki/ca-trust/extracted/pem" },
	.bundle = "pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	.links = { { "pki/tls/cert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem" },
		   { "pki/tls/certs/ca-bundle.crt",
		     "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem" } },
};

static const struct layout alpine = {
	.folders = { "ssl", "ssl/certs" },
	.bundle = "ssl/certs/ca-certificates.crt",
	.links = { { "ssl/cert.pem", "certs/ca-certificates.crt" } },
};

static const struct layout nothing = { .folders = { "ssl", "ssl/certs" } };

#define EACH(array) (sizeof(array) / sizeof(*(array)))

static void copy_file(const char *from, const char *to)
{
	char text[4096];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	ssize_t n = read(in, text, sizeof(text));

	assert_in_range(n, 1, sizeof(text) - 1);
	assert_int_equal(write(out, text, (size_t)n), n);
	close(in);
	close(out);
}

/* Print the path of a file in the folder @etc. Valid until the next call. */
static const char *in_etc(const char *etc, const char *name)
{
	static char path[1024];

	snprintf(path, sizeof(path), "%s/%s", etc, name);
	return path;
}

/* Make an /etc that has the authority of the cluster where a system would have it. */
static void make_etc(const struct layout *layout, const char *etc)
{
	char from[600];

	snprintf(from, sizeof(from), "%s/" FLEET_CA, fleet_cluster__certificates(fixture.cluster));
	assert_int_equal(mkdir(etc, 0755), 0);
	for (size_t i = 0; i < EACH(layout->folders) && layout->folders[i]; i++)
		assert_int_equal(mkdir(in_etc(etc, layout->folders[i]), 0755), 0);
	if (layout->bundle)
		copy_file(from, in_etc(etc, layout->bundle));
	for (size_t i = 0; i < EACH(layout->links) && layout->links[i].path; i++)
		assert_int_equal(
			symlink(layout->links[i].target, in_etc(etc, layout->links[i].path)), 0);
}

static void remove_etc(const struct layout *layout, const char *etc)
{
	for (size_t i = 0; i < EACH(layout->links) && layout->links[i].path; i++)
		unlink(in_etc(etc, layout->links[i].path));
	if (layout->bundle)
		unlink(in_etc(etc, layout->bundle));
	for (size_t i = EACH(layout->folders); i-- > 0;)
		if (layout->folders[i])
			rmdir(in_etc(etc, layout->folders[i]));
	assert_int_equal(rmdir(etc), 0);
}

/* Send on a system that has such an /etc, without a word about authorities. */
static int attempt_on(const struct layout *layout)
{
	char etc[512];
	int status;

	snprintf(etc, sizeof(etc), "%s.etc", fixture.maker.folder);
	make_etc(layout, etc);
	status = attempt(&(struct attempt){
		.listener = FLEET_TLS, .topic = "events", .options = { TLS }, .etc = etc });
	remove_etc(layout, etc);
	if (status == SHIP_PROCESS_NO_ETC) {
		print_message("cannot: this machine allows no mount namespace\n");
		skip();
	}
	return status;
}

static void expect_found(const struct layout *layout)
{
	const uint64_t before = events_in("events");

	assert_int_equal(attempt_on(layout), SHIP_OK);
	assert_int_equal(events_in("events"), before + EVENTS);
}

static void test_authorities_of_debian(void **state)
{
	(void)state;
	expect_found(&debian);
}

static void test_authorities_of_fedora(void **state)
{
	(void)state;
	expect_found(&fedora);
}

static void test_authorities_of_alpine(void **state)
{
	(void)state;
	expect_found(&alpine);
}

/* Otherwise the other tests show nothing. */
static void test_no_authorities(void **state)
{
	(void)state;
	assert_int_equal(attempt_on(&nothing), SHIP_OUTPUT);
	ship_process_expect(fixture.messages, "unable to get local issuer certificate");
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 1);
}

/* ---- the cluster ------------------------------------------------------------------------- */

static int start_cluster(void **state)
{
	int r = fixture_start_cluster(state);

	if (r == 0)
		r = fleet_cluster__create_topic(fixture.cluster, "events", 1);
	if (r == 0)
		r = fleet_cluster__create_topic(fixture.cluster, "others", 1);
	if (r == 0)
		r = fleet_cluster__create_topic(fixture.cluster, "read", 1);
	if (r == 0)
		r = fleet_cluster__create_topic_limited(fixture.cluster, "limited", MESSAGE_BYTES);
	if (r == 0)
		r = fleet_access__add_user(fixture.cluster, "writer", "right");
	if (r == 0)
		r = fleet_access__add_user(fixture.cluster, "other-writer", "right");
	if (r == 0)
		r = fleet_access__add_user(fixture.cluster, "stranger", "right");
	if (r == 0)
		r = fleet_access__add_user(fixture.cluster, "reader", "right");
	if (r == 0)
		r = fleet_access__allow_read(fixture.cluster, "reader", "read");
	/* A user with any rule for a topic may see that it is there. */
	if (r == 0)
		r = fleet_access__allow_write(fixture.cluster, "writer", "read");
	if (r == 0)
		r = fleet_access__allow_write(fixture.cluster, "writer", "events");
	if (r == 0)
		r = fleet_access__allow_write(fixture.cluster, "other-writer", "others");
	if (r < 0)
		return r;
	snprintf(ca, sizeof(ca), "--kafka=ssl.ca.location=%s/" FLEET_CA,
		 fleet_cluster__certificates(fixture.cluster));
	snprintf(other_ca, sizeof(other_ca), "--kafka=ssl.ca.location=%s/" FLEET_OTHER_CA,
		 fleet_cluster__certificates(fixture.cluster));
	return 0;
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_password),
		TEST(test_wrong_password),
		TEST(test_forbidden_topic),
		TEST(test_forbidden),
		TEST(test_certificate),
		TEST(test_certificate_and_password),
		TEST(test_wrong_ca),
		TEST(test_expired_certificate),
		TEST(test_reader),
		TEST(test_reader_wrong_password),
		TEST(test_reader_wrong_ca),
		TEST(test_reader_forbidden),
		TEST(test_large_event),
		TEST(test_authorities_of_debian),
		TEST(test_authorities_of_fedora),
		TEST(test_authorities_of_alpine),
		TEST(test_no_authorities),
	};

	if (!fixture_arguments(argc, argv))
		return 2;
	return cmocka_run_group_tests(tests, start_cluster, fixture_stop_cluster);
}
