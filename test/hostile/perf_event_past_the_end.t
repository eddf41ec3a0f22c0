# behind what the host gave
-- asm
r0 = *(u64 *)(r1 + 16)
exit
-- ctx perf_event
-- mem
01000000000000000200000000000000
-- trap OUT_OF_BOUNDS 0
