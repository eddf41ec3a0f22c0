/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* services.c - the callbacks by which engines and rt reach what stands to their right. */
#include "api/api.h"
#include "rt/typed/typed.h"

const struct services api_services = {
    .refuel = rt_refuel,
    .access = rt_access,
    .packet_load = rt_packet_load,
    .tail_call = rt_tail_call,
    .tail_own = rt_tail_own,
    .helper_args = host_args,
    .call = rt_call,
    .call_ref = rt_call_ref,
    .object = rt_object,
    .exception = rt_exception,
};
