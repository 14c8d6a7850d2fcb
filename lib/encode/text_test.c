/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the format "text". Its lines fit the terminal's width, and no byte of a process controls
 * the terminal. A simulated terminal with strict rules reads the lines. An argument is the number
 * of random events:
 *
 *	./bazelw run //lib/encode:text_test -- 1000000
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/decode/record_samples.h"
#include "lib/encode/encode.h"
#include "lib/encode/hostile_events.h"
#include "lib/encode/terminal.h"
#include "lib/encode/text.h"
#include "lib/encode/text_state.h"
#include "lib/encode/width.h"

static unsigned long hostile_events = 50000;

static struct et_record rec;
static char line[1 << 20];

/* The time of all events: 2026-11-22T17:21:35.523Z. */
#define TIME_NS 1795368095523790915ULL

/* ---- lines -------------------------------------------------------------------------------- */

static struct et_text *make_with(struct et_text_options options, unsigned int limit)
{
	struct et_text *text = NULL;

	options.fd = -1;
	options.utc = true;
	assert_int_equal(et_text_new(&options, &text), 0);
	if (limit) {
		/*
		 * Descriptor 1000 is no terminal, so the width is 80. Then set the width to @limit.
		 */
		et_text_free(text);
		options.fd = 1000;
		assert_int_equal(et_text_new(&options, &text), 0);
		assert_int_equal(text->limit, 80);
		text->limit = limit;
	}
	return text;
}

static const char *encode(struct et_text *text)
{
	struct et_encoder enc;
	struct et_event event;
	size_t n;

	if (rec.hdr.type < ET_EVENT_TYPES)
		assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	else
		event = (struct et_event){ .hdr = &rec.hdr };
	event.time_ns = TIME_NS;
	et_encoder_init(&enc, et_encoder_by_name("text"));
	enc.text = text;
	n = et_encode(&enc, &event, line);
	assert_true(n && n <= et_encode_bound(&enc, &event));
	assert_int_equal(line[n - 1], '\n');
	line[n - 1] = '\0';
	return line;
}

static void expect_with(struct et_text_options options, unsigned int limit, const char *expected)
{
	struct et_text *text = make_with(options, limit);

	assert_string_equal(encode(text), expected);
	et_text_free(text);
}

/* Check the text of the column "what". */
static void expect_what(const char *expected)
{
	expect_with((struct et_text_options){ .columns = "what" }, 0, expected);
}

static struct et_process_exec *begin_exec(const char *comm)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->pids = (struct et_pids){ .tid = 6871, .tgid = 6871, .ppid = 6870 };
	exec->creds.ruid = 4000000000;
	memcpy(exec->comm, comm, strnlen(comm, 16));
	return exec;
}

static void add_list(enum et_var_type type, const char *list, size_t size)
{
	et_record_var(&rec, type, list, size);
}

#define ARGV(text) add_list(ET_VAR_ARGV, (text), sizeof(text))

static void a_line(void **state)
{
	(void)state;
	begin_exec("ls");
	ARGV("ls\0-l\0/etc/hostname");
	expect_with((struct et_text_options){ 0 }, 0,
		    "17:21:35.523 exec         4000000000    6871    6870 ls              "
		    "ls -l /etc/hostname");
	expect_with((struct et_text_options){ .columns = "what,pid,date,uid,tid" }, 0,
		    "ls -l /etc/hostname    6871 2026-11-22 4000000000    6871");
}

static void colors(void **state)
{
	(void)state;
	begin_exec("ls");
	ARGV("ls");
	expect_with((struct et_text_options){ .color = true, .columns = "time,event,what" }, 0,
		    "\033[2m17:21:35.523\033[0m \033[32mexec        \033[0m ls");
}

static void a_container(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	char path[256];

	(void)state;
	begin_exec("ls");
	ARGV("ls");
	snprintf(path, sizeof(path), "/system.slice/docker-%s.scope", id);
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, path);
	expect_with((struct et_text_options){ 0 }, 0,
		    "17:21:35.523 exec         4000000000    6871    6870 ls              "
		    "0123456789ab ls");
	expect_with((struct et_text_options){ .columns = "container,pid,what" }, 0,
		    "0123456789ab    6871 ls");
	begin_exec("ls");
	ARGV("ls");
	expect_with((struct et_text_options){ .columns = "container,pid,what" }, 0,
		    "-               6871 ls");
}

