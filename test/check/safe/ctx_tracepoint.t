# fields of the record
-- asm
r0 = *(u32 *)(r1 + 8)
r2 = *(u64 *)(r1 + 16)
r0 = 0
exit
-- ctx tracepoint
-- accepted
