/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* show_maps.c - what the maps hold after a run, as text: variables of data sections by name,
 * records of ring buffers, entries of all other maps. Values are printed through the types
 * of the object where it has any, else as integers or bytes. */
#include "cli/run.h"
#include <stdlib.h>
#include <string.h>

enum { TYPE_RINGBUF = 27 /* Linux UAPI, enum bpf_map_type */, MAX_SHOWN = 32 };

int records_open(struct run *r) {
    struct svm_map_info info;
    size_t i;
    for (i = 0; svm_module_map(r->module, i, &info); i++) {
        struct records *rows;
        if (info.type != TYPE_RINGBUF)
            continue;
        rows = reallocarray(r->records, r->nrecords + 1, sizeof *rows);
        if (!rows)
            return refuse("out of memory");
        r->records = rows;
        rows[r->nrecords++] = (struct records){.map = svm_program_map(r->program, info.name), .name = info.name};
    }
    return 0;
}

static int take_record(void *arg, const void *data, size_t len) {
    struct records *rec = arg;
    if (rec->kept < KEPT_RECORDS) {
        rec->first[rec->kept].len = (u32)min64(len, KEPT_BYTES);
        memcpy(rec->first[rec->kept].data, data, rec->first[rec->kept].len);
        rec->kept++;
    }
    rec->count++;
    rec->bytes += len;
    return 0;
}

void records_take(struct run *r) {
    u32 i;
    for (i = 0; i < r->nrecords; i++)
        if (r->records[i].map)
            svm_ringbuf_consume(r->records[i].map, take_record, &r->records[i], SIZE_MAX);
}

struct shown {
    struct run *r;
    struct types *types;
    struct svm_map *map;
    struct svm_map_info info;
    struct buf b;
    u64 entries;
};

static void print_value(struct shown *s, u32 type, const u8 *p, size_t n) {
    u64 v;
    if (types_print(s->types, type, p, n, false, &s->b))
        return;
    if (read_integer(p, n, &v))
        buf_printf(&s->b, "%llu", (unsigned long long)v);
    else
        print_hex(&s->b, p, n, " ");
}

static bool nonzero(const u8 *p, size_t n) {
    size_t i;
    for (i = 0; i < n && !p[i]; i++)
        ;
    return i < n;
}

/* One value for each CPU: those that are not zero, with the CPU where there are several. */
static void print_percpu(struct shown *s, const u8 *value) {
    size_t step = align_up(s->info.value_size, 8);
    u32 cpus = svm_map_cpus(s->map), cpu, used = 0, last = 0;
    for (cpu = 0; cpu < cpus; cpu++)
        if (nonzero(value + cpu * step, s->info.value_size)) {
            used++;
            last = cpu;
        }
    if (used <= 1) {
        print_value(s, s->info.btf_value, value + last * step, s->info.value_size);
        return;
    }
    for (cpu = 0; cpu < cpus; cpu++)
        if (nonzero(value + cpu * step, s->info.value_size)) {
            buf_printf(&s->b, "%scpu%u: ", s->b.len && s->b.data[s->b.len - 1] != ' ' ? ", " : "", cpu);
            print_value(s, s->info.btf_value, value + cpu * step, s->info.value_size);
        }
}

static bool show_entry(void *arg, const u8 *key, const u8 *value) {
    struct shown *s = arg;
    if (++s->entries > MAX_SHOWN)
        return true; /* still counted */
    buf_printf(&s->b, "  ");
    if (s->info.key_size)
        print_value(s, s->info.btf_key, key, s->info.key_size);
    buf_printf(&s->b, " -> ");
    print_percpu(s, value);
    buf_printf(&s->b, "\n");
    return true;
}

static void show_variables(struct shown *s) {
    struct svm_var_info v;
    size_t bytes = svm_map_value_bytes(s->map), i;
    u8 *value = calloc(1, bytes + 1);
    u32 zero = 0;
    if (value && !svm_map_lookup(s->map, &zero, value))
        for (i = 0; svm_module_var(s->r->module, i, &v); i++)
            if (!strcmp(v.map, s->info.name) && (u64)v.offset + v.size <= bytes) {
                buf_printf(&s->b, "  %s = ", v.name);
                print_value(s, v.btf_type, value + v.offset, v.size);
                buf_printf(&s->b, "\n");
            }
    free(value);
}

static void show_records(struct shown *s) {
    char count[32], bytes[32];
    u32 i, k;
    for (i = 0; i < s->r->nrecords; i++) {
        const struct records *rec = &s->r->records[i];
        if (strcmp(rec->name, s->info.name))
            continue;
        printf("%smap %s%s (ringbuf): %s records, %s bytes\n", style(stdout, STYLE_BOLD), rec->name,
               style(stdout, STYLE_PLAIN), with_commas(rec->count, count), with_commas(rec->bytes, bytes));
        for (k = 0; k < rec->kept; k++) {
            buf_printf(&s->b, "  ");
            print_value(s, s->info.btf_value, rec->first[k].data, rec->first[k].len);
            buf_printf(&s->b, "\n");
        }
        if (rec->count > rec->kept)
            buf_printf(&s->b, "  ... %llu more\n", (unsigned long long)(rec->count - rec->kept));
    }
}

static void show_entries(struct shown *s) {
    char count[32];
    map_walk(s->map, show_entry, s);
    printf("%smap %s%s (%s): %s %s\n", style(stdout, STYLE_BOLD), s->info.name, style(stdout, STYLE_PLAIN),
           s->info.type_name, with_commas(s->entries, count), s->entries == 1 ? "entry" : "entries");
    if (s->entries > MAX_SHOWN)
        buf_printf(&s->b, "  ... %llu more\n", (unsigned long long)(s->entries - MAX_SHOWN));
}

void show_maps(struct run *r) {
    struct shown s = {.r = r, .types = types_open(r->module)};
    size_t i;
    for (i = 0; svm_module_map(r->module, i, &s.info); i++) {
        if (map_is_hidden(&s.info) || !(s.map = svm_program_map(r->program, s.info.name)))
            continue;
        buf_clear(&s.b);
        s.entries = 0;
        if (s.info.type == TYPE_RINGBUF) {
            show_records(&s);
        } else if (map_is_data(&s.info)) {
            printf("%svariables of %s%s\n", style(stdout, STYLE_BOLD), s.info.name, style(stdout, STYLE_PLAIN));
            show_variables(&s);
        } else {
            show_entries(&s);
        }
        fwrite(s.b.data, 1, s.b.len, stdout);
    }
    buf_free(&s.b);
    types_close(s.types);
}
