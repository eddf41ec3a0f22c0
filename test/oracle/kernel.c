/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kernel.c - a case through the Linux kernel.
 * in: object, case      out: outcome of BPF_PROG_TEST_RUN and of the bpf() map commands, by libbpf */
#include "tool.h"
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_VALUE = 1 << 20, MAX_DRAIN = 100000 };

bool kernel_permitted(bool verbose, char *why, size_t size) {
    struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
    uint8_t packet[64] = {0};
    LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = packet, .data_size_in = sizeof packet);

    if (!verbose)
        libbpf_set_print(NULL);
    if (access("/sys/kernel/btf/vmlinux", R_OK) || access("/sys/devices/system/cpu/possible", R_OK)) {
        snprintf(why, size, "libbpf needs /sys, which is not here: %s", strerror(errno));
        return false;
    }
    int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "probe", "GPL", code, 2, NULL);
    if (fd < 0) {
        snprintf(why, size, "bpf() is not permitted here: %s", strerror(errno));
        return false;
    }
    int err = bpf_prog_test_run_opts(fd, &o);
    close(fd);
    if (err)
        snprintf(why, size, "BPF_PROG_TEST_RUN does not work here: %s", strerror(errno));
    return !err;
}

/* ---- load ---- */

/* "NAME=VALUE" into the initial value of the data section that holds NAME. */
static bool set_variable(struct bpf_object *obj, const struct outcome *o, const char *text) {
    const char *eq = strchr(text, '=');
    struct bpf_map *map;
    uint64_t v = eq ? strtoull(eq + 1, NULL, 0) : 0;

    for (size_t i = 0; eq && i < o->nvar; i++) {
        const struct var *var = &o->var[i];
        if (strlen(var->name) != (size_t)(eq - text) || strncmp(var->name, text, (size_t)(eq - text)) || var->size > 8)
            continue;
        bpf_object__for_each_map(map, obj) {
            size_t size;
            if (strcmp(map_plain_name(bpf_map__name(map)), var->map))
                continue;
            const void *p = bpf_map__initial_value(map, &size);
            if (!p || var->off + var->size > size)
                return false;
            struct bytes copy = bytes_copy(p, size);
            memcpy(copy.p + var->off, &v, var->size);
            int err = bpf_map__set_initial_value(map, copy.p, size);
            bytes_free(&copy);
            return !err;
        }
    }
    return false;
}

static void list_variables(const struct btf *btf, struct outcome *o) {
    size_t n = 0;
    for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++)
        if (btf_is_datasec(btf__type_by_id(btf, id)))
            n += btf_vlen(btf__type_by_id(btf, id));
    o->var = calloc(n ? n : 1, sizeof *o->var);
    for (uint32_t id = 1; btf && o->var && id < btf__type_cnt(btf); id++) {
        const struct btf_type *t = btf__type_by_id(btf, id);
        if (!btf_is_datasec(t))
            continue;
        for (uint32_t i = 0; i < btf_vlen(t); i++) {
            const struct btf_var_secinfo *s = &btf_var_secinfos(t)[i];
            const struct btf_type *var = btf__type_by_id(btf, s->type);
            if (!btf_is_var(var))
                continue;
            struct var *v = &o->var[o->nvar++];
            snprintf(v->map, sizeof v->map, "%s", btf__name_by_offset(btf, t->name_off));
            snprintf(v->name, sizeof v->name, "%s", btf__name_by_offset(btf, var->name_off));
            v->off = s->offset;
            v->size = s->size;
        }
    }
}

static struct bpf_object *load(const char *path, const struct test_case *c, struct outcome *o) {
    LIBBPF_OPTS(bpf_object_open_opts, opts, .kernel_log_buf = o->refused, .kernel_log_size = sizeof o->refused);
    struct bpf_object *obj = bpf_object__open_file(path, &opts);
    struct bpf_map *map;
    struct bpf_program *prog;

    if (!obj)
        return NULL;
    list_variables(bpf_object__btf(obj), o);
    bpf_object__for_each_map(map, obj) if (bpf_map__type(map) == 33) /* arena: where user space is to see it */
        bpf_map__set_map_extra(map, 1ull << 44);
    bpf_object__for_each_program(prog, obj) bpf_program__set_autoload(prog, true);
    for (uint32_t i = 0; i < c->nstep; i++)
        if (c->step[i].kind == STEP_SET && !set_variable(obj, o, c->step[i].name)) {
            snprintf(o->refused, sizeof o->refused, "no variable for %s", c->step[i].name);
            goto bad;
        }
    if (!bpf_object__load(obj))
        return obj;
bad:
    bpf_object__close(obj);
    return NULL;
}

