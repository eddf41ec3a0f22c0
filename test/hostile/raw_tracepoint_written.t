# what a raw_tracepoint program is given is read-only
-- asm
r0 = *(u64 *)(r1 + 8)
*(u64 *)(r1 + 8) = r0
exit
-- ctx raw_tracepoint
-- mem
01000000000000000200000000000000
-- trap READ_ONLY 1