static void see(struct et_process_table *table)
{
	struct et_event event;

	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	event.time_ns = TIME_NS;
	et_process_table_see(table, &event);
}

static void see_exists(struct et_process_table *table, __u32 tgid, __u32 ppid, const char *comm)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->pids = (struct et_pids){ .tgid = tgid, .ppid = ppid, .start_time_ns = tgid };
	memcpy(exists->comm, comm, strlen(comm));
	see(table);
}

static void ancestors(void **state)
{
	struct et_process_table *table = NULL;
	struct et_text *text = make_with((struct et_text_options){ .ancestors = true }, 0);

	(void)state;
	assert_int_equal(et_process_table_new(0, &table), 0);
	see_exists(table, 1, 0, "init");
	see_exists(table, 6870, 1, "ba\033sh");
	begin_exec("ls");
	ARGV("ls");
	/* Without a table of processes, the ancestors are unknown. */
	expect_with((struct et_text_options){ .columns = "ancestors,what" }, 0,
		    "-                        ls");
	et_text_set_processes(text, table);
	see(table);
	assert_string_equal(encode(text),
			    "17:21:35.523 exec         4000000000    6871    6870 ls              "
			    "ba\\x1bsh < init          ls");
	et_text_free(text);
	et_process_table_free(table);
}

/*
 * The event of a connection has no cgroup path. So the container is that of the process in the
 * table of processes.
 */
static void container_of_the_process(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct et_text *text = make_with((struct et_text_options){ .columns = "container,pid" }, 0);
	struct et_network_connection_attempted *attempted;
	struct et_process_table *table = NULL;
	char path[256];

	(void)state;
	assert_int_equal(et_process_table_new(0, &table), 0);
	begin_exec("curl");
	snprintf(path, sizeof(path), "/system.slice/docker-%s.scope", id);
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, path);
	see(table);
	attempted = et_record_begin(&rec, ET_NETWORK_CONNECTION_ATTEMPTED);
	attempted->pids = (struct et_pids){ .tid = 6871, .tgid = 6871, .ppid = 6870 };
	assert_string_equal(encode(text), "-               6871");
	et_text_set_processes(text, table);
	assert_string_equal(encode(text), "0123456789ab    6871");
	et_text_free(text);
	et_process_table_free(table);
}

static void quoting(void **state)
{
	(void)state;
	begin_exec("sh");
	ARGV("sh\0-c\0echo 'a b' > $HOME\0\0a\nb\0\\\0\xff\0it's\0~");
	expect_what("sh -c 'echo '\\''a b'\\'' > $HOME' '' $'a\\nb' '\\' $'\\xff' 'it'\\''s' '~'");
	begin_exec("sh");
	ARGV("\033]0;evil\a\0\xc2\x9b\0\xe2\x80\xae\0\xc3\xa9\0\xe6\xbc\xa2");
	expect_what("$'\\x1b]0;evil\\x07' $'\\xc2\\x9b' $'\\xe2\\x80\\xae' \xc3\xa9 \xe6\xbc\xa2");
	expect_with((struct et_text_options){ .columns = "what", .ascii = true }, 0,
		    "$'\\x1b]0;evil\\x07' $'\\xc2\\x9b' $'\\xe2\\x80\\xae' $'\\xc3\\xa9' "
		    "$'\\xe6\\xbc\\xa2'");
}

