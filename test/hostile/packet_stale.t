# a pointer from before adjust_head, now in front of the packet
-- asm
r6 = r1
r7 = *(u32 *)(r6 + 0)
r1 = r6
r2 = 4
call 44
r0 = *(u8 *)(r7 + 0)
exit
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap OUT_OF_BOUNDS
