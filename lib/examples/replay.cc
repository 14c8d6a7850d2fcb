/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints all fields of all events of a recording, from C++:
 *
 *	replay FILE
 *
 * `eventstrace --record FILE` makes such a file. Needs no privileges.
 */
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <string>

#include <eventstrace.h>

namespace
{

struct counts {
	unsigned long events = 0;
	unsigned long fields = 0;
};

std::string value_of(const et_field &field)
{
	const char *list = field.data, *string;
	size_t left = field.size, size;
	std::string text;

	switch (field.kind) {
	case ET_VALUE_SIGNED:
		return std::to_string(field.signed_number);
	case ET_VALUE_STRING:
	case ET_VALUE_BYTES:
	case ET_VALUE_ENUM:
		return std::string(field.data, field.size);
	case ET_VALUE_STRINGS:
		while ((string = et_strings__next(&list, &left, &size)))
			text += "[" + std::string(string, size) + "]";
		return text;
	case ET_VALUE_ADDRESS:
	case ET_VALUE_OBJECT:
		return "";
	default:
		return std::to_string(field.number);
	}
}

void on_event(void *ctx, const et_event *event)
{
	auto *seen = static_cast<counts *>(ctx);
	et_field field = ET_FIELD_INIT;

	seen->events++;
	std::cout << et_event__name(event) << '\n';
	while (et_event__next_field(event, &field)) {
		seen->fields++;
		std::cout << '\t' << field.path << ' ' << value_of(field) << '\n';
	}
}

} // namespace

int main(int argc, char **argv)
{
	et_options opts = ET_OPTIONS_INIT;
	et_replay *replay = nullptr;
	et_error err = et_error();
	counts seen;
	size_t count;
	int fd, r;

	fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0) {
		std::cerr << "usage: replay FILE\n";
		return 2;
	}
	const et_event_info *infos = et_event_infos(&count);
	for (size_t i = 0; i < count; i++)
		opts.events |= ET_EVENT_BIT(infos[i].id);
	opts.on_event = on_event;
	opts.on_event_ctx = &seen;
	if (et_replay__open(&opts, fd, &replay, &err) < 0) {
		std::cerr << err.message << '\n';
		return 1;
	}
	do
		r = et_replay__step(replay);
	while (r > 0);
	if (r < 0)
		std::cerr << argv[1] << ' ' << et_replay__error(replay)->message << '\n';
	et_replay__close(replay);
	std::cerr << seen.events << " events, " << seen.fields << " fields\n";
	return r < 0;
}
