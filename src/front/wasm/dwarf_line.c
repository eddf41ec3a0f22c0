/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dwarf_line.c - line number programs (DWARF 5, 6.2; versions 2 to 5 in their 32-bit format).
 * in:  the section .debug_line      out: rows, runs of them, files
 *
 *    unit_length | version | ... | header_length | ... directories, files | program      then the next unit
 *
 * Each entry and each row takes a byte of the section at least, so time and memory are linear in it. A unit with
 * anything wrong in it is dropped whole; the next one begins where its length says. */
#include "base/reader.h"
#include "front/wasm/dwarf.h"
#include <string.h>

enum {
    LNS_copy = 1,
    LNS_advance_pc,
    LNS_advance_line,
    LNS_set_file,
    LNS_set_column,
    LNS_negate_stmt,
    LNS_set_basic_block,
    LNS_const_add_pc,
    LNS_fixed_advance_pc,
    LNS_set_prologue_end,
    LNS_set_epilogue_begin,
    LNS_set_isa
};
enum { LNE_end_sequence = 1, LNE_set_address, LNE_define_file };
enum { LNCT_path = 1, LNCT_directory_index = 2 };
enum {
    FORM_data2 = 0x05,
    FORM_data4 = 0x06,
    FORM_data8 = 0x07,
    FORM_string = 0x08,
    FORM_block = 0x09,
    FORM_data1 = 0x0b,
    FORM_strp = 0x0e,
    FORM_udata = 0x0f,
    FORM_data16 = 0x1e,
    FORM_line_strp = 0x1f
};

/* A unit, and the row that its program is making. */
struct unit {
    const struct dwarf *d;
    struct dwarf_tables *t;
    struct reader r; /* pos is an offset in the module */
    struct buf dir;  /* struct wasm_span */
    u16 version;
    u8 min_insn, line_range, opcode_base;
    s8 line_base;
    u8 length[256]; /* operands of the standard opcodes */
    size_t file0;   /* length of t->file before this unit */
    size_t row0;    /* of t->row before this run */
    bool lost;      /* the run is of no use: of code that the linker dropped, or out of order */
    u64 addr;
    u32 file, line, column;
};

/* --- reading --- */

static u64 leb(struct reader *r, bool is_signed) {
    u64 v = 0;
    u8 byte;
    unsigned shift = 0;
    do {
        byte = get_u8(r);
        if (shift < 64)
            v |= (u64)(byte & 0x7f) << shift;
        shift += shift < 64 ? 7 : 0;
    } while (byte & 0x80);
    return is_signed && byte & 0x40 && shift < 64 ? v | ~(u64)0 << shift : v;
}

/* To the 0 behind it. */
static struct wasm_span text(struct reader *r) {
    struct wasm_span s = {(u32)r->pos, (u32)(r->len - r->pos)};
    const u8 *end = r->bad ? NULL : memchr(r->p + r->pos, 0, s.len);
    if (!end)
        r->bad = true;
    else
        r->pos = (size_t)(end - r->p) + 1;
    return s;
}

static struct wasm_span text_at(struct reader *r, struct wasm_span section, u32 off) {
    if (off < section.len)
        return (struct wasm_span){section.off + off, section.len - off};
    r->bad = true;
    return (struct wasm_span){0, 0};
}

static bool keep(struct unit *u, struct buf *b, const void *p, size_t n) {
    const struct dwarf_tables *t = u->t;
    if (t->row.len + t->run.len + t->file.len + u->dir.len + n > u->d->room)
        u->r.bad = true;
    else
        buf_add(b, p, n);
    return !u->r.bad && !b->oom;
}

/* --- directories and files --- */

static void add_file(struct unit *u, struct wasm_span name, u64 dir) {
    size_t ndir = u->dir.len / sizeof name;
    struct dwarf_file f = {.name = name};
    /* Directory 0 is where the compiler ran: paths are as it was told them. */
    if (dir && dir < ndir)
        memcpy(&f.dir, u->dir.data + dir * sizeof f.dir, sizeof f.dir);
    keep(u, &u->t->file, &f, sizeof f);
}

