/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm2c.c - a program that wabt's wasm2c has translated to C, as a shared object like its native build.
 * in:  W2C_HEADER, the header that wasm2c wrote for module "w2c"      out: bench() */
#include W2C_HEADER
#include <stdbool.h>

#ifdef W2C_OLD /* before 1.0.33 */
static Z_w2c_instance_t instance;
#define START()  (Z_w2c_init_module(), Z_w2c_instantiate(&instance))
#define BENCH(n) Z_w2cZ_bench(&instance, n)
#else
static w2c_w2c instance;
#define START()  wasm2c_w2c_instantiate(&instance)
#define BENCH(n) w2c_w2c_bench(&instance, n)
#endif

__attribute__((visibility("default"))) u32 bench(u32 n) {
    static bool started;
    if (!started) {
        wasm_rt_init();
        START();
        started = true;
    }
    return BENCH(n);
}
