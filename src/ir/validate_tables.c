/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* validate_tables.c - what a module says beside its code: every index, type and size in it.
 * Functions may be lowered later, so nothing here looks at instructions. */
#include "ir/validate.h"

/* --- types and what has one --- */

static bool type_good(const struct module *m, u32 t) {
    u32 heap = t & VT_HEAP;
    if (!vt_is_ref(t))
        return t == 'I' || t == 'L' || t == 'F' || t == 'D' || t == 'V';
    return !(t & ~(VT_REF | VT_NULL | VT_HEAP)) && (heap < m->ntype || (heap >= HEAP_FIRST && heap < HEAP_END));
}

/* Where its values stand in windows is what its values say. */
static bool slots_good(const struct deftype *t) {
    struct deftype own = *t;
    if (t->nparam > MAX_VALUES || t->nresult > MAX_VALUES)
        return false;
    deftype_slots(&own);
    return own.param_slots == t->param_slots && own.result_slots == t->result_slots && own.result_at == t->result_at;
}

/* A call by the supertype passes what the subtype takes, register by register. */
static bool same_registers(const struct deftype *t, const struct deftype *s) {
    if (t->nparam != s->nparam || t->nresult != s->nresult)
        return false;
    for (u32 k = 0; k < t->nparam + t->nresult; k++)
        if (vt_letter(t->vt[k]) != vt_letter(s->vt[k]))
            return false;
    return true;
}

static int check_type(const struct module *m, u32 n, struct error *e) {
    const struct deftype *t = &m->type[n], *s;
    if (t->kind != 'f' && t->kind != 's' && t->kind != 'a')
        return fail(e, E_FORMAT, NOWHERE, "type %u is of no kind", n);
    if (t->group > n || t->ngroup > m->ntype || t->group > m->ntype - t->ngroup || n - t->group >= t->ngroup)
        return fail(e, E_INDEX, NOWHERE, "type %u lies outside of its recursive group", n);
    for (u32 k = 0; t->kind == 'f' && k < t->nparam + t->nresult; k++)
        if (!type_good(m, t->vt[k]))
            return fail(e, E_FORMAT, NOWHERE, "type %u: value %u has no type", n, k);
    if (t->kind == 'f' && !slots_good(t))
        return fail(e, E_FORMAT, NOWHERE, "type %u: its parameters and results take other slots than it says", n);
    if (t->super == NO_INDEX)
        return 0;
    if (t->super >= n) /* which also makes chains end */
        return fail(e, E_INDEX, NOWHERE, "type %u: supertype %u does not stand in front of it", n, t->super);
    s = &m->type[t->super];
    if (s->final || s->kind != t->kind || (t->kind == 'f' && !same_registers(t, s)))
        return fail(e, E_FORMAT, NOWHERE, "type %u does not match its supertype %u", n, t->super);
    return 0;
}

static int check_limits(const struct size_limits *l, u64 most, const char *what, u32 n, struct error *e) {
    if (l->min > most || (l->max != UINT64_MAX && l->max > most))
        return fail(e, E_LIMIT, NOWHERE, "%s %u: size %llu to %llu, where %llu is the most", what, n,
                    (unsigned long long)l->min, (unsigned long long)l->max, (unsigned long long)most);
    return l->min <= l->max ? 0 : fail(e, E_FORMAT, NOWHERE, "%s %u: its largest size is below its first", what, n);
}

static bool function_type(const struct module *m, u32 type) {
    return type < m->ntype && m->type[type].kind == 'f';
}

