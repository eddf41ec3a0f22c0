/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit.h - what the test tools share: files of sections, hex text, counts, engines.
 *
 * A test file is text in sections: a line "-- name rest" begins one, the lines up to the
 * next are its body. Lines that begin with # before the first section are comments. */
#ifndef TOOLS_KIT_H
#define TOOLS_KIT_H
#include "base/buf.h"
#include "supervm/supervm.h"

struct section {
    char *name;     /* "asm" */
    char *arg;      /* the rest of the header line, "" if none */
    char *body;     /* NUL-terminated, without the header */
    unsigned line;  /* of the body's first line, from 1 */
};
struct testfile {
    char *path, *text;
    struct section *s;
    size_t n;
};
int testfile_read(struct testfile *t, const char *path); /* 0, or -1 with a message on stderr */
void testfile_free(struct testfile *t);
const struct section *testfile_get(const struct testfile *t, const char *name); /* the first, or NULL */

/* Hex digits with any white space between bytes, or words such as 0x0000000000000095, which
 * stand for eight bytes each, little endian. '#' begins a comment. False: something else. */
bool hex_parse(const char *text, struct buf *out);
/* First word of text that is a number (0x..., decimal, negative); false: none. */
bool number_parse(const char *text, uint64_t *out);

struct counts { unsigned passed, failed, skipped; };
/* One test: printed only where it failed. Returns ok. */
bool check(struct counts *c, bool ok, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Prints "N passed, N failed" (and what was skipped); the exit status for main. */
int counts_end(const struct counts *c);

/* Calls fn for each file under path whose name ends so, in the order of names; path may be such a file. */
int each_file(const char *path, const char *suffix, void (*fn)(void *arg, const char *path), void *arg);

/* Engines that --engine named on the command line, else all that are usable here. */
struct engines { char name[16][64]; size_t n; };
/* Takes "--engine NAME" out of argv; exits with a message when the name is unknown. Without any, all that are usable. */
void engines_from_args(struct engines *e, int *argc, char **argv);

/* A runtime with the helper of the bpf_conformance suite: 5 returns its argument, and ends the
 * program when that is 0. Exits when there is none. */
struct svm *suite_runtime(const char *engine);

#endif
