/* SPDX-License-Identifier: BSD-2-Clause */
/* Not a case: the program that the case spawn and many tests start. */
int main(void)
{
	return 0;
}
