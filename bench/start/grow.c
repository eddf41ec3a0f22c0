/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* grow.c - a module whose code section is as long as asked for: the bodies of another one, again and again. New
 * functions stand behind the old ones, so indices in bodies go on meaning what they did. */
#include "start.h"
#include <stdlib.h>
#include <string.h>

enum { SECTION_FUNCTION = 3, SECTION_CODE = 10 };
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

bool grow_module(const uint8_t *p, size_t len, size_t code, struct grown *g) {
    const uint8_t *at = p + 8, *end = p + len;
    struct part part[2] = {{0}};
    uint32_t times, size;
    uint8_t *to;
    for (const uint8_t *s = at; s < end; s += size) {
        uint8_t id = *s++;
        if (!read_leb(&s, end, &size) || size > (size_t)(end - s))
            return false;
        if (id == SECTION_FUNCTION || id == SECTION_CODE) {
            struct part *x = &part[id == SECTION_CODE];
            x->p = s;
            if (!read_leb(&x->p, s + size, &x->n))
                return false;
            x->len = size - (size_t)(x->p - s);
        }
    }
    if (!part[1].len || !(times = (uint32_t)((code + part[1].len - 1) / part[1].len)))
        return false;
    g->code = part[1].len * times;
    if (!(g->p = to = malloc(len + 64 + (part[0].len + part[1].len) * times)))
        return false;
    memcpy(to, p, 8);
    to += 8;
    while (at < end) {
        const uint8_t *s = at;
        uint8_t id = *s++;
        read_leb(&s, end, &size);
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
