/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* log.c - log.h. A line is written at once, whoever else writes. */
#define _GNU_SOURCE
#include "base/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool log_wants(enum log_level l) {
    const char *level = secure_getenv("SUPERVM_LOG");
    return level && (!strcmp(level, "debug") || (l == LOG_INFO && !strcmp(level, "info")));
}

void log_say(enum log_level l, const char *fmt, ...) {
    char line[1024] = "supervm: ";
    size_t n = strlen(line);
    va_list ap;
    if (!log_wants(l))
        return;
    va_start(ap, fmt);
    vsnprintf(line + n, sizeof line - n - 1, fmt, ap);
    va_end(ap);
    n = strlen(line);
    line[n] = '\n';
    fwrite(line, 1, n + 1, stderr);
}