/* Before version 5: two lists of texts; an empty one ends each. */
static void read_names(struct unit *u) {
    struct wasm_span s = {0, 0};
    keep(u, &u->dir, &s, sizeof s);
    while (!u->r.bad && (s = text(&u->r), !u->r.bad) && u->r.p[s.off])
        keep(u, &u->dir, &s, sizeof s);
    while (!u->r.bad && (s = text(&u->r), !u->r.bad) && u->r.p[s.off]) {
        add_file(u, s, leb(&u->r, false));
        leb(&u->r, false); /* when it was changed, its size */
        leb(&u->r, false);
    }
}

struct field {
    struct wasm_span text;
    u64 number;
};

static struct field read_field(struct unit *u, u64 form) {
    struct reader *r = &u->r;
    struct field f = {{0, 0}, 0};
    switch (form) {
    case FORM_string: f.text = text(r); break;
    case FORM_line_strp: f.text = text_at(r, u->d->line_str, get_u32(r)); break;
    case FORM_strp: f.text = text_at(r, u->d->str, get_u32(r)); break;
    case FORM_data1: f.number = get_u8(r); break;
    case FORM_data2: f.number = get_u16(r); break;
    case FORM_data4: f.number = get_u32(r); break;
    case FORM_data8: f.number = get_u64(r); break;
    case FORM_udata: f.number = leb(r, false); break;
    case FORM_data16: get_bytes(r, 16); break;
    case FORM_block: get_bytes(r, leb(r, false)); break;
    default: r->bad = true; /* its length is not known */
    }
    return f;
}

/* From version 5 on: which fields an entry has, how many there are, and these. */
static void read_entries(struct unit *u, bool files) {
    struct reader *r = &u->r;
    u64 what[255], form[255], n;
    u8 nfield = get_u8(r);
    for (u32 k = 0; k < nfield; k++) {
        what[k] = leb(r, false);
        form[k] = leb(r, false);
    }
    n = leb(r, false);
    if (n && !nfield)
        r->bad = true; /* entries without bytes would be without end */
    while (n-- && !r->bad) {
        struct wasm_span name = {0, 0};
        u64 dir = 0;
        for (u32 k = 0; k < nfield; k++) {
            struct field f = read_field(u, form[k]);
            if (what[k] == LNCT_path)
                name = f.text;
            if (what[k] == LNCT_directory_index)
                dir = f.number;
        }
        if (files)
            add_file(u, name, dir);
        else
            keep(u, &u->dir, &name, sizeof name);
    }
}

/* --- the program --- */

static void start_run(struct unit *u) {
    u->row0 = u->t->row.len;
    u->lost = false;
    u->addr = u->column = 0;
    u->file = u->line = 1;
}

static struct dwarf_row *last_row(const struct unit *u) {
    struct buf *b = &u->t->row;
    return b->len > u->row0 ? (struct dwarf_row *)(void *)(b->data + b->len - sizeof(struct dwarf_row)) : NULL;
}

static void add_row(struct unit *u) {
    u32 nfile = (u32)((u->t->file.len - u->file0) / sizeof(struct dwarf_file)), file = u->file - (u->version < 5);
    struct dwarf_row row = {(u32)u->addr, u->line, u->column, NO_INDEX}, *last = last_row(u);
    if (file < nfile)
        row.file = (u32)(u->file0 / sizeof(struct dwarf_file)) + file;
    /* What stands before the first body is no code: linkers leave such addresses, or huge ones, in what they drop. */
    if (!u->addr || u->addr > u->d->code.len || (last && row.addr < last->addr))
        u->lost = true;
    else if (last && row.addr == last->addr)
        *last = row;
    else if (!last || row.line != last->line || row.column != last->column || row.file != last->file)
        keep(u, &u->t->row, &row, sizeof row);
}

static void end_run(struct unit *u) {
    const struct dwarf_row *last = last_row(u);
    if (last && !u->lost && u->addr > last->addr && u->addr <= u->d->code.len) {
        u32 first = (u32)(u->row0 / sizeof *last), n = (u32)(u->t->row.len / sizeof *last) - first;
        struct dwarf_run run = {((struct dwarf_row *)(void *)(u->t->row.data + u->row0))->addr, (u32)u->addr, first, n};
        keep(u, &u->t->run, &run, sizeof run);
    } else {
        u->t->row.len = u->row0;
    }
    start_run(u);
}

