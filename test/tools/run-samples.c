/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run-samples.c - links the objects of real projects and runs each of their programs whose type is known here.
 * in:  supervm-run-samples [--expect FILE] [--engine NAME]... [--packets N] DIR
 * out: what could not run, and why; how many of each type ran; 'N passed, N failed'
 *
 * The kernel's verifier has proven of these programs that they do nothing forbidden, whatever the packet and
 * whatever stands in the maps. So each runs on packets of every kind, valid and broken, first with its
 * maps empty, then with random entries in them and all programs of its type in its prog arrays; a trap is a
 * mistake of ours, unless FILE says why not. Its lines:
 *
 *   kind PATH SECTION TYPE      the type of a program whose section does not say; SECTION * is any
 *   trap PATH PROGRAM TEXT      it traps, with a message that holds TEXT: # before says why
 *   refused PATH TEXT           it does not link
 *   ran N                       at least so many programs ran */
#include "io/pcap.h"
#include "kit.h"
#include "kit_bound.h"
#include "kit_saved.h"
#include "kit_packets.h"
#include <stdlib.h>
#include <string.h>

/* How a program of a type is given what it runs on. */
enum form { PACKET, BYTES, WORDS };
static const struct type {
    const char *name;
    enum form form;
    u32 bytes; /* of what is no packet */
} types[] = {
    {"xdp", PACKET, 0},     {"tc", PACKET, 0},          {"socket_filter", PACKET, 0},      {"cgroup_skb", PACKET, 0},
    {"kprobe", BYTES, 168}, {"tracepoint", BYTES, 512}, {"raw_tracepoint", WORDS, 8 * 12}, {"perf_event", BYTES, 192},
    {"syscall", BYTES, 64}, {"fentry", WORDS, 8 * 12},  {"fexit", WORDS, 8 * 12},
};
enum { NTYPE = sizeof types / sizeof *types, LINE = 600 };

struct run {
    struct svm *vm;
    const char *engine;
    const char *dir, *expect; /* text of FILE, or "" */
    bool guarded;
    unsigned packets;
    struct counts counts;
    unsigned ran[NTYPE], total, other, rest;
    uint64_t runs, insns;
};

struct object {
    struct run *r;
    const char *path; /* below the folder */
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    uint64_t seed;
};

