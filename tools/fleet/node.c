/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/node.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/fleet/certificates.h"

/*
 * The same for all nodes. The times are short, so that another node leads three seconds after a
 * leader ends: the defaults are for networks.
 */
static const char common[] = "process.roles=broker,controller\n"
			     "controller.listener.names=CONTROLLER\n"
			     "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,"
			     "CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,"
			     "SASL_TLS:SASL_SSL,EXPIRED:SSL\n"
			     "sasl.enabled.mechanisms=SCRAM-SHA-256\n"
			     /* Clients without a password, among them the nodes, may do all. */
			     "authorizer.class.name="
			     "org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
			     "super.users=User:ANONYMOUS\n"
			     "auto.create.topics.enable=false\n"
			     "default.replication.factor=3\n"
			     "min.insync.replicas=2\n"
			     "offsets.topic.replication.factor=3\n"
			     "offsets.topic.num.partitions=3\n"
			     "transaction.state.log.replication.factor=3\n"
			     "broker.session.timeout.ms=3000\n"
			     "broker.heartbeat.interval.ms=500\n"
			     "controller.quorum.election.timeout.ms=500\n"
			     "controller.quorum.fetch.timeout.ms=1000\n";

/* Names of the listeners in the configuration. */
static const char *const listener_names[FLEET_LISTENERS] = {
	[FLEET_PLAINTEXT] = "PLAINTEXT", [FLEET_SASL] = "SASL",           [FLEET_TLS] = "TLS",
	[FLEET_SASL_TLS] = "SASL_TLS",   [FLEET_TLS_EXPIRED] = "EXPIRED",
};

int fleet_uuid(char *ret)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789-_";
	uint8_t bytes[18] = { 0 };

	if (getrandom(bytes, 16, 0) != 16)
		return -EIO;
	/* Kafka reserves UUIDs that begin with a dash. */
	bytes[0] &= 0x7f;
	for (size_t i = 0; i < FLEET_UUID_SIZE - 1; i++) {
		const uint8_t *group = bytes + i / 4 * 3;
		const uint32_t bits = (uint32_t)group[0] << 16 | (uint32_t)group[1] << 8 | group[2];

		ret[i] = digits[bits >> (18 - 6 * (i % 4)) & 0x3f];
	}
	ret[FLEET_UUID_SIZE - 1] = '\0';
	return 0;
}

/* Print the path of a file or folder of the node to @ret. */
static void path_of(const struct fleet_node *node, const char *name, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", node->folder, name);
}

__attribute__((format(printf, 3, 4))) static int write_file(const struct fleet_node *node,
							    const char *name, const char *fmt, ...)
{
	char path[512];
	va_list args;
	FILE *f;
	int r;

	path_of(node, name, path, sizeof(path));
	f = fopen(path, "we");
	if (!f) {
		r = -errno;
		fprintf(stderr, "fleet: cannot write %s: %s\n", path, strerror(-r));
		return r;
	}
	va_start(args, fmt);
	r = vfprintf(f, fmt, args) < 0 ? -EIO : 0;
	va_end(args);
	if (fclose(f) != 0)
		r = -EIO;
	if (r < 0)
		fprintf(stderr, "fleet: cannot write %s: is the disk full?\n", path);
	return r;
}

static int make_folder(const char *path)
{
	int r = mkdir(path, 0700) < 0 ? -errno : 0;

	if (r < 0)
		fprintf(stderr, "fleet: cannot make the folder %s: %s\n", path, strerror(-r));
	return r;
}

/* Print the listeners for clients: "PLAINTEXT://127.0.0.1:PORT,...". */
static void print_listeners(const struct fleet_node *node, char *ret, size_t size)
{
	size_t len = 0;

	for (int i = 0; i < FLEET_LISTENERS; i++)
		len += (size_t)snprintf(ret + len, size - len, "%s%s://127.0.0.1:%d", i ? "," : "",
					listener_names[i], node->ports[i]);
}

