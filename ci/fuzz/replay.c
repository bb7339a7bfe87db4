/* SPDX-License-Identifier: MIT */
/* What `make check` does with a corpus: each file once, with any compiler. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "re");
		char *data = NULL;
		size_t size = 0;
		FILE *copy = open_memstream(&data, &size);
		int byte;

		if (!file || !copy) {
			perror(argv[i]);
			return 2;
		}
		while ((byte = fgetc(file)) != EOF)
			fputc(byte, copy);
		fclose(file);
		fclose(copy);
		LLVMFuzzerTestOneInput((const uint8_t *)data, size);
		free(data);
	}
	printf("%d inputs\n", argc - 1);
	return 0;
}