static int check_entities(const struct module *m, struct error *e) {
    for (u32 k = 0; k < m->nmemory; k++)
        if (check_limits(&m->memory[k].lim, m->memory[k].lim.is64 ? 1ull << 48 : 65536, "memory", k, e))
            return e->code;
    for (u32 k = 0; k < m->ntable; k++) {
        const struct table_def *t = &m->table[k];
        if (check_limits(&t->lim, t->lim.is64 ? UINT64_MAX : UINT32_MAX, "table", k, e))
            return e->code;
        if (!vt_is_ref(t->vt) || !type_good(m, t->vt))
            return fail(e, E_FORMAT, NOWHERE, "table %u: elements of no reference type", k);
    }
    for (u32 k = 0; k < m->nglobal; k++)
        if (!type_good(m, m->global[k].vt))
            return fail(e, E_FORMAT, NOWHERE, "global %u has no type", k);
    for (u32 k = 0; k < m->ntag; k++)
        if (!function_type(m, m->tag[k].type) || m->type[m->tag[k].type].nresult)
            return fail(e, E_INDEX, NOWHERE, "tag %u: type %u is not that of an exception", k, m->tag[k].type);
    if (m->nmemory_import > m->nmemory || m->ntable_import > m->ntable || m->nglobal_import > m->nglobal ||
        m->ntag_import > m->ntag || m->nfunc_import > m->nfunc)
        return fail(e, E_INDEX, NOWHERE, "more imports than there are");
    return 0;
}

/* --- imports, exports, segments --- */

/* How many there are of a kind, or how many of them are imported. */
static u32 count_of(const struct module *m, u8 kind, bool imported) {
    switch ((enum entity_kind)kind) {
    case ENTITY_FUNC: return imported ? m->nfunc_import : m->nfunc;
    case ENTITY_TABLE: return imported ? m->ntable_import : m->ntable;
    case ENTITY_MEMORY: return imported ? m->nmemory_import : m->nmemory;
    case ENTITY_GLOBAL: return imported ? m->nglobal_import : m->nglobal;
    case ENTITY_TAG: return imported ? m->ntag_import : m->ntag;
    }
    return 0;
}

static int check_names(const struct module *m, struct error *e) {
    u32 seen[ENTITY_TAG + 1] = {0};
    for (u32 k = 0; k < m->next; k++) {
        const struct entity *x = &m->ext[k];
        if (x->kind > ENTITY_TAG || x->index != seen[x->kind]++ || x->index >= count_of(m, x->kind, true))
            return fail(e, E_INDEX, NOWHERE, "import %u is out of place in its index space", k);
        if (x->kind == ENTITY_FUNC && (!m->func[x->index].imported || m->func[x->index].import != k))
            return fail(e, E_INDEX, NOWHERE, "import %u: function %u is not this one", k, x->index);
    }
    for (u8 kind = 0; kind <= ENTITY_TAG; kind++)
        if (seen[kind] != count_of(m, kind, true))
            return fail(e, E_INDEX, NOWHERE, "%u imports of kind %u, where there are %u", count_of(m, kind, true), kind,
                        seen[kind]);
    for (u32 k = 0; k < m->nexport; k++)
        if (m->export[k].kind > ENTITY_TAG || m->export[k].index >= count_of(m, m->export[k].kind, false))
            return fail(e, E_INDEX, NOWHERE, "export %u names nothing", k);
    for (u32 k = 0; k < m->nexport; k++)
        if (m->export[k].kind == ENTITY_FUNC &&
            (!m->func[m->export[k].index].typed || !callable(m, m->export[k].index)))
            return fail(e, E_INDEX, NOWHERE, "export %u: function %u has no type, or starts instances", k,
                        m->export[k].index);
    return 0;
}

static int check_segments(const struct module *m, struct error *e) {
    for (u32 k = 0; k < m->nelem; k++) {
        const struct elem_seg *s = &m->elem[k];
        if (!vt_is_ref(s->vt) || !type_good(m, s->vt))
            return fail(e, E_FORMAT, NOWHERE, "element segment %u has no reference type", k);
        for (u32 j = 0; j < s->n; j++)
            if (s->func[j] != NO_INDEX &&
                (s->func[j] >= m->nfunc || !m->func[s->func[j]].typed || !callable(m, s->func[j]) ||
                 vt_letter(s->vt) != TYPE_FUNC))
                return fail(e, E_INDEX, NOWHERE, "element segment %u: item %u is function %u", k, j, s->func[j]);
    }
    return 0;
}