/* The line of FILE with these first words; NULL: none. What follows them is copied to rest. */
static const char *line_of(const struct run *r, const char *w1, const char *w2, const char *w3, char rest[LINE]) {
    char head[LINE];
    int n = snprintf(head, sizeof head, "%s %s%s%s", w1, w2, w3 ? " " : "", w3 ? w3 : "");
    for (const char *p = r->expect; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
        if (!strncmp(p, head, (size_t)n) && p[n] == ' ') {
            snprintf(rest, LINE, "%.*s", (int)strcspn(p + n + 1, "\r\n"), p + n + 1);
            return rest;
        }
    return NULL;
}

/* The type of a program, as its section says or FILE does; NULL: not one that can be run. */
static const struct type *type_of(const struct object *o, const struct svm_prog_info *p, enum svm_kind *kind) {
    char rest[LINE];
    const char *name = p->kind_name;
    *kind = p->kind;
    if (p->kind == SVM_KIND_RAW && p->section) {
        if (!line_of(o->r, "kind", o->path, p->section, rest) && !line_of(o->r, "kind", o->path, "*", rest))
            return NULL;
        name = rest;
        *kind = !strcmp(rest, "xdp") ? SVM_KIND_XDP : !strcmp(rest, "tc") ? SVM_KIND_TC : SVM_KIND_OTHER;
    }
    for (size_t i = 0; i < NTYPE && *kind != SVM_KIND_OTHER; i++)
        if (!strcmp(types[i].name, name))
            return &types[i];
    return NULL;
}

/* ---- what it runs on ---- */

static void random_bytes(uint64_t *seed, uint8_t *p, size_t n) {
    bool zero = packet_random(seed, 3) == 0;
    for (size_t i = 0; i < n; i++)
        p[i] = zero && packet_random(seed, 4) ? 0 : (uint8_t)packet_random(seed, 256);
}

/* Entries for the maps that hold plain values; data sections are the program's own affair. */
static void fill_map(struct object *o, const struct svm_map_info *info) {
    struct svm_map *map = svm_program_map(o->p, info->name);
    size_t bytes = map ? svm_map_value_bytes(map) : 0;
    uint8_t *key = calloc(1, info->key_size + 8), *value = calloc(1, bytes + 8);
    for (u32 i = 0; map && key && value && i < 64 && i < info->max_entries; i++) {
        uint32_t n = packet_random(&o->seed, 2) ? i : packet_random(&o->seed, info->max_entries);
        random_bytes(&o->seed, key, info->key_size);
        if (info->key_size >= 4)
            memcpy(key, &n, 4);
        random_bytes(&o->seed, value, bytes);
        svm_map_update(map, key, value, 0); /* kinds that take no such entry refuse it */
    }
    free(key);
    free(value);
}

static void fill_jumps(struct object *o, const struct svm_map_info *info, const struct type *t) {
    struct svm_map *map = svm_program_map(o->p, info->name);
    struct svm_prog_info p;
    enum svm_kind kind;
    u32 n = 0;
    for (size_t i = 0; svm_module_prog(o->m, i, &p); i++)
        if (n < info->max_entries && type_of(o, &p, &kind) == t)
            svm_prog_array_set(map, n++, o->p, p.name);
}

static void fill_maps(struct object *o, const struct type *t) {
    enum { PROG_ARRAY = 3 }; /* Linux UAPI */
    struct svm_map_info info;
    for (size_t i = 0; svm_module_map(o->m, i, &info); i++)
        if (info.type == PROG_ARRAY)
            fill_jumps(o, &info, t);
        else if (!info.data)
            fill_map(o, &info);
}

/* ---- runs ---- */

static int run_packet(struct object *o, const struct svm_entry *e, enum svm_kind kind, uint8_t *room,
                      struct svm_result *res, struct svm_error *err) {
    uint8_t *data = room + FRAME_HEADROOM;
    struct svm_packet p = {.data = data, .headroom = FRAME_HEADROOM, .tailroom = FRAME_TAILROOM};
    struct svm_input in = {.kind = kind, .packet = &p};
    memset(room, 0, FRAME_HEADROOM);
    p.len = packet_make(&o->seed, data);
    memset(data + p.len, 0, FRAME_TAILROOM);
    p.ifindex = 1 + packet_random(&o->seed, 3);
    p.rx_queue = packet_random(&o->seed, 4);
    p.mark = packet_random(&o->seed, 2) ? 0 : packet_random(&o->seed, 1u << 30);
    for (u32 i = 0; i < 5; i++)
        p.cb[i] = packet_random(&o->seed, 2) ? 0 : packet_random(&o->seed, 1u << 30);
    if (kind != SVM_KIND_XDP && p.len >= 14)
        memcpy(&p.protocol, data + 12, 2);
    if (kind == SVM_KIND_SOCKET_FILTER && p.len >= 14) { /* begins with the network header */
        p.data += 14;
        p.headroom += 14;
        p.len -= 14;
    }
    return svm_run_entry(o->in, e, &in, res, err);
}

static int run_bytes(struct object *o, const struct svm_entry *e, enum svm_kind kind, uint8_t *room, u32 n,
                     struct svm_result *res, struct svm_error *err) {
    struct svm_input in = {.kind = kind, .mem = room, .mem_len = n};
    random_bytes(&o->seed, room, n);
    return svm_run_entry(o->in, e, &in, res, err);
}

static int take_all(void *arg, const void *data, size_t len) {
    return (void)arg, (void)data, (void)len, 0;
}

static void drain(struct object *o) {
    struct svm_map_info info;
    for (size_t i = 0; svm_module_map(o->m, i, &info); i++)
        svm_ringbuf_consume(svm_program_map(o->p, info.name), take_all, NULL, SIZE_MAX);
}

/* The first trap of a program, or 0. */
static int run_program(struct object *o, const struct svm_prog_info *p, const struct type *t, enum svm_kind kind,
                       struct svm_error *err) {
    static const uint8_t nothing[FRAME_HEADROOM + PACKET_MAX + FRAME_TAILROOM];
    const struct svm_entry *e = svm_program_entry(o->p, p->name);
    uint8_t *room = malloc(sizeof nothing);
    struct svm_result res = {0};
    int rc = room ? 0 : SVM_ENOMEM;
    for (unsigned i = 0; i < o->r->packets && !rc; i++) {
        if (i == o->r->packets / 2)
            fill_maps(o, t);
        rc = t->form == PACKET ? run_packet(o, e, kind, room, &res, err)
                               : run_bytes(o, e, kind, room, t->bytes, &res, err);
        o->r->runs++;
        o->r->insns += res.insns;
        if ((!rc || rc == SVM_ETRAP) && !bound_kept(o->in, res.insns)) {
            snprintf(err->text, sizeof err->text, "%llu instructions, and %llu were to be the most",
                     (unsigned long long)res.insns, (unsigned long long)run_bound(o->in));
            rc = SVM_EVERIFY;
        }
        if (i % 32 == 0)
            drain(o);
    }
    free(room);
    return rc;
}

static void on_program(struct object *o, const struct svm_prog_info *p) {
    struct run *r = o->r;
    struct svm_error err = {0};
    char want[LINE];
    enum svm_kind kind;
    const struct type *t = type_of(o, p, &kind);
    int rc;
    if (!t) {
        printf("not run: %s %s: programs of type %s are not covered\n", o->path, p->name,
               p->kind == SVM_KIND_RAW ? p->section : p->kind_name);
        r->other++;
        return;
    }
    rc = run_program(o, p, t, kind, &err);
    r->ran[t - types]++;
    r->total++;
    if (line_of(r, "trap", o->path, p->name, want)) {
        printf("traps: %s %s: %s\n", o->path, p->name, rc ? err.text : "not any more");
        check(&r->counts, rc == SVM_ETRAP && strstr(err.text, want), "%s %s: %s; expected a trap: %s", o->path, p->name,
              rc ? err.text : "ran", want);
    } else {
        check(&r->counts, !rc, "%s %s: %s", o->path, p->name, err.text);
    }
}

/* Code rests on the context that it was proven for, and all programs whose sections name none have one: this, or NULL
 * where FILE has several for them. */
static const char *context_of(const struct object *o) {
    const char *all = "raw";
    struct svm_prog_info p;
    enum svm_kind kind;
    bool any = false;
    for (size_t i = 0; svm_module_prog(o->m, i, &p); i++) {
        const struct type *t = type_of(o, &p, &kind);
        if (p.kind != SVM_KIND_RAW || !t)
            continue;
        if (any && strcmp(all, t->name) != 0)
            return NULL;
        all = t->name;
        any = true;
    }
    return all;
}

static void on_object(void *arg, const char *path) {
    struct run *r = arg;
    struct object o = {.r = r, .path = path + strlen(r->dir), .seed = 1};
    struct svm_prog_info p;
    struct svm_error err = {0};
    struct svm_link_options link = SVM_LINK_INIT;
    char want[LINE];
    link.verify = r->guarded ? SVM_VERIFY_GUARDED : SVM_VERIFY_NONE;
    o.path += strspn(o.path, "/");
    o.m = svm_module_load_file(r->vm, path, NULL, &err);
    if (o.m && is_ahead(r->engine)) {
        if (!(link.context = context_of(&o)))
            link.verify = SVM_VERIFY_NONE;
        o.m = ahead_module(r->vm, o.m, r->engine, &link, &err);
    }
    if (o.m && (o.p = svm_program_link(o.m, &link, &err)) && (o.in = svm_instance_new(o.p, &err))) {
        for (size_t i = 0; svm_module_prog(o.m, i, &p); i++)
            on_program(&o, &p);
    } else {
        for (size_t i = 0; o.m && svm_module_prog(o.m, i, &p); i++)
            r->rest++;
        printf("refused: %s\n", err.text);
        check(&r->counts, line_of(r, "refused", o.path, NULL, want) && strstr(err.text, want), "%s: %s", o.path,
              err.text);
    }
    svm_instance_free(o.in);
    svm_program_free(o.p);
    svm_module_free(o.m);
}

static int quiet(void *arg, const char *text, size_t len) {
    return (void)arg, (void)text, (void)len, 0;
}

static void one_engine(struct run *r, const char *engine) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err = {0};
    char want[LINE];
    engine_config(&c, engine);
    r->engine = engine;
    c.print = quiet;
    if (!(r->vm = svm_new(&c, &err))) {
        check(&r->counts, false, "%s", err.text);
        return;
    }
    each_file(r->dir, ".o", on_object, r);
    svm_free(r->vm);
    printf("%s: %u programs ran, %llu times, %llu instructions (", engine, r->total, (unsigned long long)r->runs,
           (unsigned long long)r->insns);
    for (size_t i = 0, any = 0; i < NTYPE; i++)
        if (r->ran[i])
            printf("%s%u %s", any++ ? ", " : "", r->ran[i], types[i].name);
    printf("); %u of other types, %u in objects that do not link\n", r->other, r->rest);
    if (line_of(r, "ran", "", NULL, want)) /* "ran  N": no second word */
        check(&r->counts, r->total >= strtoul(want, NULL, 10), "only %u programs ran, of %s", r->total, want);
    r->total = r->other = r->rest = 0;
    r->runs = r->insns = 0;
    memset(r->ran, 0, sizeof r->ran);
}

int main(int argc, char **argv) {
    struct run r = {.expect = "", .packets = 400};
    struct buf text = {0};
    struct engines e;
    engines_from_args(&e, &argc, argv);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--expect") && i + 1 < argc && !buf_read_file(&text, argv[i + 1], 1 << 24))
            r.expect = buf_str(&text), i++;
        else if (!strcmp(argv[i], "--packets") && i + 1 < argc)
            r.packets = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--guarded"))
            r.guarded = true;
        else
            r.dir = argv[i];
    }
    if (!r.dir || r.packets < 2) {
        fprintf(stderr,
                "usage: supervm-run-samples [--expect FILE] [--engine NAME]... [--packets N] [--guarded] DIR\n");
        return 1;
    }
    for (size_t i = 0; i < e.n; i++)
        one_engine(&r, e.name[i]);
    buf_free(&text);
    return counts_end(&r.counts);
}
