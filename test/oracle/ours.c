/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ours.c - a case through SuperVM, by its public API alone.
 * in: object, case      out: outcome, with statuses as negative errno, as the kernel gives them */
#include "tool.h"
#include "supervm/supervm.h"
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_VALUE = 1 << 20, MAX_DRAIN = 100000, BUDGET = 50000000 /* of a run: each ends well before */ };

struct side {
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
};

static int to_errno(int code) {
    switch (code) {
    case SVM_OK: return 0;
    case SVM_EUSAGE: return -EINVAL;
    case SVM_ENOMEM: return -ENOMEM;
    case SVM_EUNSUP: return -ENOTSUP;
    case SVM_ENOENT: return -ENOENT;
    case SVM_EEXIST: return -EEXIST;
    case SVM_EFULL: return -E2BIG;
    case SVM_EBUSY: return -EBUSY;
    case SVM_EPERM: return -EPERM;
    case SVM_EAGAIN: return -EAGAIN;
    default: return -EPROTO;
    }
}

static bool load(struct side *s, const char *path, const char *engine, const struct test_case *c,
                 struct svm_error *err) {
    struct svm_config config = SVM_CONFIG_INIT;
    struct svm_link_options link = SVM_LINK_INIT;
    const char *set[MAX_STEPS + 1];
    size_t n = 0;

    config.engine = engine;
    config.budget = BUDGET;
    config.cpus = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
    for (uint32_t i = 0; i < c->nstep; i++)
        if (c->step[i].kind == STEP_SET)
            set[n++] = c->step[i].name;
    set[n] = NULL;
    link.set = set;
    s->vm = svm_new(&config, err);
    s->m = s->vm ? svm_module_load_file(s->vm, path, NULL, err) : NULL;
    s->p = s->m ? svm_program_link(s->m, &link, err) : NULL;
    s->in = s->p ? svm_instance_new(s->p, err) : NULL;
    return s->in;
}

static void drop(struct side *s) {
    svm_instance_free(s->in);
    svm_program_free(s->p);
    svm_module_free(s->m);
    svm_free(s->vm);
}

/* ---- steps ---- */

static void trapped(struct result *r, int code, const struct svm_result *sr, const struct svm_error *err) {
    r->status = code == SVM_ETRAP ? -EFAULT : to_errno(code);
    snprintf(r->why, sizeof r->why, "(%s)", err->text[0] ? err->text : sr->trap_text ? sr->trap_text : "trap");
}

static void run_packet(struct side *s, const struct step *st, enum svm_kind kind, struct result *r) {
    const struct input *in = &st->in;
    bool xdp = kind == SVM_KIND_XDP;
    size_t front = xdp ? XDP_HEADROOM - in->meta : SKB_ROOM, skip = kind == SVM_KIND_SOCKET_FILTER || kind == SVM_KIND_CGROUP_SKB ? ETH_HLEN_ : 0;
    size_t whole = in->bytes.n - skip, back = xdp ? (whole < XDP_MAX_DATA ? XDP_MAX_DATA - whole : 0) : SKB_ROOM;
    struct svm_error err = {0};
    struct svm_result sr = {0};
    struct svm_packet p = {0};
    struct svm_input input = {.kind = kind, .packet = &p};
    uint8_t *room;

    if (in->bytes.n < ETH_HLEN_ || in->meta > whole || !(room = calloc(1, front + whole + back))) {
        r->status = -EINVAL;
        return;
    }
    memcpy(room + front - skip, in->bytes.p,
           in->bytes.n); /* the link header, where it is none of the packet, before it */
    p.data = room + front + in->meta;
    p.len = (uint32_t)(whole - in->meta);
    p.meta_len = in->meta;
    p.headroom = (uint32_t)front + in->meta;
    p.tailroom = (uint32_t)back;
    p.ifindex = 1; /* the kernel's test run is on the loopback device */
    p.mark = in->mark;
    p.priority = in->priority;
    p.tstamp = in->tstamp;
    memcpy(p.cb, in->cb, sizeof p.cb);
    if (!xdp)
        p.protocol = (uint32_t)(in->bytes.p[12] | in->bytes.p[13] << 8);
    int code = svm_run(s->in, st->name, &input, &sr, &err);
    if (code) {
        trapped(r, code, &sr, &err);
        free(room);
        return;
    }
    r->ret = (uint32_t)sr.ret;
    r->meta = p.meta_len;
    r->data = bytes_copy(p.data - p.meta_len, p.len + p.meta_len);
    r->fields = !xdp;
    r->mark = p.mark;
    r->priority = p.priority;
    r->tstamp = p.tstamp;
    memcpy(r->cb, p.cb, sizeof r->cb);
    free(room);
}

static void run_args(struct side *s, const struct step *st, const char *kind, struct result *r) {
    struct bytes copy = bytes_copy(st->in.bytes.p, st->in.bytes.n);
    struct svm_input input = {.kind = SVM_KIND_OTHER, .mem = copy.p, .mem_len = copy.n};
    struct svm_error err = {0};
    struct svm_result sr = {0};

    int code = svm_run(s->in, st->name, &input, &sr, &err);
    if (code)
        trapped(r, code, &sr, &err);
    r->ret = (uint32_t)sr.ret;
    if (!code && !strcmp(kind, "syscall"))
        r->data = copy;
    else
        bytes_free(&copy);
}