static void cutting(void **state)
{
	(void)state;
	begin_exec("systemd-journal");
	ARGV("12345678901234567890\0and\0more");
	expect_with((struct et_text_options){ .columns = "pid,what" }, 31,
		    "   6871 12345678901234567890...");
	expect_with((struct et_text_options){ .columns = "pid,what" }, 30,
		    "   6871 1234567890123456789...");
	expect_with((struct et_text_options){ .columns = "pid,what" }, 35,
		    "   6871 12345678901234567890 and...");
	/* A line is never cut inside a wide character or an escape. */
	begin_exec("x");
	ARGV("123456789012345\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2");
	expect_with((struct et_text_options){ .columns = "what" }, 20,
		    "123456789012345\xe6\xbc\xa2...");
	begin_exec("x");
	ARGV("1234567890123456\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2");
	expect_with((struct et_text_options){ .columns = "what" }, 20, "1234567890123456...");
	begin_exec("x");
	et_record_var_str(&rec, ET_VAR_FILENAME, "\001\001\001\001\001\001\001");
	expect_with((struct et_text_options){ .columns = "what" }, 20, "$'\\x01\\x01\\x01...");
	/*
	 * Combining characters, which a terminal draws onto the character before, take no columns.
	 */
	begin_exec("x");
	ARGV("e\xcc\x81"
	     "234567890123456e\xcc\x81"
	     "89");
	expect_with((struct et_text_options){ .columns = "what" }, 20,
		    "e\xcc\x81"
		    "234567890123456e\xcc\x81"
		    "89");
	/* A text that is longer than its column is cut. */
	begin_exec("0123456789abcdef");
	ARGV("x");
	expect_with((struct et_text_options){ .columns = "command,what" }, 40, "0123456789abcd+ x");
	expect_with((struct et_text_options){ .columns = "command,what" }, 0, "0123456789abcdef x");
}

/* On narrow terminals, columns become narrower, then some are left out. */
static void narrow_terminals(void **state)
{
	struct et_text *text;

	(void)state;
	begin_exec("systemd-journal");
	ARGV("x");
	text = make_with((struct et_text_options){ .header = true }, 80);
	assert_string_equal(encode(text),
			    "17:21:35 exec         4000000+    6871    6870 systemd-j+ x");
	line[et_text_header(text, line)] = '\0';
	assert_string_equal(line,
			    "TIME     EVENT        USER         PID    PPID COMMAND    WHAT\n");
	et_text_free(text);
}

static void events(void **state)
{
	static const struct et_field_view none;
	struct et_process_exec_failed *failed;
	struct et_process_exit *exit_;
	struct et_process_fork *fork_;
	struct et_process_setuid *setuid_;
	struct et_process_setsid *setsid_;
	struct et_process_tty_write *tty;
	struct et_process_ptrace *ptrace_;
	struct et_file_modify *modify;
	struct et_network_connection_closed *closed;
	struct et_network_connection_accepted *accepted;

	(void)state;
	(void)none;
	fork_ = et_record_begin(&rec, ET_PROCESS_FORK);
	fork_->child_pids.tgid = 4711;
	expect_what("child 4711");

	failed = et_record_begin(&rec, ET_PROCESS_EXEC_FAILED);
	failed->error = 2;
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/local/bin/a b");
	expect_what("ENOENT '/usr/local/bin/a b'");

	exit_ = et_record_begin(&rec, ET_PROCESS_EXIT);
	exit_->exit_code = 3;
	expect_what("status 3");
	exit_->exit_code = 0;
	exit_->exit_signal = 11;
	exit_->core_dumped = 1;
	expect_what("SIGSEGV (core dumped)");
	exit_->exit_signal = 40;
	exit_->core_dumped = 0;
	expect_what("signal 40");

	setsid_ = et_record_begin(&rec, ET_PROCESS_SETSID);
	setsid_->old_sid = 100;
	setsid_->pids.sid = 200;
	expect_what("session 100 -> 200");

	setuid_ = et_record_begin(&rec, ET_PROCESS_SETUID);
	setuid_->old_ruid = setuid_->new_ruid = 4000000001;
	setuid_->old_euid = setuid_->old_fsuid = 4000000002;
	setuid_->new_euid = setuid_->new_fsuid = 4000000003;
	expect_what("effective 4000000002 -> 4000000003");
	setuid_->old_suid = 4000000004;
	setuid_->new_fsuid = 4000000002;
	setuid_->new_suid = 4000000005;
	expect_what("effective 4000000002 -> 4000000003, saved 4000000004 -> 4000000005");

	tty = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
	tty->tty = et_sample_tty;
	et_record_var_str(&rec, ET_VAR_TTY_OUT, "\033[1mbold\\\r\n");
	expect_what("pts/3 \\x1b[1mbold\\\\\\r\\n");

	ptrace_ = et_record_begin(&rec, ET_PROCESS_PTRACE);
	ptrace_->request = 16902;
	ptrace_->child_pid = 12;
	expect_what("seize 12");

	et_record_begin(&rec, ET_FILE_RENAME);
	et_record_var_str(&rec, ET_VAR_OLD_PATH, "/tmp/a");
	et_record_var_str(&rec, ET_VAR_NEW_PATH, "/tmp/b c");
	expect_what("/tmp/a -> '/tmp/b c'");

	modify = et_record_begin(&rec, ET_FILE_MODIFY);
	modify->change_type = ET_CHANGE_TYPE_CONTENT;
	modify->file_info.size = 2231;
	et_record_var_str(&rec, ET_VAR_PATH, "/etc/hosts");
	expect_what("/etc/hosts size 2231");
	modify->change_type = ET_CHANGE_TYPE_PERMISSIONS;
	modify->file_info.mode = 0104755;
	expect_what("/etc/hosts mode 4755");

	accepted = et_record_begin(&rec, ET_NETWORK_CONNECTION_ACCEPTED);
	accepted->net = et_sample_ipv4;
	expect_what("192.0.2.17:54321 <- 198.51.100.3:443");

	closed = et_record_begin(&rec, ET_NETWORK_CONNECTION_CLOSED);
	closed->net.family = ET_FAMILY_AF_INET6;
	closed->net.source_address[15] = 1;
	closed->net.destination_address[15] = 2;
	closed->net.source_port = 1000;
	closed->net.destination_port = 80;
	closed->net.bytes_sent = 100;
	closed->net.bytes_received = 123456;
	expect_what("[::1]:1000 -> [::2]:80 sent 100, received 123456");
}

