/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ctxtype.c - the tables of ctxtypes.def made concrete: which fields a context has, and
 * which kind of program a section name says. */
#include "abi/ctxtype.h"
#include <string.h>

enum { R = FIELD_R, N = FIELD_R | FIELD_NARROW, W = FIELD_W };

#define HOST(f)                                offsetof(struct pkt, f), sizeof(((struct pkt *)0)->f)
#define XDP_FIELD(name, off, size, kind, host) {#name, off, size, FIELD_##kind, R, HOST(host)},
static const struct field xdp_field[] = {
#include "abi/ctxtypes.def"
};
#define SKB_FIELD(name, off, size, kind, tc, socket, cgroup, host) {#name, off, size, FIELD_##kind, tc, HOST(host)},
static const struct field tc_field[] = {
#include "abi/ctxtypes.def"
};
#define SKB_FIELD(name, off, size, kind, tc, socket, cgroup, host) {#name, off, size, FIELD_##kind, socket, HOST(host)},
static const struct field socket_field[] = {
#include "abi/ctxtypes.def"
};
#define SKB_FIELD(name, off, size, kind, tc, socket, cgroup, host) {#name, off, size, FIELD_##kind, cgroup, HOST(host)},
static const struct field cgroup_field[] = {
#include "abi/ctxtypes.def"
};

#define NONE          .nfield = 0
#define FIELDS(table) .field = table, .nfield = COUNT(table)
const struct ctxtype ctxtypes[PROG_KINDS] = {
#define KIND(id, text, type, shape, w, bytes, fields)                                                                  \
    [PROG_##id] = {                                                                                                    \
        .name = text, .kind = PROG_##id, .form = CTX_##shape, .writable = w, .bpf_type = type, .size = bytes, fields},
#include "abi/ctxtypes.def"
};

const struct ctxtype *ctxtype_named(const char *name) {
    for (size_t i = 0; i < COUNT(ctxtypes); i++)
        if (!strcmp(ctxtypes[i].name, name))
            return &ctxtypes[i];
    return NULL;
}

enum how { EXACT, OPEN };
static const struct section {
    const char *name;
    u8 how, kind;
    const char *type;
    bool sleepable;
} sections[] = {
#define SECTION(name, how, kind, type, sleepable) {name, how, PROG_##kind, type, sleepable},
#include "abi/ctxtypes.def"
};

static const struct section *section_of(const char *name) {
    for (size_t i = 0; i < COUNT(sections); i++) {
        const struct section *s = &sections[i];
        size_t n = strlen(s->name);
        if (!strncmp(name, s->name, n) && (!name[n] || (s->how == OPEN && name[n] == '/')))
            return s;
    }
    /* Objects from before libbpf 1.0 begin with the name only: "xdp_prog", "socket1",
     * "classifier_tbl0". The longest name that fits decides. */
    const struct section *best = NULL;
    for (size_t i = 0; i < COUNT(sections); i++) {
        const struct section *s = &sections[i];
        size_t n = strlen(s->name);
        if (s->how == OPEN && !strncmp(name, s->name, n) && (!best || n > strlen(best->name)))
            best = s;
    }
    return best;
}

u8 prog_kind_of_section(const char *section, const char **type_name, bool *sleepable) {
    const struct section *s = NULL;
    if (section && section[0] == '?')
        section++; /* libbpf: not loaded unless asked for */
    if (section && section[0] && strcmp(section, ".text"))
        s = section_of(section);
    if (type_name)
        *type_name = s ? s->type : "raw";
    if (sleepable)
        *sleepable = s && s->sleepable;
    return s ? s->kind : PROG_RAW;
}
