/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf.c - an executable that holds eBPF programs: over the packets of a file, or a buffer, as "supervm run" runs them.
 */
#include "alone/alone.h"
#include <getopt.h>
#include <stdlib.h>

enum { MAPS = 256, MAP_FILE, BUDGET, TRACE, CPUS, WORKERS };

static const struct opt opts[] = {
    {'p', "prog", "NAME", "the program to run, where there are several"},
    {'i', "pcap", "IN", "run it over each packet of a pcap or pcapng file"},
    {'o', "out", "OUT", "write the packets that go on to a pcap file, or pcapng where OUT ends so"},
    {WORKERS, "workers", "N", "with --pcap: N threads, each with the packets of its own flows"},
    {'m', "mem", "FILE|HEX", "run it over these bytes"},
    {'n', "repeat", "N", "run N times and measure"},
    {'s', "set", "VAR=VALUE", "set a global variable that is no constant"},
    {MAP_FILE, "map-file", "FILE", "fill maps before the run: lines of MAP KEYHEX VALUEHEX"},
    {MAPS, "maps", NULL, "print what the maps hold after the run"},
    {TRACE, "trace", NULL, "print the lines of bpf_trace_printk"},
    {BUDGET, "budget", "N", "instructions a run may take (default 1G)"},
    {CPUS, "cpus", "N", "slots of per-CPU maps"},
    {0, NULL, NULL, NULL},
};

/* Options that may come again; there is room for all words of the command line. */
static int append(const char **list, u32 *n) {
    list[(*n)++] = optarg;
    return EXIT_WELL;
}

static int number(const char *option, u64 most, u64 *out) {
    if (read_number(optarg, out) && *out && *out <= most)
        return EXIT_WELL;
    return complain("--%s %s: a number from 1 to %llu is wanted", option, optarg, (unsigned long long)most);
}

static int take_option(struct run *r, int key) {
    switch (key) {
    case 'p': r->prog = optarg; break;
    case 'i': r->pcap = optarg; break;
    case 'o': r->out = optarg; break;
    case 'm': r->mem = optarg; break;
    case 'n': return number("repeat", UINT64_MAX >> 1, &r->repeat);
    case 's': return append(r->set, &r->nset);
    case MAP_FILE: return append(r->map_file, &r->nmap_file);
    case MAPS: r->maps = true; break;
    case TRACE: r->trace = true; break;
    case BUDGET: return number("budget", INT64_MAX, &r->budget);
    case CPUS: return number("cpus", 4096, &r->cpus);
    case WORKERS: return number("workers", 256, &r->workers);
    }
    return EXIT_WELL;
}

static int read_options(struct run *r, int argc, char **argv, bool *done) {
    struct options o = {"PROGRAM [OPTION]...", "Runs the program that it holds, compiled by supervm compile.", opts,
                        argc, argv};
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        *done = key == OPT_DONE;
        if (*done || (status = take_option(r, key)))
            return status;
    }
    if (optind < argc)
        return complain("%s: what is %s? (--help)", r->file, argv[optind]);
    if (r->pcap && r->mem)
        return complain("--pcap and --mem: one of the two");
    if (!r->pcap && (r->out || r->workers > 1))
        return complain("%s needs --pcap", r->out ? "--out" : "--workers");
    if (r->cpus && r->cpus < r->workers)
        return complain("--cpus %llu: fewer than the %llu --workers, each of which has a slot of its own",
                        (unsigned long long)r->cpus, (unsigned long long)r->workers);
    return EXIT_WELL;
}

/* --control, which there is not. */
int control_packets(struct run *r) {
    return (void)r, EXIT_WELL;
}

static int run(struct run *r) {
    struct svm_config c = SVM_CONFIG_INIT;
    int status;
    c.budget = r->budget;
    c.cpus = (u32)(r->cpus ? r->cpus : r->workers);
    c.print = print_line;
    c.print_arg = r;
    if (!r->cpus && r->workers == 1)
        c.cpus = 0;
    (void)((status = alone_open(r, &c)) || (status = choose_program(r)) || (status = link_chosen(r)) ||
           (status = r->pcap ? run_pcap(r) : run_mem(r)));
    if (status)
        return status;
    tell_run(r);
    return tell_trap(r);
}

int main(int argc, char **argv) {
    struct run r = {.repeat = 1, .workers = 1, .file = argc ? argv[0] : "program"};
    bool done = false;
    int n, status, flushed;
    argv = alone_arguments(&argc, argv, &n);
    r.set = calloc((size_t)argc + 1, sizeof *r.set);
    r.map_file = calloc((size_t)argc + 1, sizeof *r.map_file);
    if (!argv || !r.set || !r.map_file)
        return refuse("out of memory");
    status = read_options(&r, argc, argv, &done);
    if (!status && !done)
        status = run(&r);
    flushed = flush_output();
    _Exit(status ? status : flushed); /* the system takes it all back at once */
}
