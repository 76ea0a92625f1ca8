/* SPDX-License-Identifier: MIT */
/*
 * A program whose memory is in swap: fills some with a pattern that no zero page or compression can
 * stand in for, and obeys the letters on its standard input: o pushes it out, v verifies it, and
 * each is answered with a line. It must never find another word than it wrote.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define SEED 0x9e3779b97f4a7c15u

static uint64_t next(uint64_t x)
{
	x ^= x << 13;
	x ^= x >> 7;
	return x ^ (x << 17);
}

static void fill(uint64_t *words, size_t count)
{
	uint64_t x = SEED;

	for (size_t i = 0; i < count; i++)
		words[i] = x = next(x);
}

static void verify(const uint64_t *words, size_t count)
{
	uint64_t x = SEED;

	for (size_t i = 0; i < count; i++) {
		x = next(x);
		if (words[i] != x) {
			printf("word %zu is %016" PRIx64 " instead of %016" PRIx64 "\n", i,
			       words[i], x);
			return;
		}
	}
	printf("verified\n");
}

static void push_out(uint64_t *words, size_t bytes)
{
	if (madvise(words, bytes, MADV_PAGEOUT) < 0)
		perror("madvise");
	printf("out\n");
}

int main(int argc, char **argv)
{
	size_t bytes = argc == 2 ? strtoul(argv[1], NULL, 10) << 20 : 0;
	uint64_t *words =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int letter;

	if (words == MAP_FAILED)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	fill(words, bytes / sizeof(*words));
	printf("ready\n");
	while ((letter = getchar()) != EOF) {
		if (letter == 'o')
			push_out(words, bytes);
		else if (letter == 'v')
			verify(words, bytes / sizeof(*words));
	}
	return 0;
}
