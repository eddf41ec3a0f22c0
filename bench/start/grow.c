/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* grow.c - a module whose code section is as long as asked for: the bodies of another one, again and again. New
 * functions stand behind the old ones, so indices in bodies go on meaning what they did. Where they are to be held, an
 * element segment names all of them: no compiler may leave out what a reference can stand for. */
#include "start.h"
#include <stdlib.h>
#include <string.h>

enum { SECTION_IMPORT = 2, SECTION_FUNCTION = 3, SECTION_ELEMENT = 9, SECTION_CODE = 10, SECTION_COUNT = 12, FUNC = 0 };
struct part {
    const uint8_t *p; /* behind the count */
    size_t len;
    uint32_t n;
};

static bool read_leb(const uint8_t **p, const uint8_t *end, uint32_t *v) {
    *v = 0;
    for (unsigned shift = 0; *p < end && shift < 35; shift += 7) {
        uint8_t b = *(*p)++;
        *v |= (uint32_t)(b & 127) << shift;
        if (!(b & 128))
            return true;
    }
    return false;
}

static uint8_t *write_leb(uint8_t *p, uint32_t v) {
    do
        *p++ = (uint8_t)((v & 127) | (v > 127 ? 128 : 0));
    while (v >>= 7);
    return p;
}

/* The section again, its items `times` times. */
static uint8_t *repeat(uint8_t *to, uint8_t id, const struct part *s, uint32_t times) {
    uint8_t count[5];
    size_t ncount = (size_t)(write_leb(count, s->n * times) - count);
    *to++ = id;
    to = write_leb(to, (uint32_t)(ncount + s->len * times));
    memcpy(to, count, ncount);
    to += ncount;
    for (uint32_t k = 0; k < times; k++, to += s->len)
        memcpy(to, s->p, s->len);
    return to;
}

/* How many of the imports in a section are functions; false: it is none of those that we make. */
static bool count_imported(const uint8_t *p, const uint8_t *end, uint32_t *n) {
    uint32_t all, v;
    *n = 0;
    if (!read_leb(&p, end, &all))
        return false;
    while (all--) {
        for (unsigned name = 0; name < 2; name++) {
            if (!read_leb(&p, end, &v) || v > (size_t)(end - p))
                return false;
            p += v;
        }
        if (p == end || *p++ != FUNC || !read_leb(&p, end, &v))
            return false;
        ++*n;
    }
    return true;
}

/* The element section s (NULL: there was none) with a declarative segment of n functions from `first` on behind it. */
static uint8_t *hold(uint8_t *to, const struct part *s, uint32_t first, uint32_t n) {
    uint8_t *body = malloc(s->len + 32 + 5 * (size_t)n), *p = body;
    if (!body)
        return NULL;
    p = write_leb(p, s->n + 1);
    if (s->len)
        memcpy(p, s->p, s->len);
    p += s->len;
    *p++ = 3; /* declarative */
    *p++ = 0; /* functions */
    p = write_leb(p, n);
    for (uint32_t k = 0; k < n; k++)
        p = write_leb(p, first + k);
    *to++ = SECTION_ELEMENT;
    to = write_leb(to, (uint32_t)(p - body));
    memcpy(to, body, (size_t)(p - body));
    to += p - body;
    free(body);
    return to;
}

bool grow_module(const uint8_t *p, size_t len, size_t code, bool held, struct grown *g) {
    const uint8_t *at = p + 8, *end = p + len;
    struct part part[3] = {{0}}, *elem = &part[2];
    uint32_t times, size, imported = 0;
    bool done = !held;
    uint8_t *to;
    for (const uint8_t *s = at; s < end; s += size) {
        uint8_t id = *s++;
        if (!read_leb(&s, end, &size) || size > (size_t)(end - s))
            return false;
        if (id == SECTION_IMPORT && !count_imported(s, s + size, &imported) && held)
            return false;
        if (id == SECTION_FUNCTION || id == SECTION_CODE || id == SECTION_ELEMENT) {
            struct part *x = id == SECTION_ELEMENT ? elem : &part[id == SECTION_CODE];
            x->p = s;
            if (!read_leb(&x->p, s + size, &x->n))
                return false;
            x->len = size - (size_t)(x->p - s);
        }
    }
    if (!part[1].len || !(times = (uint32_t)((code + part[1].len - 1) / part[1].len)))
        return false;
    g->code = part[1].len * times;
    if (!(g->p = to =
              malloc(len + 64 + (part[0].len + part[1].len) * times + (held ? 5 * (size_t)part[1].n * times : 0))))
        return false;
    memcpy(to, p, 8);
    to += 8;
    while (at < end) {
        const uint8_t *s = at;
        uint8_t id = *s++;
        read_leb(&s, end, &size);
        if (!done && (id == SECTION_ELEMENT || id == SECTION_COUNT || id == SECTION_CODE)) {
            if (!(to = hold(to, elem, imported, part[1].n * times))) {
                free(g->p);
                return false;
            }
            done = true;
            if (id == SECTION_ELEMENT) {
                at = s + size;
                continue;
            }
        }
        if (id == SECTION_FUNCTION || id == SECTION_CODE) {
            to = repeat(to, id, &part[id == SECTION_CODE], times);
        } else if (id) { /* custom ones go: names would not fit */
            memcpy(to, at, (size_t)(s - at) + size);
            to += (size_t)(s - at) + size;
        }
        at = s + size;
    }
    g->len = (size_t)(to - g->p);
    return true;
}
