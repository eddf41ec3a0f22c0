/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c.h - from the standard's wasm.h to what is SuperVM's own: limits, fuel, interrupts.
 *
 *   wasm_config_t *c = wasm_config_new();
 *   svm_wasm_config(c)->max_memory_pages = 1600;
 *   engine = wasm_engine_new_with_config(c); ...
 *   svm_instance_fuel_set(svm_wasm_instance(instance), 1000000);
 *   svm_instance_interrupt(svm_wasm_instance(instance));          (from any thread, while instance is not deleted)
 */
#ifndef SUPERVM_WASM_C_H
#define SUPERVM_WASM_C_H
#include "supervm/supervm.h"
#include "wasm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* To be changed until an engine is made of it; engine must name one that is there, and stay until then. */
SVM_API struct svm_config *svm_wasm_config(wasm_config_t *c);
/* For its fuel, interrupts and the count of its instructions. It lives as long as the instance, but is not to be called
 * after the store is deleted; and not to be freed. */
SVM_API struct svm_instance *svm_wasm_instance(const wasm_instance_t *in);

#ifdef __cplusplus
}
#endif
#endif