/* ---- steps ---- */

static void run_packet(int fd, enum bpf_prog_type type, const struct input *in, struct result *r) {
    static const size_t most = 65536;
    struct xdp_md xdp = {.data = in->meta, .data_end = (uint32_t)in->bytes.n}, xdp_out = {0};
    struct __sk_buff skb = {.mark = in->mark, .priority = in->priority, .tstamp = in->tstamp}, skb_out = {0};
    bool is_xdp = type == BPF_PROG_TYPE_XDP;
    uint8_t *out = malloc(most);
    LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = in->bytes.p, .data_size_in = (uint32_t)in->bytes.n, .data_out = out,
                .data_size_out = most, .repeat = 1);

    memcpy(skb.cb, in->cb, sizeof skb.cb);
    o.ctx_in = is_xdp ? (void *)&xdp : (void *)&skb;
    o.ctx_size_in = is_xdp ? sizeof xdp : sizeof skb;
    o.ctx_out = is_xdp ? (void *)&xdp_out : (void *)&skb_out;
    o.ctx_size_out = o.ctx_size_in;
    if (!out || bpf_prog_test_run_opts(fd, &o)) {
        r->status = -errno;
        snprintf(r->why, sizeof r->why, "test run: %s", strerror(errno));
        free(out);
        return;
    }
    r->ret = o.retval;
    /* A socket filter and a cgroup see the packet from layer 3 on; the kernel puts 14 zero bytes back in front. */
    size_t skip = type == BPF_PROG_TYPE_SOCKET_FILTER || type == BPF_PROG_TYPE_CGROUP_SKB ? ETH_HLEN_ : 0;
    r->data = bytes_copy(out + skip, o.data_size_out >= skip ? o.data_size_out - skip : 0);
    r->meta = is_xdp ? xdp_out.data : 0;
    r->fields = !is_xdp;
    r->mark = skb_out.mark;
    r->priority = skb_out.priority;
    r->tstamp = skb_out.tstamp;
    memcpy(r->cb, skb_out.cb, sizeof r->cb);
    free(out);
}

static void run_args(int fd, enum bpf_prog_type type, const struct input *in, struct result *r) {
    struct bytes copy = bytes_copy(in->bytes.p, in->bytes.n);
    LIBBPF_OPTS(bpf_test_run_opts, o, .ctx_in = copy.p, .ctx_size_in = (uint32_t)copy.n);

    if (bpf_prog_test_run_opts(fd, &o)) {
        r->status = -errno;
        snprintf(r->why, sizeof r->why, "test run: %s", strerror(errno));
        bytes_free(&copy);
        return;
    }
    r->ret = o.retval;
    if (type == BPF_PROG_TYPE_SYSCALL)
        r->data = copy; /* written back in place */
    else
        bytes_free(&copy);
}

static void run(struct bpf_object *obj, const struct step *s, struct outcome *o) {
    struct bpf_program *p = bpf_object__find_program_by_name(obj, s->name);
    for (uint32_t i = 0; i < s->times; i++) {
        struct result *r = outcome_result(o, s);
        if (!p) {
            r->status = -ENOENT;
            snprintf(r->why, sizeof r->why, "no such program");
            continue;
        }
        enum bpf_prog_type type = bpf_program__type(p);
        if (type == BPF_PROG_TYPE_SYSCALL || type == BPF_PROG_TYPE_RAW_TRACEPOINT)
            run_args(bpf_program__fd(p), type, &s->in, r);
        else
            run_packet(bpf_program__fd(p), type, &s->in, r);
    }
}

/* Bytes of a value as bpf() hands it over. */
static size_t value_bytes(const struct bpf_map *map) {
    size_t n = bpf_map__value_size(map);
    return map_is_percpu(bpf_map__type(map)) ? (n + 7) / 8 * 8 * (size_t)libbpf_num_possible_cpus() : n;
}

/* Codes that the public API does not tell apart. */
static int public_errno(int e) {
    switch (e) {
    case ENOSPC: return E2BIG; /* a full trie */
    case 524: return ENOTSUP;  /* ENOTSUPP, which the kernel keeps to itself elsewhere */
    default: return e;
    }
}

