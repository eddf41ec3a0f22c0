/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rules_obj.c - typing of what names globals, tables, memories and references (WebAssembly 3.0, 3.4.4 on). */
#include "front/wasm/validate.h"

u32 memory_address(struct validator *v, u32 memory) {
    if (likely(memory < v->m->nmemory)) return v->m->memory[memory].lim.is64 ? 'L' : 'I';
    bad(&v->b, E_INDEX, v->i.at, "unknown memory %u", memory);
    return 0;
}

u32 table_address(struct validator *v, u32 table) {
    if (likely(table < v->m->ntable)) return v->m->table[table].lim.is64 ? 'L' : 'I';
    bad(&v->b, E_INDEX, v->i.at, "unknown table %u", table);
    return 0;
}

/* Of a length that both must hold. */
static u32 smaller(u32 a, u32 b) { return a == 'L' && b == 'L' ? 'L' : 'I'; }

u32 pop_ref(struct validator *v) {
    u32 t = pop_any(v);

    if (t && !(t & VT_REF)) mismatch(v, "instruction requires a reference but stack has [%s]", wasm_type_text(t).s);
    return t ? t : VT_REF | HEAP_BOT;
}

void rule_select(struct validator *v) {
    u32 a, b;

    pop(v, 'I');
    a = pop_any(v);
    b = pop_any(v);
    if ((a | b) & VT_REF) mismatch(v, "references need a select that names their type");
    else if (a && b && a != b)
        mismatch(v, "select between %s and %s", wasm_type_text(b).s, wasm_type_text(a).s);
    push(v, a ? a : b);
}

void rule_select_t(struct validator *v) {
    if (v->i.n != 1) {
        bad(&v->b, E_FORMAT, v->i.at, "invalid result arity: select names %u types", v->i.n);
        return;
    }
    pop(v, 'I');
    pop(v, v->i.x);
    pop(v, v->i.x);
    push(v, v->i.x);
}

void rule_global(struct validator *v) {
    const struct wasm_global *g;

    if (v->i.x >= v->m->nglobal) {
        bad(&v->b, E_INDEX, v->i.at, "unknown global %u", v->i.x);
        return;
    }
    g = &v->m->global[v->i.x];
    if (v->i.op == W_global_set) {
        if (!g->mutable) bad(&v->b, E_FORMAT, v->i.at, "immutable global %u", v->i.x);
        pop(v, g->type);
        return;
    }
    if (v->constant && g->mutable)
        bad(&v->b, E_FORMAT, v->i.at, "constant expression required: global %u is mutable", v->i.x);
    push(v, g->type);
}

static void table_copy(struct validator *v, u32 to, u32 from) {
    u32 a = table_address(v, to), b = table_address(v, from), type;

    if (!a || !b) return;
    type = v->m->table[from].type;
    if (!type_fits(v, type, v->m->table[to].type))
        mismatch(v, "%s into a table of %s", wasm_type_text(type).s, wasm_type_text(v->m->table[to].type).s);
    pop(v, smaller(a, b));
    pop(v, b);
    pop(v, a);
}

static void table_init(struct validator *v, u32 segment, u32 table) {
    u32 a = table_address(v, table), type;

    if (segment >= v->m->nelem) bad(&v->b, E_INDEX, v->i.at, "unknown elem segment %u", segment);
    if (v->b.e->code) return;
    type = v->m->elem[segment].type;
    if (!type_fits(v, type, v->m->table[table].type))
        mismatch(v, "%s into a table of %s", wasm_type_text(type).s, wasm_type_text(v->m->table[table].type).s);
    pop(v, 'I');
    pop(v, 'I');
    pop(v, a);
}

void rule_table(struct validator *v) {
    u32 a, type;

    if (v->i.op == W_table_copy) {
        table_copy(v, v->i.x, v->i.y);
        return;
    }
    if (v->i.op == W_table_init) {
        table_init(v, v->i.x, v->i.y);
        return;
    }
    if (!(a = table_address(v, v->i.x))) return;
    type = v->m->table[v->i.x].type;
    switch (v->i.op) {
    case W_table_get:
        pop(v, a);
        push(v, type);
        return;
    case W_table_set:
        pop(v, type);
        pop(v, a);
        return;
    case W_table_size: push(v, a); return;
    case W_table_grow:
        pop(v, a);
        pop(v, type);
        push(v, a);
        return;
    case W_table_fill:
        pop(v, a);
        pop(v, type);
        pop(v, a);
        return;
    }
}

void rule_memory_copy(struct validator *v) {
    u32 a = memory_address(v, v->i.x), b = memory_address(v, v->i.y);

    pop(v, smaller(a, b));
    pop(v, b);
    pop(v, a);
}

/* ref.func of a function that nothing outside of bodies refers to is invalid (3.4.5): an engine may
 * compile such a function knowing all of its callers. */
static void ref_func(struct validator *v, u32 x) {
    if (x >= v->m->nfunc) {
        bad(&v->b, E_INDEX, v->i.at, "unknown function %u", x);
        return;
    }
    if (v->constant) v->m->referenced[x / 8] |= (u8)(1u << x % 8);
    else if (!(v->m->referenced[x / 8] >> x % 8 & 1))
        bad(&v->b, E_FORMAT, v->i.at, "undeclared function reference %u", x);
    push(v, VT_REF | v->m->func[x].type);
}

void rule_ref(struct validator *v) {
    switch (v->i.op) {
    case W_ref_null: push(v, v->i.x); return;
    case W_ref_func: ref_func(v, v->i.x); return;
    case W_ref_is_null:
        pop_ref(v);
        push(v, 'I');
        return;
    case W_ref_as_non_null: push(v, pop_ref(v) & ~VT_NULL); return;
    }
}