static void losses(void **state)
{
	struct et_lost lost = { .hdr.type = ET_LOST,
				.count = 12,
				.cpu = 3,
				.ring = ET_RING_BULK,
				.cause = ET_LOST_CAUSE_RING_FULL };

	(void)state;
	memcpy(rec.bytes, &lost, sizeof(lost));
	expect_with((struct et_text_options){ 0 }, 0,
		    "17:21:35.523 *** LOST 12 events: the ring had no room (CPU 3, bulk ring) ***");
	lost.cause = ET_LOST_CAUSE_SPOOL_FULL;
	lost.lost_type = ET_PROCESS_EXEC;
	memcpy(rec.bytes, &lost, sizeof(lost));
	expect_with((struct et_text_options){ 0 }, 0,
		    "17:21:35.523 *** LOST 12 process-exec events: the folder of segments had its "
		    "largest size, and a segment was dropped ***");
}

static void every_event_has_a_row(void **state)
{
	(void)state;
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++)
		assert_true(et_text_knows(id));
}

static void bad_columns(void **state)
{
	size_t len = 0;
	const char *bad = et_text_bad_column("pid,nothing,what", &len);

	(void)state;
	assert_memory_equal(bad, "nothing", 7);
	assert_int_equal(len, 7);
	assert_non_null(et_text_bad_column("", &len));
	assert_non_null(et_text_bad_column("pid,", &len));
	assert_null(et_text_bad_column("pid,what,pid", &len));
	assert_null(strstr(et_text_column_names(), ",,"));
}

/* ---- a terminal --------------------------------------------------------------------------- */

static struct terminal terminal;

/* Pass a line to the simulated terminal. The text must be exactly one line. */
static void show(const char *text, size_t size, unsigned int allowed)
{
	terminal_show(&terminal, text, size, allowed | TERMINAL_LINES);
	assert_int_equal(terminal.lines, 1);
	assert_int_equal(text[size - 1], '\n');
}

/*
 * Encode an event for a random width of the terminal, without and with colours. Pass both lines to
 * the simulated terminal.
 */
static void show_hostile(struct et_text *text, struct et_encoder *enc, const struct et_event *event)
{
	size_t bound = et_encode_bound(enc, event), n;
	/*
	 * The buffer ends at the end of `line`: if the encoder writes more than et_encode_bound()
	 * bytes, a sanitizer detects it.
	 */
	char *buf = line + sizeof(line) - bound;
	const unsigned int ascii = text->options.ascii ? TERMINAL_ASCII : 0;
	static char plain[sizeof(line)];
	size_t plain_len;

	assert_true(bound <= enc->ops->bound_max && bound <= sizeof(line));
	text->options.color = false;
	n = et_encode(enc, event, buf);
	assert_true(n <= bound);
	show(buf, n, ascii);
	assert_true(terminal.widest <= text->limit);
	memcpy(plain, terminal.plain, terminal.plain_len);
	plain_len = terminal.plain_len;

	text->options.color = true;
	n = et_encode(enc, event, buf);
	assert_true(n <= bound);
	show(buf, n, ascii | TERMINAL_COLORS);
	/* Without its escape sequences, the line with colours is the line without colours. */
	assert_int_equal(terminal.plain_len, plain_len);
	assert_memory_equal(terminal.plain, plain, plain_len);
}

