/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* json.c - writes a document of some 14 KB, parses it into a tree, walks the tree: bytes, branches, recursion.
 * bench: n=3 */
#include "bench.h"

enum { TEXT = 32768, NODES = 8192, DEPTH = 32 };
enum kind { BAD, NUL, BOOL, NUMBER, STRING, ARRAY, OBJECT };

struct node {
    u8 kind;
    u32 len;         /* of the string; entries of a container */
    const char *key; /* inside an object; its length */
    u32 keylen;
    union {
        f64 num;
        const char *str;
        struct node *first;
    } u;
    struct node *next;
};

static char text[TEXT];
static u32 at_text;
static struct node pool[NODES];
static u32 used;

/* --- writing --- */

static void put(const char *s) {
    while (*s && at_text < TEXT - 1)
        text[at_text++] = *s++;
}

static void put_u32(u32 v) {
    char d[12], *p = d + 11;
    *p = 0;
    do
        *--p = (char)('0' + v % 10);
    while (v /= 10);
    put(p);
}

static void write_text(void) {
    static const char *const word[] = {"alpha",      "beta",           "gamma", "a \\\"quoted\\\" word",
                                       "tab\\tstop", "\\u00e9t\\u00e9"};
    u64 seed = 5;
    at_text = 0;
    put("{\"items\": [\n");
    for (u32 i = 0; i < 120; i++) {
        u64 r = next_random(&seed);
        put(i ? ",\n  {\"id\": " : "  {\"id\": ");
        put_u32(i);
        put(", \"name\": \"");
        put(word[r % 6]);
        put("\", \"price\": ");
        put_u32(r >> 8 & 0xffff);
        put(".");
        put_u32(r >> 24 & 0xfff);
        put(r >> 40 & 1 ? "e-2" : "");
        put(", \"on\": ");
        put(r >> 41 & 1 ? "true" : r >> 42 & 1 ? "false" : "null");
        put(", \"tags\": [");
        for (u32 k = 0; k < (r >> 44 & 3); k++) {
            put(k ? ", " : "");
            put_u32(r >> (44 + k) & 0xff);
        }
        put("]}");
    }
    put("\n]}\n");
    text[at_text] = 0;
}

/* --- reading --- */

struct parser {
    const char *p;
    u32 depth;
    u32 escapes;
};

static void blank(struct parser *s) {
    while (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r')
        s->p++;
}

static struct node *new_node(u8 kind) {
    struct node *n = used < NODES ? &pool[used++] : 0;
    if (n)
        *n = (struct node){.kind = kind};
    return n;
}

static u32 word(struct parser *s, const char *w) {
    u32 n = 0;
    while (w[n] && s->p[n] == w[n])
        n++;
    if (w[n])
        return 0;
    s->p += n;
    return 1;
}

/* The string behind an opening quote; its length as it stands, escapes counted apart. */
static const char *string(struct parser *s, u32 *len) {
    const char *start = s->p;
    for (; *s->p != '"'; s->p++) {
        if (!*s->p)
            return 0;
        if (*s->p == '\\') {
            s->escapes++;
            if (!*++s->p)
                return 0;
        }
    }
    *len = (u32)(s->p++ - start);
    return start;
}

static struct node *number(struct parser *s) {
    struct node *n = new_node(NUMBER);
    u32 minus = *s->p == '-', exp_minus = 0, e = 0;
    f64 v = 0, scale = 1;
    if (!n)
        return 0;
    s->p += minus;
    while (*s->p >= '0' && *s->p <= '9')
        v = v * 10 + (*s->p++ - '0');
    if (*s->p == '.')
        for (s->p++; *s->p >= '0' && *s->p <= '9'; s->p++)
            v += (*s->p - '0') * (scale /= 10);
    if (*s->p == 'e' || *s->p == 'E') {
        s->p++;
        exp_minus = *s->p == '-';
        s->p += *s->p == '-' || *s->p == '+';
        while (*s->p >= '0' && *s->p <= '9')
            e = e * 10 + (u32)(*s->p++ - '0');
        for (; e; e--)
            v = exp_minus ? v / 10 : v * 10;
    }
    n->u.num = minus ? -v : v;
    return n;
}

static struct node *value(struct parser *s);

static struct node *container(struct parser *s, u8 kind, char close) {
    struct node *n = new_node(kind), **tail;
    if (!n || ++s->depth > DEPTH)
        return 0;
    tail = &n->u.first;
    blank(s);
    while (*s->p != close) {
        const char *key = 0;
        u32 keylen = 0;
        struct node *v;
        if (n->len && *s->p++ != ',')
            return 0;
        blank(s);
        if (kind == OBJECT) {
            if (*s->p++ != '"' || !(key = string(s, &keylen)))
                return 0;
            blank(s);
            if (*s->p++ != ':')
                return 0;
        }
        if (!(v = value(s)))
            return 0;
        v->key = key;
        v->keylen = keylen;
        *tail = v;
        tail = &v->next;
        n->len++;
        blank(s);
    }
    s->p++;
    s->depth--;
    return n;
}

static NOINLINE struct node *value(struct parser *s) {
    struct node *n;
    blank(s);
    switch (*s->p) {
    case '{': s->p++; return container(s, OBJECT, '}');
    case '[': s->p++; return container(s, ARRAY, ']');
    case '"':
        s->p++;
        if ((n = new_node(STRING)))
            n->u.str = string(s, &n->len);
        return n && n->u.str ? n : 0;
    case 't':
    case 'f':
        if ((n = new_node(BOOL)))
            n->len = *s->p == 't';
        return word(s, "true") || word(s, "false") ? n : 0;
    case 'n': return word(s, "null") ? new_node(NUL) : 0;
    default: return *s->p == '-' || (*s->p >= '0' && *s->p <= '9') ? number(s) : 0;
    }
}

static u32 hash(u32 h, const char *p, u32 n) {
    for (u32 i = 0; i < n; i++)
        h = (h ^ (u8)p[i]) * 0x01000193u;
    return h;
}

static u32 walk(u32 h, const struct node *n) {
    h = hash(mix(h, n->kind), n->key, n->keylen);
    if (n->kind == NUMBER)
        return mix_f64(h, n->u.num);
    if (n->kind == STRING)
        return hash(h, n->u.str, n->len);
    if (n->kind == ARRAY || n->kind == OBJECT)
        for (const struct node *c = n->u.first; c; c = c->next)
            h = walk(h, c);
    return mix(h, n->len);
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    write_text();
    for (u32 r = 0; r < n; r++) {
        struct parser s = {text, 0, 0};
        struct node *root;
        used = 0;
        root = value(&s);
        if (!root)
            return 0;
        h = mix(walk(h, root), s.escapes);
    }
    return h;
}
