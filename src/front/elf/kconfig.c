/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kconfig.c - what the object expects from outside: kernel configuration and kernel symbols.
 * in: BTF sections .kconfig and .ksyms, undefined symbols, options' "CONFIG_X=y" lines
 * out: the map .kconfig with its values; m->import on demand
 *
 * There is no kernel here, so its version is a constant, unless the options say otherwise by a
 * line LINUX_KERNEL_VERSION=...: results do not depend on the machine that they were made on. */
#include "front/elf/elf_load.h"
#include "front/elf/libbpf.h"
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

/* What libbpf provides beyond the configuration proper. */
static const struct builtin {
    const char *name, *value;
} builtins[] = {
    {"LINUX_KERNEL_VERSION", "0x060c00"}, /* 6.12.0 */
    {"LINUX_HAS_BPF_COOKIE", "0"},
    {"LINUX_HAS_SYSCALL_WRAPPER", "0"},
};

static int by_name(const void *x, const void *y) {
    return strcmp(((const struct ext *)x)->name, ((const struct ext *)y)->name);
}

static struct ext *named(struct loader *l, const char *name) {
    struct ext key = {.name = name};
    return l->nbtf_ext ? bsearch(&key, l->ext, l->nbtf_ext, sizeof key, by_name) : NULL;
}

static int add_ext(struct loader *l, const struct ext *x) {
    void *p = grow(&l->tmp, l->ext, l->next, &l->cap_ext, sizeof *l->ext);
    if (!p)
        return no_memory(l);
    l->ext = p;
    l->ext[l->next++] = *x;
    return 0;
}

static int collect(struct loader *l, const char *section, bool kconfig) {
    u32 i, id = l->btf ? btf_datasec(l, section) : 0;
    const struct btf_type *t, *v;
    int r;
    if (!id)
        return 0;
    t = bpf.btf__type_by_id(l->btf, id);
    for (i = 0; i < btf_vlen(t); i++) {
        const struct btf_var_secinfo *s = btf_var_secinfos(t) + i;
        struct ext x = {.size = s->size, .import = NONE, .kconfig = kconfig};
        v = bpf.btf__type_by_id(l->btf, s->type);
        x.name = btf_str(l->btf, v->name_off);
        x.func = btf_is_func(v);
        x.type = x.func ? s->type : v->type;
        if (!*x.name || (kconfig && x.func))
            return fail(l->e, E_BTF, NOWHERE, "BTF: section %s: entry %u is no variable", section, i);
        if ((r = add_ext(l, &x)))
            return r;
    }
    return 0;
}

/* Each line of the configuration is looked at once. */
static void read_config(struct loader *l, const char *text) {
    while (text && *text) {
        size_t n = strcspn(text, "\n");
        const char *eq = memchr(text, '=', n);
        char name[128];
        struct ext *x;
        if (eq && (size_t)(eq - text) < sizeof name && *text != '#') {
            memcpy(name, text, (size_t)(eq - text));
            name[eq - text] = 0;
            if ((x = named(l, name)) && x->kconfig)
                x->value = eq + 1, x->nvalue = (u32)(text + n - eq - 1);
        }
        text += n + (text[n] == '\n');
    }
}

static int bad_value(struct loader *l, const struct ext *x, const char *why) {
    return fail(l->e, E_LINK, NOWHERE, "extern %.80s (.kconfig): %s: '%.*s'", x->name, why,
                (int)(x->nvalue < 40 ? x->nvalue : 40), x->value ? x->value : "");
}

static int set_letter(struct loader *l, const struct ext *x, const struct btf_type *t, u8 *at) {
    char c = *x->value;
    if (btf_is_int(t) && btf_int_encoding(t) & BTF_INT_BOOL) {
        if (c == 'm')
            return bad_value(l, x, "not a bool");
        *at = c == 'y';
    } else if (btf_is_enum(t)) {
        put_le(at, x->size, c == 'y' ? 1 : c == 'm' ? 2 : 0); /* enum libbpf_tristate */
    } else if (btf_is_int(t) && x->size == 1) {
        *at = (u8)c;
    } else {
        return bad_value(l, x, "neither a bool nor a tristate");
    }
    return 0;
}

static int set_string(struct loader *l, const struct ext *x, const struct btf_type *t, u8 *at) {
    const struct btf_type *elem =
        btf_is_array(t) ? bpf.btf__type_by_id(l->btf, btf_skip(l->btf, btf_array(t)->type)) : NULL;
    u32 n = x->nvalue;
    if (!elem || !btf_is_int(elem) || elem->size != 1)
        return bad_value(l, x, "not an array of char");
    if (n < 2 || x->value[n - 1] != '"')
        return bad_value(l, x, "no closing quote");
    n -= 2;
    if (x->size)
        memcpy(at, x->value + 1, n < x->size - 1 ? n : x->size - 1); /* cut to fit, as libbpf does */
    return 0;
}

static int set_number(struct loader *l, const struct ext *x, const struct btf_type *t, u8 *at) {
    char text[32], *end;
    u64 v, bits = x->size * 8ull;
    if (!btf_is_int(t) && !btf_is_enum(t))
        return bad_value(l, x, "not an integer");
    if (!x->nvalue || x->nvalue >= sizeof text)
        return bad_value(l, x, "not a number");
    memcpy(text, x->value, x->nvalue);
    text[x->nvalue] = 0;
    v = strtoull(text, &end, 0);
    if (*end || end == text)
        return bad_value(l, x, "not a number");
    if (bits < 64) {
        bool is_signed = btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED;
        if ((is_signed ? v + (1ull << (bits - 1)) : v) >> bits)
            return bad_value(l, x, "does not fit its type");
    }
    if (btf_is_int(t) && btf_int_encoding(t) & BTF_INT_BOOL && v > 1)
        return bad_value(l, x, "not a bool");
    put_le(at, x->size, v);
    return 0;
}

