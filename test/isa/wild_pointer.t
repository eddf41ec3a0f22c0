-- asm
r1 = 0xffff888000000000 ll
*(u64 *)(r1 + 0) = 1
exit
-- trap OUT_OF_BOUNDS
