# what a fentry program is given is read-only
-- asm
r0 = *(u64 *)(r1 + 8)
*(u64 *)(r1 + 8) = r0
exit
-- ctx fentry
-- mem
01000000000000000200000000000000
-- trap READ_ONLY 1
