/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sections.c - what each section is for.
 * in: l->f      out: sec.role, m->license, m->gpl, m->kernel_version */
#include "front/elf/elf_load.h"
#include <elf.h>
#include <string.h>

enum how { EXACT, PREFIX };
static const struct row {
    const char *name;
    u8 how, role;
} rows[] = {
#define SECTION(name, how, role) {name, how, ROLE_##role},
#include "front/elf/sections.def"
};

/* The kernel's list: include/linux/license.h, license_is_gpl_compatible(). */
static const char *const gpl_compatible[] = {
    "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
};

static bool fits(const struct row *r, const char *name) {
    size_t n = strlen(r->name);
    if (strncmp(name, r->name, n))
        return false;
    return !name[n] || (r->how == PREFIX && (name[n] == '.' || name[n] == '/'));
}

static u8 role_of(const struct sec *s) {
    size_t i;
    bool text = s->flags & SHF_EXECINSTR;
    if (s->type != SHT_PROGBITS && s->type != SHT_NOBITS)
        return ROLE_NONE;
    if (s->flags & SHF_COMPRESSED)
        return ROLE_NONE;
    if (text)
        return s->type == SHT_PROGBITS && s->size ? strcmp(s->name, ".text") ? ROLE_PROGRAMS : ROLE_TEXT : ROLE_NONE;
    for (i = 0; i < COUNT(rows); i++)
        if (fits(&rows[i], s->name))
            break;
    if (i == COUNT(rows) || rows[i].role == ROLE_TEXT || !s->size)
        return ROLE_NONE;
    if (!s->data && rows[i].role >= ROLE_DATA && rows[i].role <= ROLE_BSS)
        return ROLE_BSS;
    return s->data || rows[i].role == ROLE_ARENA ? rows[i].role : ROLE_NONE;
}

static int read_license(struct loader *l, const struct sec *s) {
    size_t i, n = strnlen((const char *)s->data, s->size);
    if (n == s->size)
        return fail_sec(l, s, 0, E_FORMAT, "the license does not end in NUL");
    if (!(l->m->license = arena_strndup(&l->m->arena, (const char *)s->data, n)))
        return no_memory(l);
    for (i = 0; i < COUNT(gpl_compatible); i++)
        if (!strcmp(l->m->license, gpl_compatible[i]))
            l->m->gpl = true;
    return 0;
}

int classify_sections(struct loader *l) {
    bool seen[256] = {0};
    u32 i;
    int r;
    l->m->license = "";
    for (i = 1; i < l->f.nsec; i++) {
        struct sec *s = &l->f.sec[i];
        s->role = role_of(s);
        switch (s->role) {
        case ROLE_PROGRAMS:
        case ROLE_TEXT:
            if (s->size % 8)
                return fail_sec(l, s, s->size & ~7ull, E_TRUNC, "code ends inside an instruction");
            break;
        case ROLE_LICENSE:
            if ((r = read_license(l, s)))
                return r;
            break;
        case ROLE_VERSION:
            if (s->size != 4)
                return fail_sec(l, s, 0, E_FORMAT, "a version of %llu bytes, not 4", (unsigned long long)s->size);
            l->m->kernel_version = (u32)le(s->data, 4);
            break;
        }
        /* Several program, data and old map sections are usual; of the others there is one. */
        if (s->role != ROLE_PROGRAMS && s->role != ROLE_MAPS_LEGACY && !is_data(s) && s->role != ROLE_NONE) {
            if (seen[s->role])
                return fail_sec(l, s, 0, E_FORMAT, "a second section of this name");
            seen[s->role] = true;
        }
    }
    return 0;
}
