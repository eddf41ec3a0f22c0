/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* options.c - rows of options in, getopt_long's tables and the text of --help out. */
#include "cli/cli.h"
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OPTIONS = 64, KEY_LETTERS = 256 };

static void help(const struct options *o) {
    const struct opt *p;
    printf("usage: %s\n%s\n\noptions:\n", o->synopsis, o->about);
    for (p = o->opt; p->key; p++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", p->name, p->arg ? " " : "", p->arg ? p->arg : "");
        if (p->key < KEY_LETTERS)
            printf("  -%c, %-24s %s\n", p->key, left, p->help);
        else
            printf("      %-24s %s\n", left, p->help);
    }
    printf("  -h, %-24s %s\n", "--help", "this text");
}

int next_option(const struct options *o, int *status) {
    struct option rows[MAX_OPTIONS] = {{0}};
    char letters[2 * MAX_OPTIONS + 4] = ":h";
    size_t n = 0, k = 2;
    const struct opt *p;
    int key;
    for (p = o->opt; p->key && n < MAX_OPTIONS - 2; p++) {
        rows[n++] = (struct option){p->name, p->arg ? required_argument : no_argument, NULL, p->key};
        if (p->key < KEY_LETTERS) {
            letters[k++] = (char)p->key;
            if (p->arg)
                letters[k++] = ':';
        }
    }
    rows[n] = (struct option){"help", no_argument, NULL, 'h'};
    key = getopt_long(o->argc, o->argv, letters, rows, NULL);
    if (key == -1)
        return 0;
    if (key == 'h') {
        help(o);
        *status = flush_output();
        return OPT_DONE;
    }
    if (key != '?' && key != ':')
        return key;
    /* getopt_long leaves the whole word behind for a long option, the letter for a short one */
    if (key == ':')
        *status = complain("option %s needs an argument", o->argv[optind - 1]);
    else if (optopt && optopt < KEY_LETTERS && isprint(optopt))
        *status = complain("unknown option -%c (supervm %s --help lists them)", optopt, o->argv[0]);
    else
        *status =
            complain("unknown or ambiguous option %s (supervm %s --help lists them)", o->argv[optind - 1], o->argv[0]);
    return OPT_DONE;
}

bool read_number(const char *text, u64 *out) {
    static const char units[] = "kMG";
    char *end;
    u64 v, unit = 1;
    const char *u;
    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    v = strtoull(text, &end, 0);
    if (*end && (u = strchr(units, *end)) && !end[1]) {
        unit = u == units ? 1000 : u == units + 1 ? 1000000 : 1000000000;
        end++;
    }
    if (errno || *end || __builtin_mul_overflow(v, unit, &v))
        return false;
    *out = v;
    return true;
}
