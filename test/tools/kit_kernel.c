/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_kernel.c - what the verifier of the running kernel says of a program.
 * in:  a module of bare slots and a kind, or an object and a program's name      out: struct kernel_verdict
 *
 * Slots go in as they stand: what a module says of maps (index in map[]) is what the kernel reads of fd_array. */
#include "kit_kernel.h"
#include "abi/ctxtype.h"
#include "abi/map_layout.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBBPF
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { LOG_BYTES = 1 << 18 };

bool kernel_verifies(char *why, size_t size) {
    struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
    struct utsname u;
    unsigned major = 0, minor = 0;

    libbpf_set_print(NULL);
    if (access("/sys/kernel/btf/vmlinux", R_OK)) {
        snprintf(why, size, "libbpf needs /sys, which is not here");
        return false;
    }
    int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "probe", "GPL", code, 2, NULL);
    if (fd < 0) {
        snprintf(why, size, "bpf() is not permitted here: %s", strerror(errno));
        return false;
    }
    close(fd);
    if (uname(&u) || sscanf(u.release, "%u.%u", &major, &minor) != 2 || major < 6 || (major == 6 && minor < 18)) {
        snprintf(why, size, "verdicts are those of Linux 6.18, and this is %u.%u", major, minor);
        return false;
    }
    return true;
}

/* The last line of a log that says something: the two states of a loop stand behind it, counts of instructions, or
 * they follow without a new line. */
static void last_line(const char *log, char *out, size_t size) {
    static const char *const rest[] = {"processed ", "verification time", "stack depth", "cur state:", "old state:"};
    const char *line = log, *end;
    out[0] = 0;
    while (*line) {
        size_t n = strcspn(line, "\n"), i = 0;
        while (i < COUNT(rest) && strncmp(line, rest[i], strlen(rest[i])))
            i++;
        if (n && i == COUNT(rest)) {
            end = strstr(line, "processed ");
            snprintf(out, size, "%.*s", (int)(end && end < line + n ? end - line : (long)n), line);
        }
        line += n + (line[n] == '\n');
    }
}

/* "17: (bf) r2 = r10": the instruction that was looked at last; behind that, of a leak, "Unreleased reference id=3
 * alloc_insn=20": the one that took what is still held. */
static u32 last_slot(const char *log) {
    static const char taken[] = "alloc_insn=";
    u32 slot = NO_INDEX;
    for (const char *p = log; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
        char *end;
        unsigned long n = strtoul(p, &end, 10);
        if (end > p && !strncmp(end, ": (", 3))
            slot = (u32)n;
        if (!strncmp(p, "Unreleased", 10) && (end = strstr(p, taken)))
            slot = (u32)strtoul(end + strlen(taken), NULL, 10);
    }
    return slot;
}

/* ---- bare slots ---- */

bool kernel_maps_make(struct kernel_maps *k, const struct module *m, char *why, size_t size) {
    *k = (struct kernel_maps){.fd = calloc(m->nmap + 1, sizeof *k->fd)};
    for (u32 i = 0; k->fd && i < m->nmap; i++) {
        const struct map_def *d = &m->map[i];
        LIBBPF_OPTS(bpf_map_create_opts, o, .map_flags = d->flags, .map_extra = d->extra);
        int fd = bpf_map_create((enum bpf_map_type)d->type, NULL, d->key_size, d->value_size, d->max_entries, &o);
        if (fd < 0) {
            snprintf(why, size, "map %s: %s", d->name, strerror(errno));
            kernel_maps_drop(k);
            return false;
        }
        k->fd[k->n++] = fd;
    }
    return k->fd;
}

void kernel_maps_drop(struct kernel_maps *k) {
    for (u32 i = 0; i < k->n; i++)
        close(k->fd[i]);
    free(k->fd);
    *k = (struct kernel_maps){0};
}

/* A callback must have a type: BTF that calls every function int f(void), static. */
static int function_types(const struct module *m, struct bpf_func_info *info) {
    struct btf *btf = btf__new_empty();
    int word = btf__add_int(btf, "int", 4, BTF_INT_SIGNED), proto = btf__add_func_proto(btf, word), fd = -1;
    const void *raw;
    __u32 size;
    char name[24];

    for (u32 i = 0; i < m->nfunc; i++) {
        snprintf(name, sizeof name, "f%u", i);
        info[i] = (struct bpf_func_info){.insn_off = m->func[i].base,
                                         .type_id = (__u32)btf__add_func(btf, name, BTF_FUNC_STATIC, proto)};
    }
    if ((raw = btf__raw_data(btf, &size)))
        fd = bpf_btf_load(raw, size, NULL);
    btf__free(btf);
    return fd;
}

