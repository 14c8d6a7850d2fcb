/* SPDX-License-Identifier: BSD-2-Clause */
/* Not a case: the program that the volume cases spawn. */
int main(void)
{
	return 0;
}
