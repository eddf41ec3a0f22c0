/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compare.c - outcomes, and where two of them part.
 * in: what each side left      out: the first difference in words
 * Contents of maps are compared as sets of keys and values; per-CPU values as the sums over all
 * processors, since the two sides may run on different ones. */
#include "tool.h"
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grow(void *p, size_t n, size_t size) {
    if (n & (n - 1)) /* capacity is the next power of two */
        return p;
    p = realloc(p, (n ? 2 * n : 1) * size);
    if (!p) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return p;
}

struct result *outcome_result(struct outcome *o, const struct step *s) {
    o->result = grow(o->result, o->nresult, sizeof *o->result);
    struct result *r = &o->result[o->nresult++];
    memset(r, 0, sizeof *r);
    r->step = s;
    return r;
}

struct dump *outcome_map(struct outcome *o, const char *name, uint32_t type) {
    o->map = grow(o->map, o->nmap, sizeof *o->map);
    struct dump *d = &o->map[o->nmap++];
    memset(d, 0, sizeof *d);
    snprintf(d->name, sizeof d->name, "%s", map_plain_name(name));
    enum listing l = map_listing(type);
    d->ordered = l == DRAIN || l == RECORDS;
    return d;
}

/* Adds copies of a value word by word; words are as wide as divides the size. */
static void add_copies(uint8_t *sum, const uint8_t *value, size_t size, unsigned cpus) {
    size_t width = size % 8 == 0 ? 8 : size % 4 == 0 ? 4 : 1, stride = (size + 7) / 8 * 8;
    memset(sum, 0, size);
    for (unsigned cpu = 0; cpu < cpus; cpu++)
        for (size_t i = 0; i < size; i += width) {
            uint64_t a = 0, b = 0;
            memcpy(&a, sum + i, width);
            memcpy(&b, value + cpu * stride + i, width);
            a += b;
            memcpy(sum + i, &a, width);
        }
}

void dump_add(struct dump *d, const void *key, size_t key_size, const void *value, size_t value_size, unsigned cpus) {
    d->entry = grow(d->entry, d->nentry, sizeof *d->entry);
    struct entry *e = &d->entry[d->nentry++];
    e->key = bytes_copy(key, key_size);
    e->value = bytes_copy(value, value_size);
    if (cpus > 1)
        add_copies(e->value.p, value, value_size, cpus);
}

void outcome_free(struct outcome *o) {
    for (size_t i = 0; i < o->nresult; i++)
        bytes_free(&o->result[i].data);
    for (size_t i = 0; i < o->nmap; i++) {
        for (size_t k = 0; k < o->map[i].nentry; k++) {
            bytes_free(&o->map[i].entry[k].key);
            bytes_free(&o->map[i].entry[k].value);
        }
        free(o->map[i].entry);
    }
    free(o->result);
    free(o->map);
    free(o->var);
    memset(o, 0, sizeof *o);
}

const char *map_plain_name(const char *name) {
    const char *dot = strchr(name, '.');
    return dot ? dot : name;
}

