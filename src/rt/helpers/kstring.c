/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kstring.c - the string kfuncs (kernel/bpf/helpers.c): they take any address and answer
 *   -ERANGE  an address of user space, such as NULL      -EFAULT  memory that cannot be read
 *   -E2BIG   no end within 65,536 bytes                  -ENOENT  not found
 * Each byte is read through a window that was checked; 64 bytes cost a unit of fuel. */
#include "rt/helpers/helpers.h"
#include <ctype.h>
#include <errno.h>

enum { LONGEST = 65536 };

struct text {
    struct ctx *cx;
    u64 addr, room; /* readable bytes from addr on */
    s64 err;        /* of a read at addr itself */
};

static struct text text(struct ctx *cx, u64 addr) {
    struct text t = {cx, addr, mem_room(cx, addr, LONGEST + 1), -EFAULT};
    if (!t.room && addr >> 47 == 0)
        t.err = -ERANGE;
    return t;
}

/* Byte i, or a negative error; *steps pays for the reads. */
static s64 at(const struct text *t, u64 i, u64 *steps) {
    if (++*steps % 64 == 0 && !charge(t->cx, 1))
        return -EINTR;
    if (i >= t->room)
        return i ? -EFAULT : t->err;
    return ((const u8 *)ptr(t->addr))[i];
}

static s64 compare(struct ctx *cx, u64 a, u64 b, u64 n, bool fold) {
    struct text s = text(cx, a), t = text(cx, b);
    u64 steps = 0, i;
    if (!s.room && s.err == -ERANGE)
        return -ERANGE;
    if (!t.room && t.err == -ERANGE)
        return -ERANGE;
    for (i = 0; i < n && i < LONGEST; i++) {
        s64 x = at(&s, i, &steps), y;
        if (x < 0)
            return x;
        if ((y = at(&t, i, &steps)) < 0)
            return y;
        if (fold) {
            x = tolower((int)x);
            y = tolower((int)y);
        }
        if (x != y)
            return x < y ? -1 : 1;
        if (!x)
            return 0;
    }
    return i == LONGEST ? -E2BIG : 0;
}

K(bpf_strcmp) {
    return (u64)compare(cx, r1, r2, LONGEST, false);
}
K(bpf_strcasecmp) {
    return (u64)compare(cx, r1, r2, LONGEST, true);
}
K(bpf_strncasecmp) {
    return (u64)compare(cx, r1, r2, r3, true);
}

/* The first c among n; or_end: the place of the NUL will do. */
static s64 find(struct ctx *cx, u64 s, u64 n, u8 c, bool or_end) {
    struct text t = text(cx, s);
    u64 steps = 0, i;
    s64 x;
    if (!t.room && t.err == -ERANGE)
        return -ERANGE;
    for (i = 0; i < n && i < LONGEST; i++) {
        if ((x = at(&t, i, &steps)) < 0)
            return x;
        if (x == c || (!x && or_end))
            return (s64)i;
        if (!x)
            return -ENOENT;
    }
    return i == LONGEST ? -E2BIG : -ENOENT;
}

K(bpf_strnchr) {
    return (u64)find(cx, r1, r2, (u8)r3, false);
}
K(bpf_strchr) {
    return (u64)find(cx, r1, LONGEST, (u8)r2, false);
}
K(bpf_strchrnul) {
    return (u64)find(cx, r1, LONGEST, (u8)r2, true);
}

K(bpf_strrchr) {
    struct text t = text(cx, r1);
    u64 steps = 0;
    s64 last = -ENOENT, x;
    for (u64 i = 0; i < LONGEST; i++) {
        if ((x = at(&t, i, &steps)) < 0)
            return (u64)x;
        if (x == (u8)r2)
            last = (s64)i;
        if (!x)
            return (u64)last;
    }
    return (u64)-E2BIG;
}

static s64 length(struct ctx *cx, u64 s, u64 n) {
    struct text t = text(cx, s);
    u64 steps = 0, i;
    s64 x;
    if (!t.room && t.err == -ERANGE)
        return -ERANGE;
    for (i = 0; i < n && i < LONGEST; i++) {
        if ((x = at(&t, i, &steps)) < 0)
            return x;
        if (!x)
            return (s64)i;
    }
    return i == LONGEST ? -E2BIG : (s64)i;
}

K(bpf_strnlen) {
    return (u64)length(cx, r1, r2);
}
K(bpf_strlen) {
    return (u64)length(cx, r1, LONGEST);
}

/* How many of the first bytes of s are in the set, or (until) are not. */
static s64 span(struct ctx *cx, u64 s, u64 set, bool until) {
    struct text t = text(cx, s), u = text(cx, set);
    u64 steps = 0;
    if (!t.room && t.err == -ERANGE)
        return -ERANGE;
    if (!u.room && u.err == -ERANGE)
        return -ERANGE;
    for (u64 i = 0; i < LONGEST; i++) {
        s64 x = at(&t, i, &steps), y = 0;
        u64 k;
        if (x <= 0)
            return x < 0 ? x : (s64)i;
        for (k = 0; k < LONGEST; k++) {
            if ((y = at(&u, k, &steps)) < 0)
                return y;
            if (!y || x == y)
                break;
        }
        if (k == LONGEST)
            return -E2BIG;
        if (until ? y != 0 : y == 0)
            return (s64)i;
    }
    return -E2BIG;
}

K(bpf_strspn) {
    return (u64)span(cx, r1, r2, false);
}
K(bpf_strcspn) {
    return (u64)span(cx, r1, r2, true);
}

/* The first place of the second string in the first n bytes of the first. */
static s64 search(struct ctx *cx, u64 s, u64 what, u64 n, bool fold) {
    struct text t = text(cx, s), u = text(cx, what);
    u64 steps = 0;
    if (!t.room && t.err == -ERANGE)
        return -ERANGE;
    if (!u.room && u.err == -ERANGE)
        return -ERANGE;
    for (u64 i = 0; i < LONGEST; i++) {
        u64 k;
        for (k = 0; i + k <= n && k < LONGEST; k++) {
            s64 y = at(&u, k, &steps), x;
            if (y <= 0)
                return y < 0 ? y : (s64)i;
            if (i + k == n)
                break;
            if ((x = at(&t, i + k, &steps)) <= 0)
                return x < 0 ? x : -ENOENT;
            if (fold ? tolower((int)x) != tolower((int)y) : x != y)
                break;
        }
        if (k == LONGEST)
            return -E2BIG;
        if (i + k == n)
            return -ENOENT;
    }
    return -E2BIG;
}

K(bpf_strnstr) {
    return (u64)search(cx, r1, r2, r3, false);
}
K(bpf_strstr) {
    return (u64)search(cx, r1, r2, LONGEST, false);
}
K(bpf_strncasestr) {
    return (u64)search(cx, r1, r2, r3, true);
}
K(bpf_strcasestr) {
    return (u64)search(cx, r1, r2, LONGEST, true);
}
