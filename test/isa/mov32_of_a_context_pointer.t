A field of 32 bits of a context may be a pointer of 64: its upper half goes where it is cut off.
-- asm
ldxw r2, [r1+0]
mov32 r2, r2
mov64 r0, r2
rsh64 r0, 32
exit
-- ctx xdp
-- mem
00 11 22 33
-- result
0
