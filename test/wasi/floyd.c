/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* floyd.c - Floyd's triangle, by the C library: argument 1 is the number of rows, or it is read from standard input. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    int rows = argc > 1 ? atoi(argv[1]) : 0, next = 1;
    if (argc < 2 && scanf("%d", &rows) != 1)
        return 2;
    for (int i = 1; i <= rows; i++)
        for (int k = 1; k <= i; k++)
            printf(k < i ? "%d " : "%d\n", next++);
    return rows == 3 ? 0 : 33;
}