void kernel_verify(const struct kernel_maps *k, const struct module *m, u32 kind, bool quick,
                   struct kernel_verdict *v) {
    LIBBPF_OPTS(bpf_prog_load_opts, o, .fd_array = k->fd);
    struct bpf_func_info *info = NULL;
    u64 *slot = calloc(m->nslot + 1, sizeof *slot);
    char *log = quick ? NULL : calloc(1, LOG_BYTES);
    int fd = -1, btf = -1;

    *v = (struct kernel_verdict){.slot = NO_INDEX};
    for (u32 i = 0; slot && i < m->nfunc; i++)
        memcpy(slot + m->func[i].base, m->func[i].slot, m->func[i].nslot * sizeof *slot);
    if (m->nfunc > 1 && (info = calloc(m->nfunc, sizeof *info)) && (btf = function_types(m, info)) >= 0) {
        o.prog_btf_fd = (__u32)btf;
        o.func_info = info;
        o.func_info_cnt = m->nfunc;
        o.func_info_rec_size = sizeof *info;
    }
    if (log) {
        o.log_buf = log;
        o.log_size = LOG_BYTES;
        o.log_level = 1;
    }
    if (kind == PROG_SYSCALL)
        o.prog_flags = BPF_F_SLEEPABLE;
    if (slot)
        fd = bpf_prog_load((enum bpf_prog_type)ctxtypes[kind].bpf_type, "prog", m->gpl ? "GPL" : "Apache-2.0",
                           (const struct bpf_insn *)(const void *)slot, m->nslot, &o);
    v->accepted = fd >= 0;
    v->err = fd < 0 ? errno : 0;
    if (fd < 0 && log) {
        last_line(log, v->said, sizeof v->said);
        v->slot = last_slot(log);
    }
    if (fd < 0 && !v->said[0])
        snprintf(v->said, sizeof v->said, "%s", strerror(v->err));
    if (fd >= 0)
        close(fd);
    if (btf >= 0)
        close(btf);
    free(log);
    free(info);
    free(slot);
}

/* ---- objects ---- */

bool kernel_verify_object(const void *bytes, size_t n, const char *prog, struct kernel_verdict *v) {
    struct bpf_object *obj = bpf_object__open_mem(bytes, n, NULL);
    struct bpf_program *p, *mine = NULL;
    struct bpf_map *map;
    char *log = calloc(1, LOG_BYTES);

    *v = (struct kernel_verdict){0};
    if (!obj || !log) {
        snprintf(v->said, sizeof v->said, "libbpf does not open it: %s", strerror(errno));
        free(log);
        bpf_object__close(obj);
        return false;
    }
    bpf_object__for_each_map(map, obj) if (bpf_map__type(map) == 33) /* arena: where user space is to see it */
        bpf_map__set_map_extra(map, 1ull << 44);
    bpf_object__for_each_program(p, obj) {
        bool is = !strcmp(bpf_program__name(p), prog);
        bpf_program__set_autoload(p, is);
        mine = is ? p : mine;
    }
    if (mine) {
        bpf_program__set_log_buf(mine, log, LOG_BYTES);
        bpf_program__set_log_level(mine, 1);
    }
    int err = mine ? bpf_object__load(obj) : -ENOENT;
    v->accepted = !err;
    v->err = err ? -err : 0;
    if (err)
        last_line(log, v->said, sizeof v->said);
    if (err && !v->said[0])
        snprintf(v->said, sizeof v->said, "%s", strerror(-err));
    bpf_object__close(obj);
    free(log);
    return mine;
}

#else
bool kernel_verifies(char *why, size_t size) {
    snprintf(why, size, "this build is without libbpf");
    return false;
}
bool kernel_maps_make(struct kernel_maps *k, const struct module *m, char *why, size_t size) {
    *k = (struct kernel_maps){0};
    return kernel_verifies(why, size) && m;
}
void kernel_maps_drop(struct kernel_maps *k) {
    *k = (struct kernel_maps){0};
}
void kernel_verify(const struct kernel_maps *k, const struct module *m, u32 kind, bool quick,
                   struct kernel_verdict *v) {
    *v = (struct kernel_verdict){.accepted = k && m && kind && quick};
}
bool kernel_verify_object(const void *bytes, size_t n, const char *prog, struct kernel_verdict *v) {
    *v = (struct kernel_verdict){.accepted = bytes && n && prog};
    return false;
}
#endif
