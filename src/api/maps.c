/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps.c - maps from the host's side. Values cross by copy: a program may be writing to
 * them in another thread. */
#include "api/api.h"
#include "supervm/inline.h"
#include <stdlib.h>
#include <string.h>

enum { /* Linux UAPI, enum bpf_map_type */
       MAP_TYPE_PROG_ARRAY = 3,
       MAP_TYPE_PERF_EVENT_ARRAY = 4,
       MAP_TYPE_RINGBUF = 27,
       MAP_TYPE_USER_RINGBUF = 31,
       MAP_TYPE_ARENA = 33
};

/* values NULL: memory of its own. */
static struct svm_map *new_map(struct svm *vm, const struct svm_map_info *info, void *values, size_t stride,
                               struct svm_error *err) {
    struct error e = {0};
    struct svm_map *map = NULL;
    if (!vm || !info) {
        fail(&e, E_USAGE, NOWHERE, "a new map: no %s", vm ? "description" : "runtime");
    } else if (!(map = calloc(1, sizeof *map))) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
    } else {
        struct map_def d = {.name = info->name ? info->name : "",
                            .type = info->type,
                            .key_size = info->key_size,
                            .value_size = info->value_size,
                            .max_entries = info->max_entries,
                            .flags = info->flags};
        struct map_env env = {.budget = &vm->r.map_memory, .epoch = &vm->r.epoch, .cpus = registry_cpus(&vm->r)};
        map->m = values ? map_over(&d, &env, values, stride, &e) : map_new(&d, &env, &e);
        if (map->m) {
            map->vm = vm;
            vm_ref(vm);
        } else {
            free(map);
            map = NULL;
        }
    }
    give_error(err, &e);
    return map;
}

struct svm_map *svm_map_new(struct svm *vm, const struct svm_map_info *info, struct svm_error *err) {
    return new_map(vm, info, NULL, 0, err);
}

struct svm_map *svm_map_over(struct svm *vm, const struct svm_map_info *info, void *values, size_t stride,
                             struct svm_error *err) {
    struct error e = {0};
    if (values)
        return new_map(vm, info, values, stride, err);
    fail(&e, E_USAGE, NOWHERE, "svm_map_over: no memory");
    give_error(err, &e);
    return NULL;
}

void svm_map_free(struct svm_map *map) {
    if (!map || !map->vm) /* a program's own goes with its program */
        return;
    map_unref(map->m);
    vm_unref(map->vm);
    free(map);
}

bool svm_map_describe(const struct svm_map *map, struct svm_map_info *out) {
    const struct map *m = map->m;
    const struct map_def *d = map->def;
    *out = (struct svm_map_info){.name = m->name,
                                 .type = m->type,
                                 .type_name = map_type_name(m->type),
                                 .key_size = m->key_size,
                                 .value_size = m->value_size,
                                 .max_entries = m->max_entries,
                                 .flags = m->flags};
    if (d) {
        out->btf_key = d->btf_key;
        out->btf_value = d->btf_value;
        out->data = d->flavour != MAP_PLAIN;
    }
    return true;
}

int svm_map_lookup(struct svm_map *map, const void *key, void *value) {
    return code_of_errno(map_get(map->m, key, value));
}

int svm_map_update(struct svm_map *map, const void *key, const void *value, uint64_t flags) {
    return code_of_errno(map_put(map->m, key, value, flags));
}

int svm_map_delete(struct svm_map *map, const void *key) {
    return code_of_errno(map_del(map->m, key));
}

int svm_map_lookup_delete(struct svm_map *map, const void *key, void *value) {
    return code_of_errno(map_take(map->m, key, value));
}

int svm_map_next(struct svm_map *map, const void *key, void *next) {
    return code_of_errno(map_next(map->m, key, next));
}

size_t svm_map_value_bytes(const struct svm_map *map) {
    return map_value_bytes(map->m);
}

uint32_t svm_map_cpus(const struct svm_map *map) {
    const struct map *m = map->m;
    return m->cpu_stride ? (u32)(map_value_bytes(m) / align_up(m->value_size, 8)) : 1;
}

uint64_t svm_map_memory(const struct svm_map *map) {
    return map->m->memory;
}

int svm_map_lookup_locked(struct svm_map *map, const void *key, void *value) {
    return code_of_errno(map_get_locked(map->m, key, value));
}

int svm_map_freeze(struct svm_map *map) {
    if (map->m->frozen)
        return SVM_EBUSY;
    map_freeze(map->m);
    return 0;
}

int svm_map_lookup_batch(struct svm_map *map, const void *from, void *keys, void *values, uint32_t *n) {
    return code_of_errno(map_get_batch(map->m, from, keys, values, n, false));
}

int svm_map_lookup_delete_batch(struct svm_map *map, void *keys, void *values, uint32_t *n) {
    return code_of_errno(map_get_batch(map->m, NULL, keys, values, n, true));
}

int svm_map_update_batch(struct svm_map *map, const void *keys, const void *values, uint32_t *n, uint64_t flags) {
    return code_of_errno(map_put_batch(map->m, keys, values, n, flags));
}

int svm_map_delete_batch(struct svm_map *map, const void *keys, uint32_t *n) {
    return code_of_errno(map_del_batch(map->m, keys, n));
}

void *svm_map_arena(struct svm_map *map, size_t *len) {
    const struct map *m = map->m;
    if (m->type != MAP_TYPE_ARENA)
        return NULL;
    if (len)
        *len = m->value_len;
    return m->value;
}

static bool has_records(const struct map *m) {
    return m->type == MAP_TYPE_RINGBUF || m->type == MAP_TYPE_PERF_EVENT_ARRAY;
}

int64_t svm_ringbuf_consume(struct svm_map *map, int (*fn)(void *arg, const void *data, size_t len), void *arg,
                            size_t n) {
    s64 rc;
    if (!fn || !has_records(map->m))
        return SVM_EUSAGE;
    rc = ringbuf_consume(map->m, fn, arg, n);
    return rc < 0 ? code_of_errno(rc) : rc;
}

int svm_ringbuf_fd(struct svm_map *map) {
    int fd;
    if (!has_records(map->m))
        return SVM_EUSAGE;
    fd = ringbuf_fd(map->m);
    return fd < 0 ? SVM_ELIMIT : fd;
}

int svm_user_ringbuf_put(struct svm_map *map, const void *data, uint32_t len) {
    if (map->m->type != MAP_TYPE_USER_RINGBUF || (!data && len))
        return SVM_EUSAGE;
    return code_of_errno(user_ringbuf_put(map->m, data, len));
}

int svm_prog_array_set(struct svm_map *map, uint32_t index, struct svm_program *p, const char *prog) {
    const struct svm_entry *e = NULL;
    struct map *m = map->m;
    if (m->type != MAP_TYPE_PROG_ARRAY)
        return SVM_EUSAGE;
    if (p) {
        if (m->env && ((struct map_env *)m->env)->budget != &p->m->vm->r.map_memory)
            return SVM_EUSAGE; /* of another runtime */
        if (!(e = svm_program_entry(p, prog)))
            return SVM_ENOENT;
    }
    return code_of_errno(prog_array_set(m, index, p ? &p->p : NULL, e ? e->prog->func : 0));
}
