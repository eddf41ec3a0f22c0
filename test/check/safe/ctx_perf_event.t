# period and registers
-- asm
r2 = *(u64 *)(r1 + 168)
r3 = *(u64 *)(r1 + 16)
r0 = 0
exit
-- ctx perf_event
-- accepted
