/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_html.c - verdicts as one page: source, bytecode, what is known and what is proven, side by side.
 *
 * The page needs nothing else: no file, no network. It reads without its script as well, which adds the switch for what
 * is not proven and the counts. */
#include "check/report.h"
#include <string.h>

static const char style_sheet[] =
    ":root{--ok:#1a7f37;--bad:#cf222e;--warn:#9a6700;--dim:#6e7781;--line:#d0d7de;--bg:#fff;--fg:#1f2328;--head:#"
    "f6f8fa}\n"
    "@media(prefers-color-scheme:dark){:root{--ok:#3fb950;--bad:#f85149;--warn:#d29922;--dim:#8b949e;--line:#30363d;"
    "--bg:#0d1117;--fg:#e6edf3;--head:#161b22}}\n"
    "body{margin:0 auto;max-width:1600px;padding:0 1rem 4rem;background:var(--bg);color:var(--fg);"
    "font:15px/1.45 system-ui,sans-serif}\n"
    "h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2.5rem}h3{font-size:1rem;color:var(--dim)}\n"
    "code,pre,td{font:13px/1.45 ui-monospace,monospace}\n"
    "pre{background:var(--head);border:1px solid var(--line);border-radius:6px;padding:.8rem;overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%}th{position:sticky;top:0;background:var(--head);text-align:left;"
    "font-weight:600;font-size:13px}\n"
    "td,th{padding:1px .6rem;vertical-align:top;border-bottom:1px solid var(--line);white-space:pre-wrap;"
    "overflow-wrap:anywhere}\n"
    "td.n{color:var(--dim);text-align:right;white-space:nowrap}td.src{width:38%}td.st{color:var(--dim);width:28%}\n"
    "td.v{white-space:nowrap}tr.safe td.v{color:var(--ok)}tr.open td.v{color:var(--warn)}tr.fail "
    "td.v{color:var(--bad)}\n"
    "tr.fail td{background:color-mix(in srgb,var(--bad) 12%,transparent)}"
    "tr.open td{background:color-mix(in srgb,var(--warn) 9%,transparent)}tr.dead{opacity:.5}\n"
    ".accepted{color:var(--ok)}.rejected{color:var(--bad)}a{color:inherit}.why{color:var(--bad)}\n"
    "body.only tr.safe,body.only tr.plain,body.only tr.dead{display:none}\n";

static const char script[] =
    "const only=document.getElementById('only');only.disabled=false;\n"
    "only.onchange=()=>document.body.classList.toggle('only',only.checked);\n"
    "const count=c=>document.querySelectorAll('tr.'+c).length;\n"
    "document.getElementById('count').textContent=count('safe')+' accesses proven, '+count('open')+"
    "' checked while they run, '+count('fail')+' instructions not proven';\n";

static void escaped(struct buf *b, const char *text, size_t n) {
    for (size_t k = 0; k < n && text[k]; k++)
        switch (text[k]) {
        case '<': buf_printf(b, "&lt;"); break;
        case '>': buf_printf(b, "&gt;"); break;
        case '&': buf_printf(b, "&amp;"); break;
        case '"': buf_printf(b, "&quot;"); break;
        case '\n':
        case '\t': buf_printf(b, "%c", text[k]); break;
        default: buf_printf(b, "%c", (u8)text[k] < ' ' || text[k] == 127 ? '?' : text[k]);
        }
}

/* What is not proven there, or NULL. Fails are in order of (func, pc). */
static const struct check_fail *fail_at(const struct check_result *r, u32 func, u32 pc) {
    u32 lo = 0, hi = r->nmore;
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        const struct check_fail *f = &r->more[mid];
        if (f->func == func && f->pc == pc)
            return f;
        if (f->func < func || (f->func == func && f->pc < pc))
            lo = mid + 1;
        else
            hi = mid;
    }
    return r->fail.reason != CHECK_OK && r->fail.func == func && r->fail.pc == pc ? &r->fail : NULL;
}

