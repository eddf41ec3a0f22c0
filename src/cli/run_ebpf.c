/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_ebpf.c - of "supervm run", and of executables that hold a program: the one of a module that is to run, chosen and
 * linked; what its runs gave, told. */
#include "cli/run.h"
#include <string.h>

/* trace_printk: a line a call, whether or not its text ends with one. In the thread of a worker. */
int print_line(void *arg, const char *text, size_t len) {
    struct run *r = arg;
    FILE *f = r->json ? stderr : stdout;
    atomic_fetch_add_explicit(&r->lines, 1, memory_order_relaxed);
    if (!r->trace)
        return 0;
    flockfile(f);
    fwrite(text, 1, len, f);
    if (!len || text[len - 1] != '\n')
        fputc('\n', f);
    funlockfile(f);
    return 0;
}

static int list_programs(const struct run *r, const char *fmt, const char *name) {
    struct svm_prog_info p;
    size_t i;
    complain(fmt, r->file, name);
    for (i = 0; svm_module_prog(r->module, i, &p); i++)
        fprintf(stderr, "  %-24s %s\n", p.name, p.kind_name);
    return EXIT_USAGE;
}

int choose_program(struct run *r) {
    struct svm_prog_info p;
    size_t i;
    if (!svm_module_prog(r->module, 0, &p))
        return refuse("%s: there is no program in it", r->file);
    if (!r->prog && svm_module_prog(r->module, 1, &p))
        return list_programs(r, "%s has several programs: choose one with --prog%s", "");
    for (i = 0; svm_module_prog(r->module, i, &p); i++)
        if (!r->prog || !strcmp(p.name, r->prog) || (p.section && !strcmp(p.section, r->prog)))
            break;
    if (!svm_module_prog(r->module, i, &r->info))
        return list_programs(r, "%s has no program %s; it has", r->prog);
    r->kind = r->ctx ? kind_named(r->ctx) : r->info.kind == SVM_KIND_OTHER ? SVM_KIND_RAW : r->info.kind;
    if (takes_packets(r->kind) && !r->pcap && !r->mem)
        return complain("%s takes packets (%s): give it --pcap FILE or --mem HEX", r->info.name, r->info.kind_name);
    return 0;
}

int link_chosen(struct run *r) {
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_error err;
    u32 i;
    o.set = r->set;
    o.exact_regs = r->regs;
    o.stats = r->stats;
    o.verify = r->verify;
    o.context = r->ctx;
    r->program = svm_program_link(r->module, &o, &err);
    if (!r->program)
        return refuse("%s: %s", r->file, err.text);
    r->entry = svm_program_entry(r->program, r->info.name);
    r->instance = svm_instance_new(r->program, &err);
    if (!r->instance || !r->entry)
        return refuse("%s: %s", r->file, r->entry ? err.text : "no such program");
    for (i = 0; i < r->nmap_file; i++) {
        int rc = load_map_file(r, r->map_file[i]);
        if (rc)
            return rc;
    }
    return r->control_file ? EXIT_WELL : records_open(r); /* else ring buffers are the control program's */
}

static void print_regs(const struct svm_result *t) {
    int i;
    for (i = 0; i < 11; i++)
        fprintf(stderr, "  r%-2d %016llx%s", i, (unsigned long long)t->regs[i], i % 4 == 3 || i == 10 ? "\n" : "");
}

static void print_verdicts(struct run *r) {
    char count[32];
    u32 i;
    verdicts_sort(&r->verdicts);
    printf("%s%-20s %14s %8s%s\n", style(stdout, STYLE_BOLD), "verdict", "packets", "share",
           style(stdout, STYLE_PLAIN));
    for (i = 0; i < r->verdicts.n; i++)
        printf("%-20s %14s %7.2f%%\n", r->verdicts.row[i].name, with_commas(r->verdicts.row[i].count, count),
               100.0 * (double)r->verdicts.row[i].count / (double)r->packets);
    if (r->traps)
        printf("%s%-20s %14s %7.2f%%%s\n", style(stdout, STYLE_RED), "trap", with_commas(r->traps, count),
               100.0 * (double)r->traps / (double)r->packets, style(stdout, STYLE_PLAIN));
    printf("%-20s %14s\n", "total", with_commas(r->packets, count));
}

/* How the packets fell to the workers. */
static void print_workers(const struct run *r) {
    char packets[32], insns[32];
    u32 i;
    printf("%s%-20s %14s %18s%s\n", style(stdout, STYLE_BOLD), "worker", "packets", "instructions",
           style(stdout, STYLE_PLAIN));
    for (i = 0; i < r->workers; i++)
        printf("%-20u %14s %18s\n", i, with_commas(r->share[i].packets, packets),
               with_commas(r->share[i].insns, insns));
}

static void print_speed(const struct run *r, const char *what) {
    char count[32], speed[32];
    double ns = r->runs ? (double)r->ns / (double)r->runs : 0;
    printf("%s %s, %.1f ns each, %s a second, %.1f instructions each, engine %s\n", with_commas(r->runs, count), what,
           ns, with_commas(ns > 0 ? (u64)(1e9 / ns) : 0, speed), r->runs ? (double)r->insns / (double)r->runs : 0,
           svm_program_engine(r->program));
}

/* "0x2", and what that means where the kind of program gives it a meaning. */
static void print_result(const struct run *r) {
    char name[40];
    printf("0x%llx", (unsigned long long)(takes_packets(r->kind) ? (u32)r->ret : r->ret));
    if (takes_packets(r->kind)) {
        verdict_name(r->kind, r->ret, name, sizeof name);
        printf(" %s", name);
    }
    printf("\n");
}

void tell_run(struct run *r) {
    if (r->pcap && r->packets) {
        print_verdicts(r);
        if (r->workers > 1)
            print_workers(r);
        print_speed(r, "packets");
    } else if (r->pcap) {
        printf("no packets in %s\n", r->pcap);
    } else {
        if (!r->traps)
            print_result(r);
        if (r->repeat > 1)
            print_speed(r, "runs");
    }
    if (r->lines && !r->trace)
        printf("%llu lines of bpf_trace_printk (--trace prints them)\n", (unsigned long long)r->lines);
    if (r->stats)
        show_stats(r);
    if (r->maps)
        show_maps(r);
}

int tell_trap(const struct run *r) {
    char packet[64] = "", more[64] = "";
    if (!r->traps)
        return EXIT_WELL;
    if (r->first_packet)
        snprintf(packet, sizeof packet, "packet %llu: ", (unsigned long long)r->first_packet);
    if (r->traps > 1)
        snprintf(more, sizeof more, " (and %llu traps more)", (unsigned long long)r->traps - 1);
    refuse("%s: %s%s%s", r->file, packet, r->first_error.text, more);
    if (r->regs)
        print_regs(&r->first_trap);
    return r->first_trap.limit ? EXIT_LIMIT : EXIT_TRAP;
}
