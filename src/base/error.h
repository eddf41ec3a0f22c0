/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* error.h - the first failure and its place.
 *
 * The input is wrong: fail() keeps the first error, the callers just return its
 * code. wrap() puts the place in front, outward: "section xdp: insn 3: ...".
 * We are wrong: assert. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H
#include "base/types.h"

/* The codes are public: supervm.h repeats these names as SVM_E*. */
enum {
#define ERR(name, code, text) E_##name = code,
#include "base/errors.def"
};

enum { NOWHERE = -1 };

struct error {
    int code;      /* 0: nothing failed */
    s64 at;        /* byte offset in the input, or NOWHERE */
    char text[480];
};

/* Keeps the first error only; returns its code, always negative. */
int fail(struct error *e, int code, s64 at, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Puts "fmt: " in front of the text that stands; returns e->code. */
int wrap(struct error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *error_name(int code); /* "bad input", for a code */

#endif
