/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* objdump.c - the code of an object as it stands in the file, to be held against llvm-objdump -d.
 * in:  supervm-objdump OBJECT
 * out: "SECTION OFFSET: INSTRUCTION", a line each, in the order of sections; offsets count slots
 *
 * No front end takes part: no relocation, no names. So each line must be equal. */
#include "base/buf.h"
#include "isa/isa.h"
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int print_section(const char *name, const u64 *slot, size_t n) {
    struct buf b = {0};
    int failed = 0;

    for (size_t pc = 0; pc < n;) {
        struct error e = {0};
        struct insn i;
        int len = 1;
        buf_clear(&b);
        if (isa_decode(slot, n, pc, false, &i, &len, &e)) {
            fprintf(stderr, "%s %zu: %s\n", name, pc, e.text);
            failed = 1;
            buf_printf(&b, "<unknown>");
        } else {
            isa_print(&b, &i, pc, NULL);
        }
        printf("%s %zu: %s\n", name, pc, buf_str(&b));
        pc += (size_t)(len > 0 ? len : 1);
    }
    buf_free(&b);
    return failed;
}

int main(int argc, char **argv) {
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1, rc = 0;
    Elf_Scn *scn = NULL;
    size_t names = 0;
    Elf *elf;

    elf_version(EV_CURRENT);
    elf = fd >= 0 ? elf_begin(fd, ELF_C_READ, NULL) : NULL;
    if (!elf || elf_getshdrstrndx(elf, &names)) {
        fprintf(stderr, "usage: supervm-objdump OBJECT\n");
        return 1;
    }
    while ((scn = elf_nextscn(elf, scn))) {
        Elf_Data *d = elf_getdata(scn, NULL);
        const char *name;
        GElf_Shdr h;
        if (!gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_EXECINSTR) || !d || !d->d_size)
            continue;
        name = elf_strptr(elf, names, h.sh_name);
        rc |= print_section(name ? name : "?", d->d_buf, d->d_size / sizeof(u64));
    }
    elf_end(elf);
    close(fd);
    return rc;
}
