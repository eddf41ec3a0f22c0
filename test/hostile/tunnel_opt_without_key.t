# options belong to a key that this program has set: EINVAL
-- asm
r2 = 1
*(u64 *)(r10 - 8) = r2
r2 = r10
r2 += -8
r3 = 8
call 30
exit
-- ctx tc
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- result 0xffffffffffffffea
