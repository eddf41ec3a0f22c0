# before a function there is no result: EOPNOTSUPP
-- asm
r2 = r10
r2 += -8
call 184
exit
-- ctx fentry
-- mem
01000000000000001501000000000000
-- result 0xffffffffffffffa1