static int set_value(struct loader *l, const struct ext *x, u8 *at) {
    const struct btf_type *t = bpf.btf__type_by_id(l->btf, btf_skip(l->btf, x->type));
    if (!x->value) {
        if (x->weak)
            return 0;
        return fail(l->e, E_LINK, NOWHERE, "extern %.80s (.kconfig): the configuration has no value for it", x->name);
    }
    if (x->nvalue == 1 && strchr("ynm", *x->value))
        return set_letter(l, x, t, at);
    if (x->nvalue && *x->value == '"')
        return set_string(l, x, t, at);
    return set_number(l, x, t, at);
}

static u32 alignment(const struct loader *l, const struct ext *x) {
    s64 a = bpf.btf__align_of(l->btf, x->type);
    return a == 2 || a == 4 || a == 8 ? (u32)a : 1;
}

static int make_map(struct loader *l) {
    struct map_place at = {NONE, 0, 0, NONE, NONE};
    struct module *m = l->m;
    struct map_def *d;
    u64 size = 0;
    u32 i, n = 0;
    u8 *bytes;
    int r;
    for (i = 0; i < l->nbtf_ext; i++) {
        struct ext *x = &l->ext[i];
        const struct btf_type *t = bpf.btf__type_by_id(l->btf, btf_skip(l->btf, x->type));
        s64 full = bpf.btf__resolve_size(l->btf, x->type);
        if (!x->kconfig)
            continue;
        if (full <= 0 || full > 65536 || (!btf_is_array(t) && full != 1 && full != 2 && full != 4 && full != 8))
            return fail(l->e, E_BTF, NOWHERE, "extern %.80s (.kconfig): of a type without a usable size", x->name);
        x->size = (u32)full;
        x->map = m->nmap;
        size = align_up(size, alignment(l, x));
        x->off = (u32)size;
        size += x->size;
        if (size > 1 << 24)
            return fail(l->e, E_LIMIT, NOWHERE, "section .kconfig: more than 16 MiB");
        n++;
    }
    if (!n)
        return 0;
    if (!(bytes = arena_alloc(&m->arena, size)))
        return no_memory(l);
    for (i = 0; i < l->nbtf_ext; i++) {
        struct ext *x = &l->ext[i];
        void *p;
        if (!x->kconfig)
            continue;
        if ((r = set_value(l, x, bytes + x->off)))
            return r;
        if (!(p = grow(&m->arena, m->var, m->nvar, &l->cap_var, sizeof *m->var)))
            return no_memory(l);
        m->var = p;
        m->var[m->nvar] = (struct var){arena_strdup(&m->arena, x->name), x->map, x->off, x->size, x->type, true};
        if (!m->var[m->nvar++].name)
            return no_memory(l);
    }
    if (!(d = add_map(l, &at)))
        return l->e->code;
    *d = (struct map_def){.name = ".kconfig",
                          .section = ".kconfig",
                          .type = BPF_MAP_TYPE_ARRAY,
                          .key_size = 4,
                          .value_size = (u32)size,
                          .max_entries = 1,
                          .flags = BPF_F_RDONLY_PROG,
                          .flavour = MAP_KCONFIG,
                          .init = bytes,
                          .init_size = (u32)size};
    return 0;
}

int load_externs(struct loader *l) {
    struct ext *x;
    u32 i;
    int r;
    if ((r = collect(l, ".kconfig", true)) || (r = collect(l, ".ksyms", false)))
        return r;
    l->nbtf_ext = l->next;
    if (l->next)
        qsort(l->ext, l->next, sizeof *l->ext, by_name);
    for (i = 1; i < l->f.nsym; i++)
        if (!l->f.sym[i].sec && (x = named(l, l->f.sym[i].name)))
            x->weak = l->f.sym[i].weak;
    for (i = 0; i < COUNT(builtins); i++)
        if ((x = named(l, builtins[i].name)) && x->kconfig)
            x->value = builtins[i].value, x->nvalue = (u32)strlen(x->value);
    read_config(l, l->o->kconfig);
    return make_map(l);
}

/* An undefined symbol is an import, even where BTF does not speak of it. */
struct ext *find_extern(struct loader *l, struct sym *sym, bool func) {
    struct module *m = l->m;
    struct ext *x;
    void *p;
    if (!sym->extern_id) {
        if ((x = named(l, sym->name))) {
            sym->extern_id = (u32)(x - l->ext) + 1;
        } else {
            struct ext none = {.name = sym->name, .import = NONE, .func = func, .weak = sym->weak};
            if (add_ext(l, &none))
                return NULL;
            sym->extern_id = l->next;
        }
    }
    x = &l->ext[sym->extern_id - 1];
    if (x->kconfig || x->import != NONE)
        return x;
    if (!(p = grow(&m->arena, m->import, m->nimport, &l->cap_import, sizeof *m->import)))
        return no_memory(l), NULL;
    m->import = p;
    x->import = m->nimport;
    m->import[m->nimport] =
        (struct import){arena_strdup(&m->arena, x->name), x->func ? IMPORT_FUNC : IMPORT_VAR, sym->weak, x->type};
    if (!m->import[m->nimport++].name)
        return no_memory(l), NULL;
    return x;
}