static int check_typed(const struct module *m, struct error *e) {
    for (u32 k = 0; k < m->ntype; k++)
        if (check_type(m, k, e))
            return e->code;
    for (u32 k = 0; k < m->nfunc; k++) {
        const struct func *f = &m->func[k];
        if (f->typed && !function_type(m, f->type))
            return fail(e, E_INDEX, NOWHERE, "function %u: type %u is not that of a function", k, f->type);
        if (f->imported != (k < m->nfunc_import) || (f->imported && !f->typed))
            return fail(e, E_INDEX, NOWHERE, "function %u is out of place among imports", k);
    }
    if (check_entities(m, e) || check_names(m, e) || check_segments(m, e))
        return e->code;
    if (m->has_init && (m->init >= m->nfunc || !m->func[m->init].typed || m->func[m->init].imported ||
                        m->type[m->func[m->init].type].nparam || m->type[m->func[m->init].type].nresult))
        return fail(e, E_INDEX, NOWHERE, "function %u cannot start an instance", m->init);
    return 0;
}

/* --- what eBPF modules have --- */

static int check_funcs(const struct module *m, const struct limits *l, struct error *e) {
    u64 end = 0;
    u32 untyped = 0;
    for (u32 k = 0; k < m->nfunc; k++) {
        const struct func *f = &m->func[k];
        untyped += !f->typed;
        if (!f->slot || f->typed) /* typed ones are named by index, wherever they stand */
            continue;
        if (f->base < end || (u64)f->base + f->nslot > m->nslot)
            return fail(e, E_FORMAT, (s64)f->file_off, "function %s overlaps another", f->name ? f->name : "?");
        end = (u64)f->base + f->nslot;
    }
    if (untyped > l->funcs) /* those of typed ones are what their files can hold */
        return fail(e, E_LIMIT, NOWHERE, "%u functions: the limit is %u", untyped, l->funcs);
    return 0;
}

int validate_tables(struct module *m, const struct limits *l, struct error *e) {
    if (m->nslot > l->insns)
        return fail(e, E_LIMIT, NOWHERE, "%u instructions: the limit is %u", m->nslot, l->insns);
    if (m->nmap > l->maps)
        return fail(e, E_LIMIT, NOWHERE, "%u maps: the limit is %u", m->nmap, l->maps);
    if (!m->nfunc && !m->ntype)
        return fail(e, E_FORMAT, NOWHERE, "no functions");
    if (m->memory_pages > 65536)
        return fail(e, E_LIMIT, NOWHERE, "a linear memory of %u pages", m->memory_pages);
    if (check_funcs(m, l, e) || check_typed(m, e))
        return e->code;
    for (u32 k = 0; k < m->nprog; k++)
        if (m->prog[k].func >= m->nfunc)
            return fail(e, E_INDEX, NOWHERE, "program %s: function %u of %u", m->prog[k].name, m->prog[k].func,
                        m->nfunc);
    for (u32 k = 0; k < m->nvar; k++)
        if (m->var[k].map >= m->nmap)
            return fail(e, E_INDEX, NOWHERE, "variable %s: map %u of %u", m->var[k].name, m->var[k].map, m->nmap);
    for (u32 k = 0; k < m->nptr; k++)
        if (m->ptr[k].map >= m->nmap || m->ptr[k].target >= m->nmap)
            return fail(e, E_INDEX, NOWHERE, "pointer %u in initial data: map %u to %u of %u", k, m->ptr[k].map,
                        m->ptr[k].target, m->nmap);
    for (u32 k = 0; k < m->nmap; k++)
        for (u32 j = 0; j < m->map[k].nslot; j++) {
            const struct map_slot *s = &m->map[k].slot[j];
            u32 n = s->kind ? m->nprog : m->nmap;
            if (s->target >= n)
                return fail(e, E_INDEX, (s64)m->map[k].file_off, "map %s, entry %u: %s %u of %u", m->map[k].name,
                            s->index, s->kind ? "program" : "map", s->target, n);
        }
    return 0;
}

