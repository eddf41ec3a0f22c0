# an address inside the arguments is not the context
-- asm
r1 += 8
r2 = 0
r3 = r10
r3 += -8
call 183
exit
-- ctx fentry
-- mem
01000000000000001501000000000000
-- trap BAD_CONTEXT 4
