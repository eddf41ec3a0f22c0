/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_elf.c - the ELF loader with all of its steps, then structural validation.
 * Seeds: objects compiled from test/elf and examples/bpf, and the suite's (see seeds/README). */
#include "ir/module.h"

extern const struct front front_elf;
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct load_options o = {.name = "fuzz.o",
                             .kconfig = "CONFIG_HZ=250\nCONFIG_BOOL=y\nCONFIG_TRI=m\nCONFIG_STR=\"text\"\n",
                             .limits = {.memory = 64 << 20}};
    struct limits lim = limits_or_default(&o.limits);
    struct module *m = &(struct module){0};
    struct error e = {0};
    if (!front_elf.load(m, data, size, &o, &e))
        validate(m, &lim, &e);
    module_free(m);
    return 0;
}
