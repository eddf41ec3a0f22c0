# an address of the kernel half
-- asm
r1 = 0xffff888000000000 ll
r0 = *(u64 *)(r1 + 0)
exit
-- trap OUT_OF_BOUNDS
