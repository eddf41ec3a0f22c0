/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail(struct error *e, int code, s64 at, const char *fmt, ...) {
    va_list ap;
    if (e->code) return e->code;
    e->code = code;
    e->at = at;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    return code;
}

int wrap(struct error *e, const char *fmt, ...) {
    char place[sizeof e->text];
    size_t n, keep;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(place, sizeof place - 2, fmt, ap);
    va_end(ap);
    n = strlen(place);
    memcpy(place + n, ": ", 2);
    n += 2;
    keep = strnlen(e->text, sizeof e->text - 1 - n); /* the end of a text too long is lost */
    memmove(e->text + n, e->text, keep);
    memcpy(e->text, place, n);
    e->text[n + keep] = 0;
    return e->code;
}

const char *error_name(int code) {
    switch (code) {
#define ERR(name, c, text) case E_##name: return text;
#include "base/errors.def"
    }
    return "no error";
}