static void run(struct side *s, const struct step *st, struct outcome *o) {
    struct svm_prog_info info = {0};
    struct svm_kind_info kind = {0};
    bool found = false;
    for (size_t i = 0; !found && svm_module_prog(s->m, i, &info); i++)
        found = !strcmp(info.name, st->name);
    svm_kind_describe(info.kind, &kind);
    for (uint32_t i = 0; i < st->times; i++) {
        struct result *r = outcome_result(o, st);
        if (!found) {
            r->status = -ENOENT;
            snprintf(r->why, sizeof r->why, "(no such program)");
        } else if (!kind.packet) {
            run_args(s, st, info.kind_name, r);
        } else {
            run_packet(s, st, info.kind, r);
        }
    }
}

static void host(struct side *s, const struct step *st, struct outcome *o) {
    struct result *r = outcome_result(o, st);
    struct svm_map *map = svm_program_map(s->p, st->name);
    struct svm_map_info info;

    r->status = -ENOENT;
    if (!map || !svm_map_describe(map, &info) || svm_map_value_bytes(map) > MAX_VALUE)
        return;
    if (st->kind == STEP_PROG) {
        r->status = to_errno(svm_prog_array_set(map, st->index, s->p, st->arg));
        return;
    }
    size_t n = svm_map_value_bytes(map), stride = (info.value_size + 7) / 8 * 8;
    uint8_t *value = calloc(1, n + stride), key[512] = {0};
    memcpy(key, st->key.p ? st->key.p : key, st->key.n < sizeof key ? st->key.n : sizeof key);
    const void *k = info.key_size ? key : NULL;
    if (!value)
        return;
    int code = SVM_EUSAGE;
    switch (st->kind) {
    case STEP_PUT:
        for (size_t at = 0; at < n; at += stride)
            memcpy(value + at, st->value.p, st->value.n < info.value_size ? st->value.n : info.value_size);
        code = svm_map_update(map, k, value, st->flags);
        break;
    case STEP_DEL: code = svm_map_delete(map, k); break;
    case STEP_GET: code = svm_map_lookup(map, k, value); break;
    case STEP_TAKE: code = svm_map_lookup_delete(map, k, value); break;
    case STEP_PROG:
    case STEP_RUN:
    case STEP_SET: break;
    }
    r->status = to_errno(code);
    if (!code && (st->kind == STEP_GET || st->kind == STEP_TAKE)) {
        struct dump d = {0};
        dump_add(&d, NULL, 0, value, info.value_size, map_is_percpu(info.type) ? svm_map_cpus(map) : 1);
        r->data = d.entry[0].value;
        bytes_free(&d.entry[0].key);
        free(d.entry);
    }
    free(value);
}

/* ---- contents ---- */

static int take_record(void *arg, const void *data, size_t n) {
    dump_add(arg, NULL, 0, data, n, 1);
    return 0;
}

static void list(struct svm_map *map, const struct svm_map_info *info, enum listing how, struct dump *d) {
    uint8_t *value = calloc(1, svm_map_value_bytes(map) + 8), key[512] = {0}, next[512];
    unsigned cpus = map_is_percpu(info->type) ? svm_map_cpus(map) : 1;

    for (void *k = NULL; value && !svm_map_next(map, k, next); k = key) {
        memcpy(key, next, info->key_size);
        if (how == KEYS)
            dump_add(d, key, info->key_size, NULL, 0, 1);
        else if (!svm_map_lookup(map, key, value))
            dump_add(d, key, info->key_size, value, info->value_size, cpus);
    }
    free(value);
}

static void contents(const struct side *s, const char *name, struct outcome *o) {
    struct svm_map *map = svm_program_map(s->p, name);
    struct svm_map_info info;

    if (!map || !svm_map_describe(map, &info))
        return;
    struct dump *d = outcome_map(o, name, info.type);
    enum listing how = map_listing(info.type);
    if (svm_map_value_bytes(map) > MAX_VALUE || info.key_size > 512)
        return;
    switch (how) {
    case LIST:
    case KEYS: list(map, &info, how, d); return;
    case DRAIN: {
        uint8_t *value = malloc(svm_map_value_bytes(map) + 1);
        for (int i = 0; value && i < MAX_DRAIN && !svm_map_lookup_delete(map, NULL, value); i++)
            dump_add(d, NULL, 0, value, info.value_size, 1);
        free(value);
        return;
    }
    case RECORDS: svm_ringbuf_consume(map, take_record, d, MAX_DRAIN); return;
    case NOTHING: return;
    }
}

void ours_run(const char *path, const char *engine, const struct test_case *c, struct outcome *o) {
    struct side s = {0};
    struct svm_error err = {0};
    struct svm_map_info info;

    if (!load(&s, path, engine, c, &err)) {
        snprintf(o->refused, sizeof o->refused, "%s", err.text[0] ? err.text : svm_code_text(err.code));
        drop(&s);
        return;
    }
    for (uint32_t i = 0; i < c->nstep; i++)
        if (c->step[i].kind == STEP_RUN)
            run(&s, &c->step[i], o);
        else if (c->step[i].kind != STEP_SET)
            host(&s, &c->step[i], o);
    for (size_t i = 0; svm_module_map(s.m, i, &info); i++)
        contents(&s, info.name, o);
    drop(&s);
}