static void row(struct buf *b, const struct report *p, const struct check_result *r, u32 func, u32 pc,
                const struct line **last, const char *state) {
    const struct func *f = &p->m->func[func];
    const struct line *l = func_line(f, pc);
    const struct check_fail *bad = fail_at(r, func, pc);
    u8 bits = r->facts && func < r->nfacts && r->facts[func].of ? r->facts[func].of[pc].bits : 0;
    bool seen = bits & FACT_SEEN && !(bits & FACT_DEAD), access = isa_info[f->code[pc].op].size != 0;
    const char *kind = bad                             ? "fail"
                       : !seen                         ? "dead"
                       : !access                       ? "plain"
                       : bits & (FACT_SAFE | FACT_CTX) ? "safe"
                                                       : "open";
    struct buf text = {0};
    buf_printf(b, "<tr class=%s id=f%ui%u><td class=n>", kind, func, pc);
    if (l && l != *last) {
        buf_printf(b, "%u<td class=src>", l->line);
        if (l->text)
            escaped(b, l->text, strcspn(l->text, "\r\n"));
        *last = l;
    } else {
        buf_printf(b, "<td class=src>");
    }
    buf_printf(b, "<td class=n>%u<td>", pc);
    p->insn(p->insn_arg, &text, func, pc);
    escaped(b, buf_str(&text), text.len);
    buf_clear(&text);
    buf_printf(b, "<td class=v>%s<td class=st>",
               bad            ? "not proven"
               : !seen        ? "not reached"
               : !access      ? ""
               : *kind == 's' ? "proven"
                              : "checked");
    if (bad) {
        report_headline(&text, p->m, bad);
        buf_printf(&text, "\n");
        report_known(&text, p->m, bad);
        buf_printf(b, "<span class=why>");
        escaped(b, buf_str(&text), text.len);
        buf_printf(b, "</span>%s", state ? "\n" : "");
    }
    if (state)
        escaped(b, state, strlen(state));
    buf_printf(b, "\n");
    buf_free(&text);
}

static void function(struct buf *b, const struct report *p, const struct report_prog *g, u32 func) {
    const struct func *f = &p->m->func[func];
    const struct line *last = NULL;
    u32 k = 0;
    buf_printf(b, "<h3>");
    escaped(b, f->name ? f->name : "?", 200);
    buf_printf(
        b, "</h3>\n<table><thead><tr><th>line<th>source<th>insn<th>bytecode<th>access<th>known there</thead><tbody>\n");
    while (k < g->nstate && g->state[k].func < func)
        k++;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const char *state = NULL;
        while (k < g->nstate && g->state[k].func == func && g->state[k].pc < pc)
            k++;
        if (k < g->nstate && g->state[k].func == func && g->state[k].pc == pc)
            state = g->state[k].text;
        if (f->code[pc].op != OP_pad)
            row(b, p, g->r, func, pc, &last, state);
    }
    buf_printf(b, "</tbody></table>\n");
}

void report_html(struct buf *b, const struct report *p, const char *title, const struct report_prog *g, u32 n) {
    struct report plain = *p;
    struct buf text = {0};
    plain.colour = false;
    buf_printf(b, "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n<title>");
    escaped(b, title, strlen(title));
    buf_printf(b, "</title>\n<style>\n%s</style></head>\n<body><h1>", style_sheet);
    escaped(b, title, strlen(title));
    buf_printf(b, "</h1>\n<p id=count></p>\n<p><label><input type=checkbox id=only disabled> only what is not proven"
                  "</label></p>\n<ul>\n");
    for (u32 i = 0; i < n; i++) {
        const char *verdict = g[i].r->verdict == CHECK_ACCEPTED ? "accepted" : "rejected";
        buf_printf(b, "<li><a href=\"#p%u\"><code>", i);
        escaped(b, g[i].prog->name ? g[i].prog->name : "?", 200);
        buf_printf(b, "</code></a>: <span class=%s>%s</span>, %llu of %llu accesses proven\n", verdict, verdict,
                   (unsigned long long)g[i].r->checks_proven, (unsigned long long)g[i].r->checks_total);
    }
    buf_printf(b, "</ul>\n");
    for (u32 i = 0; i < n; i++) {
        const struct check_result *r = g[i].r;
        buf_printf(b, "<section id=p%u><h2><code>", i);
        escaped(b, g[i].prog->name ? g[i].prog->name : "?", 200);
        buf_printf(b, "</code></h2>\n<pre>");
        report_program(&text, &plain, &g[i], false);
        escaped(b, buf_str(&text), text.len);
        buf_clear(&text);
        buf_printf(b, "</pre>\n");
        for (u32 f = 0; f < p->m->nfunc; f++)
            if (!p->m->func[f].typed && (r->seen ? r->seen[f] != 0 : f == g[i].prog->func))
                function(b, p, &g[i], f);
        buf_printf(b, "</section>\n");
    }
    buf_printf(b, "<script>\n%s</script></body></html>\n", script);
    buf_free(&text);
}
