# down to -1, compared as signed
-- asm
r2 = 7
again:
r3 = r10
r3 += -64
r4 = r2
r4 <<= 3
r3 += r4
*(u64 *)(r3 + 0) = 0
r2 += -1
if r2 s> -1 goto again
r0 = 0
exit
-- ctx xdp
-- accepted
