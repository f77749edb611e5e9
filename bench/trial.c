// SPDX-License-Identifier: GPL-3.0-or-later
// The smallest trial there is: one line, then the end. With an argument: so many lines.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    long lines = argc > 1 ? atol(argv[1]) : 1;
    for (long i = 1; i <= lines; i++)
        printf("loss=%.6f\n", 1.0 / (double)i);
    return fflush(stdout) == 0 ? 0 : 1;
}
