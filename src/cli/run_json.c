/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_json.c - what came out of a run as one JSON object. Its keys are a contract for
 * scripts (docs/supervm.1): they are added to, never changed. Numbers beyond 2^53 do not fit
 * cJSON's double, so integers are written as text of our own. */
#include "cli/json.h"
#include "cli/run.h"

#ifdef HAVE_CJSON
#include <stdlib.h>
#include <string.h>

enum { TYPE_RINGBUF = 27 /* Linux UAPI, enum bpf_map_type */ };

static void add_u64(cJSON *o, const char *key, u64 v) {
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)v);
    cj.cJSON_AddRawToObject(o, key, text);
}

static void add_bytes(cJSON *o, const char *key, const u8 *p, size_t n) {
    struct buf b = {0};
    print_hex(&b, p, n, "");
    if (key)
        cj.cJSON_AddStringToObject(o, key, buf_str(&b));
    else
        cj.cJSON_AddItemToArray(o, cj.cJSON_CreateString(buf_str(&b)));
    buf_free(&b);
}

struct entries {
    cJSON *array;
    struct types *types;
    struct svm_map *map;
    struct svm_map_info info;
};

/* The value as its type describes it; nothing where that is not known. key NULL: of an array. */
static void add_typed(cJSON *o, const char *key, struct types *types, u32 type, const u8 *p, size_t n) {
    struct buf b = {0};
    if (types_print(types, type, p, n, true, &b)) {
        if (key)
            cj.cJSON_AddRawToObject(o, key, buf_str(&b));
        else
            cj.cJSON_AddItemToArray(o, cj.cJSON_CreateRaw(buf_str(&b)));
    }
    buf_free(&b);
}

/* "formatted": the same through the types of the object. */
static void add_formatted(cJSON *entry, const struct entries *s, const u8 *key, const u8 *value) {
    cJSON *o = cj.cJSON_CreateObject();
    u32 cpus = svm_map_cpus(s->map), cpu;
    size_t step = align_up(s->info.value_size, 8);
    add_typed(o, "key", s->types, s->info.btf_key, key, s->info.key_size);
    if (svm_map_value_bytes(s->map) == s->info.value_size) {
        add_typed(o, "value", s->types, s->info.btf_value, value, s->info.value_size);
    } else {
        cJSON *values = cj.cJSON_CreateArray();
        for (cpu = 0; cpu < cpus; cpu++)
            add_typed(values, NULL, s->types, s->info.btf_value, value + cpu * step, s->info.value_size);
        if (cj.cJSON_GetArraySize(values))
            cj.cJSON_AddItemToObject(o, "values", values);
        else
            cj.cJSON_Delete(values);
    }
    if (o && o->child)
        cj.cJSON_AddItemToObject(entry, "formatted", o);
    else
        cj.cJSON_Delete(o);
}

static bool add_entry(void *arg, const u8 *key, const u8 *value) {
    struct entries *s = arg;
    cJSON *e = cj.cJSON_CreateObject();
    u32 cpus = svm_map_cpus(s->map), cpu;
    size_t step = align_up(s->info.value_size, 8);
    u64 v;
    add_bytes(e, "key", key, s->info.key_size);
    if (read_integer(key, s->info.key_size, &v))
        add_u64(e, "key_int", v);
    if (svm_map_value_bytes(s->map) == s->info.value_size) {
        add_bytes(e, "value", value, s->info.value_size);
        if (read_integer(value, s->info.value_size, &v))
            add_u64(e, "value_int", v);
    } else {
        cJSON *values = cj.cJSON_AddArrayToObject(e, "values");
        for (cpu = 0; cpu < cpus; cpu++)
            add_bytes(values, NULL, value + cpu * step, s->info.value_size);
    }
    add_formatted(e, s, key, value);
    return cj.cJSON_AddItemToArray(s->array, e);
}

static void add_variables(cJSON *o, struct run *r, struct types *types, struct svm_map *map, const char *name) {
    cJSON *vars = cj.cJSON_AddObjectToObject(o, "variables"), *formatted = cj.cJSON_CreateObject();
    size_t bytes = svm_map_value_bytes(map), i;
    u8 *value = calloc(1, bytes + 1);
    struct svm_var_info v;
    u32 zero = 0;
    u64 n;
    if (value && !svm_map_lookup(map, &zero, value))
        for (i = 0; svm_module_var(r->module, i, &v); i++) {
            if (strcmp(v.map, name) || (u64)v.offset + v.size > bytes)
                continue;
            if (read_integer(value + v.offset, v.size, &n))
                add_u64(vars, v.name, n);
            else
                add_bytes(vars, v.name, value + v.offset, v.size);
            add_typed(formatted, v.name, types, v.btf_type, value + v.offset, v.size);
        }
    if (formatted && formatted->child)
        cj.cJSON_AddItemToObject(o, "formatted", formatted);
    else
        cj.cJSON_Delete(formatted);
    free(value);
}

static void add_records(cJSON *o, const struct run *r, const struct entries *s) {
    const char *name = s->info.name;
    u32 i, k;
    for (i = 0; i < r->nrecords; i++) {
        const struct records *rec = &r->records[i];
        cJSON *first;
        if (strcmp(rec->name, name))
            continue;
        add_u64(o, "records", rec->count);
        add_u64(o, "bytes", rec->bytes);
        first = cj.cJSON_AddArrayToObject(o, "first");
        for (k = 0; k < rec->kept; k++)
            add_bytes(first, NULL, rec->first[k].data, rec->first[k].len);
        first = cj.cJSON_CreateArray();
        for (k = 0; k < rec->kept; k++)
            add_typed(first, NULL, s->types, s->info.btf_value, rec->first[k].data, rec->first[k].len);
        if (cj.cJSON_GetArraySize(first))
            cj.cJSON_AddItemToObject(o, "formatted", first);
        else
            cj.cJSON_Delete(first);
    }
}

