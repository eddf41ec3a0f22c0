/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* term.c - messages, colours, numbers and progress, as a terminal or a pipe wants them. */
#include "base/platform.h"
#include "cli/cli.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* https://no-color.org: present and not empty switches colours off. */
static bool colours(FILE *f) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(f)) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}

const char *style(FILE *f, enum style s) {
    static const char *const codes[] = {
        [STYLE_PLAIN] = "\033[0m",  [STYLE_BOLD] = "\033[1m",    [STYLE_RED] = "\033[31m",
        [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m", [STYLE_DIM] = "\033[2m"};
    return colours(f) ? codes[s] : "";
}

static void say(const char *fmt, va_list ap) {
    fflush(stdout);
    fprintf(stderr, "%ssupervm: ", style(stderr, STYLE_RED));
    vfprintf(stderr, fmt, ap);
    fprintf(stderr, "%s\n", style(stderr, STYLE_PLAIN));
}

int complain(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
    return EXIT_USAGE;
}

int refuse(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
    return EXIT_REFUSED;
}

int flush_output(void) {
    if (!fflush(stdout) && !ferror(stdout))
        return EXIT_WELL;
    if (errno != EPIPE) /* a reader that has seen enough, as in "| head" */
        return refuse("standard output: %s", strerror(errno));
    return EXIT_REFUSED;
}

const char *with_commas(u64 v, char text[32]) {
    char digits[24], *p = text;
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v), i;
    for (i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            *p++ = ',';
        *p++ = digits[i];
    }
    *p = 0;
    return text;
}

enum { FIRST_AFTER_NS = 500000000, EVERY_NS = 200000000 };

void progress_show(struct progress *p, const char *fmt, ...) {
    u64 now;
    va_list ap;
    if (p->off)
        return;
    now = os_time_ns();
    if (!p->start_ns) {
        p->start_ns = now;
        p->next_ns = now + FIRST_AFTER_NS;
        p->off = !isatty(STDERR_FILENO);
    }
    if (p->off || now < p->next_ns)
        return;
    p->next_ns = now + EVERY_NS;
    p->shown = true;
    fprintf(stderr, "\r");
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\033[K");
    fflush(stderr);
}

void progress_end(struct progress *p) {
    if (p->shown)
        fprintf(stderr, "\r\033[K");
    p->shown = false;
}
