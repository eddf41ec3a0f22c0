# a function reads the context that it is given
-- asm
call local f
exit
f:
r0 = *(u32 *)(r1 + 0)
exit
-- ctx tc
-- accepted