bool map_is_percpu(uint32_t type) {
    return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
           type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

enum listing map_listing(uint32_t type) {
    switch (type) {
    case BPF_MAP_TYPE_QUEUE:
    case BPF_MAP_TYPE_STACK: return DRAIN;
    case BPF_MAP_TYPE_RINGBUF: return RECORDS;
    case BPF_MAP_TYPE_ARRAY_OF_MAPS:
    case BPF_MAP_TYPE_HASH_OF_MAPS: return KEYS;
    case BPF_MAP_TYPE_HASH:
    case BPF_MAP_TYPE_ARRAY:
    case BPF_MAP_TYPE_PERCPU_HASH:
    case BPF_MAP_TYPE_PERCPU_ARRAY:
    case BPF_MAP_TYPE_LRU_HASH:
    case BPF_MAP_TYPE_LRU_PERCPU_HASH:
    case BPF_MAP_TYPE_LPM_TRIE:
    case BPF_MAP_TYPE_DEVMAP:
    case BPF_MAP_TYPE_DEVMAP_HASH:
    case BPF_MAP_TYPE_CPUMAP: return LIST;
    default: return NOTHING; /* programs, sockets, bits: no contents that mean anything outside */
    }
}

/* ---- comparing ---- */

struct report {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static bool differ(struct report *r, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    vsnprintf(r->text, r->size, format, ap);
    va_end(ap);
    return false;
}

static const char *hex(const struct bytes *b, char *out, size_t size) {
    size_t n = 0;
    out[0] = 0;
    for (size_t i = 0; i < b->n && n + 3 < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%02x", b->p[i]);
    return out;
}

static size_t first_difference(const struct bytes *a, const struct bytes *b) {
    size_t i = 0;
    while (i < a->n && i < b->n && a->p[i] == b->p[i])
        i++;
    return i;
}

static bool bytes_equal(const struct bytes *a, const struct bytes *b) {
    return a->n == b->n && first_difference(a, b) == a->n;
}

/* Some words on where in the case a result stands. */
static const char *where(const struct result *r, size_t i, char *out, size_t size) {
    static const char *const verb[] = {"run", "put", "del", "get", "take", "prog", "set"};
    snprintf(out, size, "step %zu (%s %s)", i + 1, verb[r->step->kind], r->step->name);
    return out;
}

static bool result_equal(const struct result *k, const struct result *o, size_t i, struct report *rep) {
    char place[128];
    where(k, i, place, sizeof place);
    if (k->status != o->status)
        return differ(rep, "%s: status: kernel %d %s, ours %d %s", place, k->status, k->why, o->status, o->why);
    if (k->ret != o->ret)
        return differ(rep, "%s: verdict: kernel %u, ours %u", place, k->ret, o->ret);
    if (k->data.n != o->data.n)
        return differ(rep, "%s: length: kernel %zu, ours %zu", place, k->data.n, o->data.n);
    if (k->meta != o->meta)
        return differ(rep, "%s: metadata: kernel %u bytes, ours %u", place, k->meta, o->meta);
    size_t at = first_difference(&k->data, &o->data);
    if (at < k->data.n)
        return differ(rep, "%s: byte %zu: kernel %02x, ours %02x", place, at, k->data.p[at], o->data.p[at]);
    if (!k->fields || !o->fields)
        return true;
    if (k->mark != o->mark || k->priority != o->priority)
        return differ(rep, "%s: mark, priority: kernel %u, %u, ours %u, %u", place, k->mark, k->priority, o->mark,
                      o->priority);
    if (k->tstamp != o->tstamp)
        return differ(rep, "%s: tstamp: kernel %llu, ours %llu", place, (unsigned long long)k->tstamp,
                      (unsigned long long)o->tstamp);
    for (int c = 0; c < 5; c++)
        if (k->cb[c] != o->cb[c])
            return differ(rep, "%s: cb[%d]: kernel %u, ours %u", place, c, k->cb[c], o->cb[c]);
    return true;
}

static int by_key(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
    int c = n ? memcmp(x->key.p, y->key.p, n) : 0;
    return c ? c : (x->key.n > y->key.n) - (x->key.n < y->key.n);
}

static const struct var *var_at(const struct outcome *o, const char *map, size_t off) {
    for (size_t i = 0; i < o->nvar; i++)
        if (!strcmp(o->var[i].map, map) && off >= o->var[i].off && off - o->var[i].off < o->var[i].size)
            return &o->var[i];
    return NULL;
}

struct logged { /* struct out_rec of oracle.h */
    uint32_t line, pad;
    uint64_t value;
};

/* A difference in a data section: by the result logged there, by variable, or by offset. */
static bool differ_data(const struct outcome *o, const struct dump *d, const struct bytes *k, const struct bytes *u,
                        struct report *rep) {
    size_t at = first_difference(k, u);
    for (size_t i = 0; i < o->nvar; i++) { /* the log is the best witness, wherever it stands */
        const struct var *log = &o->var[i];
        if (strcmp(log->name, "out") || strcmp(log->map, d->name) || log->off + log->size > k->n)
            continue;
        for (size_t r = 0; r < log->size / sizeof(struct logged); r++) {
            struct logged a, b;
            memcpy(&a, k->p + log->off + r * sizeof a, sizeof a);
            memcpy(&b, u->p + log->off + r * sizeof b, sizeof b);
            if (memcmp(&a, &b, sizeof a))
                return differ(rep, "result %zu: kernel line %u 0x%llx, ours line %u 0x%llx", r, a.line,
                              (unsigned long long)a.value, b.line, (unsigned long long)b.value);
        }
    }
    const struct var *v = var_at(o, d->name, at);
    if (v)
        return differ(rep, "variable %s, byte %zu: kernel %02x, ours %02x", v->name, at - v->off, k->p[at], u->p[at]);
    return differ(rep, "map %s: byte %zu: kernel %02x, ours %02x", d->name, at, k->p[at], u->p[at]);
}

static bool map_equal(const struct outcome *ko, struct dump *k, struct dump *u, struct report *rep) {
    char key[200], a[200], b[200];
    if (!k->ordered) {
        if (k->nentry)
            qsort(k->entry, k->nentry, sizeof *k->entry, by_key);
        if (u->nentry)
            qsort(u->entry, u->nentry, sizeof *u->entry, by_key);
    }
    for (size_t i = 0; i < k->nentry || i < u->nentry; i++) {
        struct entry *x = i < k->nentry ? &k->entry[i] : NULL, *y = i < u->nentry ? &u->entry[i] : NULL;
        int order = !x ? 1 : !y ? -1 : k->ordered ? 0 : by_key(x, y);
        if (order < 0)
            return differ(rep, "map %s: %s %s: kernel has it (%zu in all), ours not (%zu)", k->name,
                          k->ordered ? "record" : "key", hex(k->ordered ? &x->value : &x->key, key, sizeof key),
                          k->nentry, u->nentry);
        if (order > 0)
            return differ(rep, "map %s: %s %s: ours has it (%zu in all), kernel not (%zu)", k->name,
                          k->ordered ? "record" : "key", hex(k->ordered ? &y->value : &y->key, key, sizeof key),
                          u->nentry, k->nentry);
        if (bytes_equal(&x->value, &y->value))
            continue;
        if (k->name[0] == '.' && x->value.n == y->value.n)
            return differ_data(ko, k, &x->value, &y->value, rep);
        return differ(rep, "map %s: %s %zu%s%s: byte %zu: kernel %s, ours %s", k->name, k->ordered ? "record" : "entry",
                      i, k->ordered ? "" : ", key ", hex(&x->key, key, sizeof key),
                      first_difference(&x->value, &y->value), hex(&x->value, a, sizeof a), hex(&y->value, b, sizeof b));
    }
    return true;
}

static bool ignored(const struct test_case *c, const char *name) {
    for (uint32_t i = 0; i < c->nignored; i++)
        if (!strcmp(c->ignored[i], name))
            return true;
    return false;
}

bool outcome_equal(const struct test_case *c, struct outcome *kernel, struct outcome *ours, char *text, size_t size) {
    struct report rep = {text, size};
    if (kernel->refused[0])
        return differ(&rep, "kernel: %s", kernel->refused);
    if (ours->refused[0])
        return differ(&rep, "refused: %s", ours->refused);
    /* Where both failed to run, or the log differs, the log says more than the verdict: data sections first. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; pass == 1 && i < kernel->nresult && i < ours->nresult; i++)
            if (!result_equal(&kernel->result[i], &ours->result[i], i, &rep))
                return false;
        for (size_t i = 0; pass == 0 && i < ours->nresult; i++)
            if (ours->result[i].why[0] && i < kernel->nresult && !kernel->result[i].why[0])
                return result_equal(&kernel->result[i], &ours->result[i], i, &rep);
        for (size_t i = 0; i < kernel->nmap; i++) {
            struct dump *k = &kernel->map[i], *u = NULL;
            if (ignored(c, k->name) || (pass == 0) != (k->name[0] == '.'))
                continue;
            for (size_t j = 0; j < ours->nmap; j++)
                if (!strcmp(ours->map[j].name, k->name))
                    u = &ours->map[j];
            if (!u)
                return differ(&rep, "map %s: ours has none", k->name);
            if (!map_equal(kernel, k, u, &rep))
                return false;
        }
    }
    return true;
}

void outcome_print(const struct test_case *c, const struct outcome *o) {
    char key[200], value[200];
    for (size_t i = 0; i < o->nresult; i++)
        if (o->result[i].step->kind == STEP_RUN || o->result[i].status)
            printf("  %-8s %-24s status %d ret %u len %zu meta %u\n", c->name, o->result[i].step->name,
                   o->result[i].status, o->result[i].ret, o->result[i].data.n, o->result[i].meta);
    for (size_t i = 0; i < o->nvar; i++) {
        if (strcmp(o->var[i].name, "out"))
            continue;
        for (size_t m = 0; m < o->nmap; m++) {
            if (strcmp(o->map[m].name, o->var[i].map) || !o->map[m].nentry)
                continue;
            const uint8_t *p = o->map[m].entry[0].value.p + o->var[i].off;
            struct logged l;
            for (size_t r = 0; r < o->var[i].size / sizeof l; r++) {
                memcpy(&l, p + r * sizeof l, sizeof l);
                if (l.line)
                    printf("    %3zu: line %u: 0x%llx (%lld)\n", r, l.line, (unsigned long long)l.value,
                           (long long)l.value);
            }
        }
    }
    for (size_t m = 0; m < o->nmap; m++)
        for (size_t i = 0; o->map[m].name[0] != '.' && i < o->map[m].nentry && i < 8; i++)
            printf("    map %s (%zu): %s = %s\n", o->map[m].name, o->map[m].nentry,
                   hex(&o->map[m].entry[i].key, key, sizeof key), hex(&o->map[m].entry[i].value, value, sizeof value));
}
