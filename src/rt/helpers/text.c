/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* text.c - helpers on strings, and the reading of memory that may not be there. */
#include "rt/helpers/helpers.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { LINE = 1024, MAX_VALUES = 12 }; /* kernel: MAX_TRACE_PRINTK_VARARGS 3, MAX_BPRINTF_VARARGS 12 */

/* One line for the host, always ended by one newline, as the kernel's trace pipe shows it. */
static u64 print(struct ctx *cx, const char *fmt, u64 size, const u64 *arg, u32 narg) {
    char text[LINE + 2], own[LINE];
    struct registry *r = cx->program->r;
    s64 n;
    if (size > sizeof own || !memchr(fmt, 0, size))
        return (u64)-EINVAL; /* it must end within its size */
    memcpy(own, fmt, size);  /* another thread may be writing there */
    own[size - 1] = 0;
    if ((n = format_text(cx, text, LINE, own, arg, narg)) < 0)
        return (u64)n;
    u64 len = min64((u64)n, LINE - 1);
    if (!len || text[len - 1] != '\n') {
        text[len] = '\n';
        text[len + 1] = 0;
        len++;
    }
    if (r->print)
        r->print(r->print_arg, text, len);
    return (u64)n;
}

H(trace_printk) {
    u64 arg[3] = {r3, r4, r5};
    return print(cx, ptr(r1), r2, arg, 3);
}

/* data_len bytes of values, 8 each. */
static s64 values(const void *data, u64 len, u64 *arg) {
    if (len % 8 || len > MAX_VALUES * 8)
        return -EINVAL;
    if (len)
        memcpy(arg, data, len);
    return (s64)(len / 8);
}

H(trace_vprintk) {
    u64 arg[MAX_VALUES];
    s64 n = values(ptr(r3), r4, arg);
    return n < 0 ? (u64)n : print(cx, ptr(r1), r2, arg, (u32)n);
}

H(snprintf) {
    u64 arg[MAX_VALUES];
    char own[STR_MAX];
    s64 n = values(ptr(r4), r5, arg);
    u64 len = strnlen(ptr(r3), STR_MAX - 1);
    if (n < 0)
        return (u64)n;
    memcpy(own, ptr(r3), len); /* the text may be written over the format */
    own[len] = 0;
    n = format_text(cx, ptr(r1), r2, own, arg, (u32)n);
    return n < 0 ? (u64)n : (u64)n + 1;
}

/* ---- numbers ---- */

/* How many characters were taken, or -EINVAL; *v and whether there was a '-'. */
static s64 digits(const char *s, u64 len, u64 flags, u64 *v, bool *negative) {
    u64 base = flags & 31, i = 0, first;
    bool over = false;
    *v = 0;
    *negative = false;
    if (flags & ~(u64)31 || (base && base != 8 && base != 10 && base != 16))
        return -EINVAL;
    while (i < len && isspace((unsigned char)s[i]))
        i++;
    if (i < len && (*negative = s[i] == '-'))
        i++;
    if (i == len || !isxdigit((unsigned char)s[i]))
        return -EINVAL;
    bool prefix = i + 1 < len && s[i] == '0' && (s[i + 1] | 32) == 'x';
    bool hex = prefix && i + 2 < len && isxdigit((unsigned char)s[i + 2]);
    if (!base)
        base = hex ? 16 : s[i] == '0' ? 8 : 10;
    if (base == 16 && prefix)
        i += 2;
    for (first = i; i < len; i++) {
        u64 d = isdigit((unsigned char)s[i])    ? (u64)(s[i] - '0')
                : isxdigit((unsigned char)s[i]) ? (u64)((s[i] | 32) - 'a' + 10)
                                                : 99;
        if (d >= base)
            break;
        over |= __builtin_mul_overflow(*v, base, v) || __builtin_add_overflow(*v, d, v);
    }
    return i == first ? -EINVAL : over ? -ERANGE : (s64)i;
}

H(strtoul) {
    u64 v;
    bool negative;
    s64 n = digits(ptr(r1), r2, r3, &v, &negative);
    if (n >= 0 && negative)
        n = -EINVAL;
    if (n < 0)
        v = 0; /* left behind since Linux 6.12 */
    memcpy(ptr(r4), &v, 8);
    return (u64)n;
}

H(strtol) {
    u64 v;
    bool negative;
    s64 n = digits(ptr(r1), r2, r3, &v, &negative);
    if (n >= 0 && v > (u64)INT64_MAX + negative)
        n = -ERANGE;
    v = n < 0 ? 0 : negative ? -v : v;
    memcpy(ptr(r4), &v, 8);
    return (u64)n;
}

/* ---- strings ---- */

H(strncmp) {
    const u8 *a = ptr(r1), *b = ptr(r3);
    for (u64 i = 0; i < r2; i++) {
        if (a[i] != b[i])
            return a[i] < b[i] ? (u64)-1 : 1;
        if (!a[i])
            break;
    }
    return 0;
}

/* ---- probe_read: what the program may read anyway; else -EFAULT and zeros ---- */

static u64 probe(struct ctx *cx, u64 to, u64 len, u64 from) {
    if (!len)
        return 0;
    if (mem_try(cx, from, len, false)) {
        memmove(ptr(to), ptr(from), len);
        return 0;
    }
    memset(ptr(to), 0, len);
    return (u64)-EFAULT;
}

/* The length with the NUL; a longer string is cut. */
static u64 probe_str(struct ctx *cx, u64 to, u64 size, u64 from) {
    if (!size)
        return 0;
    u64 room = mem_room(cx, from, size);
    u64 n = room ? strnlen(ptr(from), room) : 0;
    if (!room || (n == room && room < size)) { /* nothing there, or it runs out of its region */
        memset(ptr(to), 0, size);
        return (u64)-EFAULT;
    }
    if (n == size)
        n--;
    memmove(ptr(to), ptr(from), n);
    ((char *)ptr(to))[n] = 0;
    return n + 1;
}

H(probe_read) {
    return probe(cx, r1, r2, r3);
}
H(probe_read_user) {
    return probe(cx, r1, r2, r3);
}
H(probe_read_kernel) {
    return probe(cx, r1, r2, r3);
}
H(probe_read_str) {
    return probe_str(cx, r1, r2, r3);
}
H(probe_read_user_str) {
    return probe_str(cx, r1, r2, r3);
}
H(probe_read_kernel_str) {
    return probe_str(cx, r1, r2, r3);
}