/* Print what the listeners with TLS or SASL need. Kafka writes their names in small letters. */
static void print_security(const char *certificates, char *ret, size_t size)
{
	static const char scram[] = "org.apache.kafka.common.security.scram.ScramLoginModule";
	static const struct {
		const char *listener, *file;
	} files[] = {
		{ "tls", FLEET_BROKER },
		{ "sasl_tls", FLEET_BROKER },
		{ "expired", FLEET_EXPIRED },
	};
	static const char *const with_sasl[] = { "sasl", "sasl_tls" };
	size_t len = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		len += (size_t)snprintf(ret + len, size - len,
					"listener.name.%s.ssl.keystore.type=PEM\n"
					"listener.name.%s.ssl.keystore.location=%s/%s\n",
					files[i].listener, files[i].listener, certificates,
					files[i].file);
	for (size_t i = 0; i < sizeof(with_sasl) / sizeof(*with_sasl); i++)
		len += (size_t)snprintf(ret + len, size - len,
					"listener.name.%s.scram-sha-256.sasl.jaas.config="
					"%s required;\n",
					with_sasl[i], scram);
}

int fleet_node__prepare(const struct fleet_node *nodes, int index, const char *cluster_id,
			const char *certificates)
{
	const struct fleet_node *node = &nodes[index];
	char data[512], voters[256], listeners[512], security[2048], id[FLEET_UUID_SIZE];
	size_t len = 0;
	int r;

	for (int i = 0; i < FLEET_NODES; i++)
		len += (size_t)snprintf(voters + len, sizeof(voters) - len, "%s%d@127.0.0.1:%d",
					i ? "," : "", i + 1, nodes[i].controller_port);
	path_of(node, "data", data, sizeof(data));
	print_listeners(node, listeners, sizeof(listeners));
	print_security(certificates, security, sizeof(security));
	r = make_folder(node->folder);
	if (r == 0)
		r = make_folder(data);
	if (r == 0)
		r = fleet_uuid(id);
	if (r == 0)
		r = write_file(node, "data/meta.properties",
			       "version=1\ncluster.id=%s\nnode.id=%d\ndirectory.id=%s\n",
			       cluster_id, index + 1, id);
	if (r == 0)
		r = write_file(node, "server.properties",
			       "%s%snode.id=%d\ncontroller.quorum.voters=%s\n"
			       "listeners=%s,CONTROLLER://127.0.0.1:%d\n"
			       "advertised.listeners=%s\nlog.dirs=%s\n",
			       common, security, index + 1, voters, listeners,
			       node->controller_port, listeners, data);
	return r;
}

/* The child: become the node. Never returns. */
static void become(const char *program, char *const *argv, const char *log, pid_t parent)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int null = open("/dev/null", O_RDONLY);

	/* If the parent has ended already, no signal comes. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(127);
	if (fd < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0 ||
	    dup2(fd, STDERR_FILENO) < 0)
		_exit(127);
	execv(program, argv);
	_exit(127);
}

int fleet_node__start(struct fleet_node *node, const char *java, const char *jars)
{
	char program[512], classes[512], properties[512], log[512];
	char *argv[] = {
		program, "-Xms128m", "-Xmx256m",    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-cp",   classes,    "kafka.Kafka", properties,         NULL,
	};
	const pid_t parent = getpid();

	snprintf(program, sizeof(program), "%s/bin/java", java);
	snprintf(classes, sizeof(classes), "%s/*", jars);
	path_of(node, "server.properties", properties, sizeof(properties));
	path_of(node, "node.log", log, sizeof(log));
	if (access(program, X_OK) < 0) {
		int r = -errno;

		fprintf(stderr, "fleet: cannot execute %s: %s\n", program, strerror(-r));
		return r;
	}
	node->pid = fork();
	if (node->pid < 0) {
		int r = -errno;

		node->pid = 0;
		fprintf(stderr, "fleet: cannot start a process: %s\n", strerror(-r));
		return r;
	}
	if (node->pid == 0)
		become(program, argv, log, parent);
	return 0;
}

void fleet_node__kill(struct fleet_node *node)
{
	if (!node->pid)
		return;
	kill(node->pid, SIGKILL);
	while (waitpid(node->pid, NULL, 0) < 0 && errno == EINTR)
		;
	node->pid = 0;
}
