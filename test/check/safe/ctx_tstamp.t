# 8 bytes, read and written
-- asm
r2 = *(u64 *)(r1 + 152)
r2 += 1
*(u64 *)(r1 + 152) = r2
r0 = 0
exit
-- ctx tc
-- accepted