static void host(struct bpf_object *obj, const struct step *s, struct outcome *o) {
    struct bpf_map *map = bpf_object__find_map_by_name(obj, s->name);
    struct result *r = outcome_result(o, s);
    int err = -1;

    errno = ENOENT;
    if (!map || value_bytes(map) > MAX_VALUE)
        goto out;
    int fd = bpf_map__fd(map);
    size_t n = value_bytes(map), one = bpf_map__value_size(map), stride = (one + 7) / 8 * 8;
    uint8_t *value = calloc(1, n + stride), key[512] = {0};
    memcpy(key, s->key.p ? s->key.p : key, s->key.n < sizeof key ? s->key.n : sizeof key);
    const void *k = bpf_map__key_size(map) ? key : NULL;
    errno = ENOMEM;
    if (!value)
        goto out;
    switch (s->kind) {
    case STEP_PUT:
        for (size_t at = 0; at < n; at += stride)
            memcpy(value + at, s->value.p, s->value.n < one ? s->value.n : one);
        err = bpf_map_update_elem(fd, k, value, s->flags);
        break;
    case STEP_DEL: err = bpf_map_delete_elem(fd, k); break;
    case STEP_GET: err = bpf_map_lookup_elem(fd, k, value); break;
    case STEP_TAKE: err = bpf_map_lookup_and_delete_elem(fd, k, value); break;
    case STEP_PROG: {
        struct bpf_program *p = bpf_object__find_program_by_name(obj, s->arg);
        int prog = p ? bpf_program__fd(p) : -1;
        err = bpf_map_update_elem(fd, &s->index, &prog, 0);
        break;
    }
    case STEP_RUN:
    case STEP_SET: break;
    }
    if (!err && (s->kind == STEP_GET || s->kind == STEP_TAKE)) {
        struct dump d = {0};
        dump_add(&d, NULL, 0, value, one, map_is_percpu(bpf_map__type(map)) ? (unsigned)libbpf_num_possible_cpus() : 1);
        r->data = d.entry[0].value;
        bytes_free(&d.entry[0].key);
        free(d.entry);
    }
    free(value);
out:
    r->status = err ? -public_errno(errno) : 0;
}

/* ---- contents ---- */

static int take_record(void *arg, void *data, size_t n) {
    dump_add(arg, NULL, 0, data, n, 1);
    return 0;
}

static void list(const struct bpf_map *map, enum listing how, struct dump *d) {
    size_t n = value_bytes(map);
    uint8_t *value = calloc(1, n + 8), key[512] = {0}, next[512];
    unsigned cpus = map_is_percpu(bpf_map__type(map)) ? (unsigned)libbpf_num_possible_cpus() : 1;
    int fd = bpf_map__fd(map);

    for (void *k = NULL; value && !bpf_map_get_next_key(fd, k, next); k = key) {
        memcpy(key, next, bpf_map__key_size(map));
        if (how == KEYS)
            dump_add(d, key, bpf_map__key_size(map), NULL, 0, 1);
        else if (!bpf_map_lookup_elem(fd, key, value))
            dump_add(d, key, bpf_map__key_size(map), value, bpf_map__value_size(map), cpus);
    }
    free(value);
}

static void contents(const struct bpf_map *map, struct outcome *o) {
    enum listing how = map_listing(bpf_map__type(map));
    struct dump *d = outcome_map(o, bpf_map__name(map), bpf_map__type(map));
    int fd = bpf_map__fd(map);

    if (value_bytes(map) > MAX_VALUE || bpf_map__key_size(map) > 512)
        return;
    switch (how) {
    case LIST:
    case KEYS: list(map, how, d); return;
    case DRAIN: {
        uint8_t *value = malloc(value_bytes(map) + 1);
        for (int i = 0; value && i < MAX_DRAIN && !bpf_map_lookup_and_delete_elem(fd, NULL, value); i++)
            dump_add(d, NULL, 0, value, bpf_map__value_size(map), 1);
        free(value);
        return;
    }
    case RECORDS: {
        struct ring_buffer *rb = ring_buffer__new(fd, take_record, d, NULL);
        if (rb)
            ring_buffer__consume(rb);
        ring_buffer__free(rb);
        return;
    }
    case NOTHING: return;
    }
}

void kernel_run(const char *path, const struct test_case *c, struct outcome *o) {
    struct bpf_object *obj = load(path, c, o);
    if (!obj) {
        if (!o->refused[0])
            snprintf(o->refused, sizeof o->refused, "cannot load: %s", strerror(errno));
        return;
    }
    o->refused[0] = 0; /* the verifier's remarks on a good load */
    for (uint32_t i = 0; i < c->nstep; i++)
        if (c->step[i].kind == STEP_RUN)
            run(obj, &c->step[i], o);
        else if (c->step[i].kind != STEP_SET)
            host(obj, &c->step[i], o);
    struct bpf_map *map;
    bpf_object__for_each_map(map, obj) contents(map, o);
    bpf_object__close(obj);
}