static void hostile_processes(void **state)
{
	struct et_text *limited = make_with((struct et_text_options){ .ancestors = true }, 80);
	struct et_text *wide = make_with((struct et_text_options){ .ascii = true }, 0);
	struct et_encoder enc;
	struct et_event event;
	struct et_process_table *table = NULL;
	unsigned long shown = 0;

	(void)state;
	assert_int_equal(et_process_table_new(100, &table), 0);
	et_text_set_processes(limited, table);
	et_encoder_init(&enc, &et_text_encoder);
	while (shown < hostile_events) {
		hostile_event(&rec);
		assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
		event.time_ns = hostile_noise() % (4ULL << 60);
		et_process_table_see(table, &event);
		limited->limit = 20 + (unsigned int)(hostile_noise() % 200);
		enc.text = hostile_noise() % 4 ? limited : wide;
		show_hostile(enc.text, &enc, &event);
		shown++;
	}
	assert_true(terminal.sequences > shown);
	et_text_free(limited);
	et_text_free(wide);
	et_process_table_free(table);
}

static void widths(void **state)
{
	static const struct {
		const char *text;
		enum et_char_kind kind;
		unsigned int bytes, width;
	} chars[] = {
		{ "a", ET_CHAR_SHOWN, 1, 1 },
		{ "\033", ET_CHAR_CONTROL, 1, 1 },
		{ "\x7f", ET_CHAR_CONTROL, 1, 1 },
		{ "\xc3\xa9", ET_CHAR_SHOWN, 2, 1 },
		{ "\xcc\x81", ET_CHAR_SHOWN, 2, 0 },
		{ "\xe6\xbc\xa2", ET_CHAR_SHOWN, 3, 2 },
		{ "\xef\xbc\xa1", ET_CHAR_SHOWN, 3, 2 },
		{ "\xf0\x9f\x98\x80", ET_CHAR_SHOWN, 4, 2 },
		{ "\xe1\x85\xa1", ET_CHAR_SHOWN, 3, 0 },
		{ "\xef\xb8\x8f", ET_CHAR_SHOWN, 3, 0 },
		{ "\xc2\x9b", ET_CHAR_CONTROL, 2, 0 },
		{ "\xe2\x80\xae", ET_CHAR_CONTROL, 3, 0 },
		{ "\xf3\xa0\x81\x81", ET_CHAR_CONTROL, 4, 0 },
		{ "\xc3", ET_CHAR_INVALID, 1, 0 },
		{ "\xed\xa0\x80", ET_CHAR_INVALID, 1, 0 },
		{ "\xc0\x80", ET_CHAR_INVALID, 1, 0 },
		{ "\xf4\x90\x80\x80", ET_CHAR_INVALID, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(chars) / sizeof(*chars); i++) {
		struct et_char c = et_char_at(chars[i].text, strlen(chars[i].text));

		assert_int_equal(c.kind, chars[i].kind);
		assert_int_equal(c.bytes, chars[i].bytes);
		assert_int_equal(c.width, chars[i].width);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line),
		cmocka_unit_test(colors),
		cmocka_unit_test(a_container),
		cmocka_unit_test(ancestors),
		cmocka_unit_test(container_of_the_process),
		cmocka_unit_test(quoting),
		cmocka_unit_test(cutting),
		cmocka_unit_test(narrow_terminals),
		cmocka_unit_test(events),
		cmocka_unit_test(losses),
		cmocka_unit_test(every_event_has_a_row),
		cmocka_unit_test(bad_columns),
		cmocka_unit_test(widths),
		cmocka_unit_test(hostile_processes),
	};

	if (argc > 1)
		hostile_events = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
