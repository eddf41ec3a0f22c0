# a key that ends behind the stack
-- asm
r2 = r10
r2 += -40
r3 = 44
r4 = 0
call 21
exit
-- ctx tc
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap OUT_OF_BOUNDS 4