static void extended(struct unit *u) {
    struct reader *r = &u->r;
    u64 len = leb(r, false);
    size_t end = r->len;
    u8 op;
    if (!len || len > end - r->pos) {
        r->bad = true;
        return;
    }
    r->len = r->pos + len; /* what is read twice would not be linear */
    op = get_u8(r);
    if (op == LNE_end_sequence) {
        end_run(u);
    } else if (op == LNE_set_address) {
        if (len == 5)
            u->addr = get_u32(r);
        else if (len == 9)
            u->addr = get_u64(r);
        else
            r->bad = true;
    } else if (op == LNE_define_file && u->version < 5) {
        struct wasm_span name = text(r);
        add_file(u, name, leb(r, false));
    }
    r->pos = r->len;
    r->len = end;
}

static void advance(struct unit *u, u64 n) {
    u->addr += n * u->min_insn;
}

static void step(struct unit *u) {
    struct reader *r = &u->r;
    u8 op = get_u8(r);
    if (op >= u->opcode_base) {
        u8 n = (u8)(op - u->opcode_base);
        advance(u, n / u->line_range);
        u->line += (u32)(u->line_base + n % u->line_range);
        add_row(u);
        return;
    }
    switch (op) {
    case 0: extended(u); break;
    case LNS_copy: add_row(u); break;
    case LNS_advance_pc: advance(u, leb(r, false)); break;
    case LNS_advance_line: u->line += (u32)leb(r, true); break;
    case LNS_set_file: u->file = (u32)min64(leb(r, false), NO_INDEX); break;
    case LNS_set_column: u->column = (u32)min64(leb(r, false), UINT32_MAX); break;
    case LNS_const_add_pc: advance(u, (255u - u->opcode_base) / u->line_range); break;
    case LNS_fixed_advance_pc: u->addr += get_u16(r); break;
    case LNS_negate_stmt:
    case LNS_set_basic_block:
    case LNS_set_prologue_end:
    case LNS_set_epilogue_begin: break;
    default: /* set_isa, and what later versions add */
        for (u32 k = 0; k < u->length[op]; k++)
            leb(r, false);
    }
}

/* --- a unit --- */

static void read_header(struct unit *u) {
    struct reader *r = &u->r;
    size_t end = r->len;
    u32 header;
    u->version = get_u16(r);
    if (u->version < 2 || u->version > 5)
        r->bad = true;
    if (u->version >= 5)
        get_u16(r); /* sizes of addresses and segment selectors: set_address has its own length */
    header = get_u32(r);
    if (r->bad || header > end - r->pos) {
        r->bad = true;
        return;
    }
    r->len = r->pos + header;
    u->min_insn = get_u8(r);
    if (u->version >= 4 && get_u8(r) != 1)
        r->bad = true; /* operations in an instruction: of machines of another kind */
    get_u8(r);         /* default_is_stmt */
    u->line_base = (s8)get_u8(r);
    u->line_range = get_u8(r);
    u->opcode_base = get_u8(r);
    if (!u->line_range || !u->opcode_base)
        r->bad = true;
    for (u32 k = 1; k < u->opcode_base; k++)
        u->length[k] = get_u8(r);
    if (u->version < 5) {
        read_names(u);
    } else {
        read_entries(u, false);
        read_entries(u, true);
    }
    if (r->bad)
        return;
    r->pos = r->len; /* the program, whatever else the header has */
    r->len = end;
}

static void read_unit(const struct dwarf *d, struct dwarf_tables *t, size_t pos, size_t end) {
    struct unit u = {.d = d, .t = t, .r = {d->p, pos, end, false}, .file0 = t->file.len};
    size_t row = t->row.len, run = t->run.len;
    read_header(&u);
    start_run(&u);
    while (!u.r.bad && u.r.pos < end)
        step(&u);
    if (u.r.bad) {
        t->row.len = row;
        t->run.len = run;
        t->file.len = u.file0;
    } else {
        t->row.len = u.row0; /* rows that no end_sequence followed */
    }
    buf_free(&u.dir);
}

void dwarf_line_read(const struct dwarf *d, struct dwarf_tables *t) {
    struct reader r = {d->p, d->line.off, (size_t)d->line.off + d->line.len, false};
    while (r.pos < r.len) {
        u32 n = get_u32(&r);
        u64 length = n == 0xffffffff ? get_u64(&r) : n; /* the 64-bit format: passed over */
        if (r.bad || length > r.len - r.pos)
            return;
        if (n < 0xfffffff0)
            read_unit(d, t, r.pos, r.pos + length);
        r.pos += length;
    }
}
