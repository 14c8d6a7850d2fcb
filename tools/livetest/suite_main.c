/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/livetest/suite.h"

int main(int argc, char **argv)
{
	return suite_main(argc, argv);
}
