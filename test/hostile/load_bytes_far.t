# skb_load_bytes past the end: an error, and zeros
-- asm
*(u64 *)(r10 - 8) = 77
r2 = 0x7fffffff
r3 = r10
r3 += -8
r4 = 8
call 26
r1 = *(u64 *)(r10 - 8)
r0 += r1
exit
-- ctx tc
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 0xfffffffffffffff2
