/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vars.c - "NAME=VALUE" into a global variable before the program runs.
 * A variable of 1, 2, 4 or 8 bytes takes an integer (decimal, 0x.., 0.., negative, true or
 * false) that fits it signed or unsigned; others, and a value in double quotes, take text,
 * which must fit with its closing NUL. */
#include "rt/mem.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct var *find_var(const struct module *m, const char *name, size_t len) {
    for (u32 i = 0; i < m->nvar; i++)
        if (strlen(m->var[i].name) == len && !memcmp(m->var[i].name, name, len))
            return &m->var[i];
    return NULL;
}

static int unknown(const struct module *m, const char *name, int len, struct error *e) {
    enum { SHOWN = 12 };
    struct buf b = {0};
    for (u32 i = 0; i < m->nvar && i < SHOWN; i++)
        buf_printf(&b, "%s%s", i ? ", " : "", m->var[i].name);
    if (m->nvar > SHOWN)
        buf_printf(&b, ", ...");
    fail(e, E_NOENT, NOWHERE, "no variable %.*s (%s%s)", len, name, m->nvar ? "there are: " : "there are none",
         buf_str(&b));
    buf_free(&b);
    return e->code;
}

static bool integer(const char *s, u32 size, u64 *v) {
    char *end;
    bool negative = *s == '-';
    if (!strcmp(s, "true") || !strcmp(s, "false")) {
        *v = *s == 't';
        return true;
    }
    if (!*s || *s == ' ' || *s == '+')
        return false;
    errno = 0;
    *v = negative ? (u64)strtoll(s, &end, 0) : strtoull(s, &end, 0);
    if (*end || end == s || errno == ERANGE)
        return false;
    if (size == 8)
        return true;
    return negative ? (s64)*v >= -((s64)1 << (size * 8 - 1)) : *v < (u64)1 << size * 8;
}

static int text_into(u8 *to, const struct var *v, const char *s, struct error *e) {
    size_t n = strlen(s);
    if (n > 1 && s[0] == '"' && s[n - 1] == '"') {
        s++;
        n -= 2;
    }
    if (n >= v->size)
        return fail(e, E_USAGE, NOWHERE, "variable %s: %zu characters do not fit %u bytes", v->name, n, v->size);
    memset(to, 0, v->size);
    memcpy(to, s, n);
    return 0;
}

int program_set(struct program *p, const char *text, struct error *e) {
    const char *eq = strchr(text, '=');
    const struct var *v;
    u64 value;
    if (!eq || eq == text)
        return fail(e, E_USAGE, NOWHERE, "\"%s\" is not NAME=VALUE", text);
    if (!(v = find_var(p->m, text, (size_t)(eq - text))))
        return unknown(p->m, text, (int)(eq - text), e);
    struct map *m = v->map < p->m->nmap ? p->map[v->map] : NULL;
    if (!m || !m->value || v->off > m->value_len || v->size > m->value_len - v->off)
        return fail(e, E_INDEX, NOWHERE, "variable %s: outside of its section", v->name);
    u8 *to = m->value + v->off;
    bool number = v->size == 1 || v->size == 2 || v->size == 4 || v->size == 8;
    if (!number || eq[1] == '"')
        return text_into(to, v, eq + 1, e);
    if (!integer(eq + 1, v->size, &value))
        return fail(e, E_USAGE, NOWHERE, "variable %s: \"%s\" is no integer of %u bytes", v->name, eq + 1, v->size);
    memcpy(to, &value, v->size);
    return 0;
}
