-- asm
r0 = 0x1122334455667788 ll
r1 = r0
r2 = r0
r0 = be64 r0
r1 = le32 r1
r2 = be16 r2
r0 -= r1
r0 += r2
exit
-- result
0x88776654eecd3300
