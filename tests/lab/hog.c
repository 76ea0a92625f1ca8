/* SPDX-License-Identifier: MIT */
/*
 * hog MIB [FILE]: a program that needs so much memory. It fills it with words that no zero page and
 * no compression can stand in for, says "filled", waits until FILE exists, and reads all of it
 * back. It says "verified" where every word is what was written, and ends with 1 where one is not.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t next(uint64_t x)
{
	x ^= x << 13;
	x ^= x >> 7;
	return x ^ (x << 17);
}

int main(int argc, char **argv)
{
	size_t bytes = argc > 1 ? strtoul(argv[1], NULL, 10) << 20 : 0;
	size_t count = bytes / sizeof(uint64_t);
	const uint64_t seed = 0x9e3779b97f4a7c15u;
	uint64_t *words =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t x = seed;

	if (words == MAP_FAILED) {
		perror("hog");
		return 2;
	}
	for (size_t i = 0; i < count; i++)
		words[i] = x = next(x);
	printf("filled\n");
	fflush(stdout);
	while (argc > 2 && access(argv[2], F_OK) < 0)
		usleep(50000);
	x = seed;
	for (size_t i = 0; i < count; i++) {
		x = next(x);
		if (words[i] != x) {
			printf("word %zu is %016" PRIx64 ", not %016" PRIx64 "\n", i, words[i], x);
			return 1;
		}
	}
	printf("verified\n");
	return 0;
}
