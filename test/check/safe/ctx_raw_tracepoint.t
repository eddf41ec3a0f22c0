# arguments
-- asm
r0 = *(u64 *)(r1 + 0)
r2 = *(u64 *)(r1 + 8)
r0 = 0
exit
-- ctx raw_tracepoint
-- accepted