static void add_maps(cJSON *root, struct run *r) {
    cJSON *maps = cj.cJSON_AddObjectToObject(root, "maps");
    struct entries s = {.types = types_open(r->module)};
    size_t i;
    for (i = 0; svm_module_map(r->module, i, &s.info); i++) {
        cJSON *o;
        if (map_is_hidden(&s.info) || !(s.map = svm_program_map(r->program, s.info.name)))
            continue;
        o = cj.cJSON_AddObjectToObject(maps, s.info.name);
        cj.cJSON_AddStringToObject(o, "type", s.info.type_name);
        if (s.info.type == TYPE_RINGBUF) {
            add_records(o, r, &s);
        } else if (map_is_data(&s.info)) {
            add_variables(o, r, s.types, s.map, s.info.name);
        } else {
            s.array = cj.cJSON_AddArrayToObject(o, "entries");
            map_walk(s.map, add_entry, &s);
        }
    }
    types_close(s.types);
}

static void add_packets(cJSON *root, struct run *r) {
    cJSON *v;
    u32 i;
    add_u64(root, "packets", r->packets);
    v = cj.cJSON_AddObjectToObject(root, "verdicts");
    for (i = 0; i < r->verdicts.n; i++)
        add_u64(v, r->verdicts.row[i].name, r->verdicts.row[i].count);
    if (r->traps)
        add_u64(v, "trap", r->traps);
    add_u64(root, "pps", r->ns ? (u64)((double)r->packets * 1e9 / (double)r->ns) : 0);
    if (r->workers == 1)
        return;
    v = cj.cJSON_AddArrayToObject(root, "workers");
    for (i = 0; i < r->workers; i++) {
        cJSON *w = cj.cJSON_CreateObject();
        add_u64(w, "packets", r->share[i].packets);
        add_u64(w, "insns", r->share[i].insns);
        add_u64(w, "traps", r->share[i].traps);
        cj.cJSON_AddItemToArray(v, w);
    }
}

static void add_map_stats(cJSON *maps, const struct run *r, const char *map) {
    struct svm_map_stats m = SVM_MAP_STATS_INIT;
    cJSON *o;
    if (svm_map_stats(r->program, map, &m))
        return;
    o = cj.cJSON_AddObjectToObject(maps, map ? map : "");
    add_u64(o, "lookups", m.lookups);
    add_u64(o, "misses", m.misses);
    add_u64(o, "updates", m.updates);
    add_u64(o, "deletes", m.deletes);
    add_u64(o, "failed", m.failed);
    add_u64(o, "lost", m.lost);
}

static void add_stats(cJSON *root, const struct run *r) {
    struct svm_stats s = SVM_STATS_INIT;
    struct svm_map_info info;
    cJSON *o, *maps;
    size_t i;
    if (svm_stats(r->program, &s))
        return;
    o = cj.cJSON_AddObjectToObject(root, "stats");
    add_u64(o, "runs", s.runs);
    add_u64(o, "traps", s.traps);
    add_u64(o, "insns", s.insns);
    add_u64(o, "tail_calls", s.tail_calls);
    add_u64(o, "ns", s.ns);
    add_u64(o, "ns_p50", s.ns_p50);
    add_u64(o, "ns_p99", s.ns_p99);
    add_u64(o, "ns_max", s.ns_max);
    add_u64(o, "lookups", s.lookups);
    add_u64(o, "misses", s.misses);
    add_u64(o, "updates", s.updates);
    add_u64(o, "deletes", s.deletes);
    add_u64(o, "failed", s.failed);
    add_u64(o, "lost", s.lost);
    add_u64(o, "checks", s.checks);
    add_u64(o, "proven", s.proven);
    maps = cj.cJSON_AddObjectToObject(o, "maps");
    for (i = 0; svm_module_map(r->module, i, &info); i++)
        if (!map_is_data(&info))
            add_map_stats(maps, r, info.name);
    add_map_stats(maps, r, NULL);
}

int print_json(struct run *r) {
    cJSON *root = cj.cJSON_CreateObject();
    char text[40], *out;
    if (r->traps && !r->pcap) {
        cj.cJSON_AddNullToObject(root, "result");
    } else {
        snprintf(text, sizeof text, "0x%llx", (unsigned long long)r->ret);
        cj.cJSON_AddStringToObject(root, "result", text);
    }
    cj.cJSON_AddStringToObject(root, "engine", svm_program_engine(r->program));
    cj.cJSON_AddNumberToObject(root, "ns_per_run", r->runs ? (double)r->ns / (double)r->runs : 0);
    cj.cJSON_AddNumberToObject(root, "compile_us", (double)svm_program_compile_ns(r->program) / 1e3);
    add_u64(root, "insns", r->runs ? (r->insns + r->runs / 2) / r->runs : 0);
    add_u64(root, "checks_total", svm_program_checks(r->program, false));
    add_u64(root, "checks_proven", svm_program_checks(r->program, true));
    if (r->pcap)
        add_packets(root, r);
    if (r->pcap || r->maps)
        add_maps(root, r);
    if (r->stats)
        add_stats(root, r);
    if (r->traps)
        cj.cJSON_AddStringToObject(root, "trap", r->first_error.text);
    out = cj.cJSON_PrintUnformatted(root);
    if (out)
        puts(out);
    cj.cJSON_Delete(root);
    free(out);
    return out ? EXIT_WELL : refuse("out of memory");
}

#else

int print_json(struct run *r) {
    return (void)r, json_open();
}

#endif
