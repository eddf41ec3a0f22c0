# v4: unconditional swaps; 16 and 32 bits clear the rest
-- asm
r0 = 0x1122334455667788 ll
r1 = r0
r2 = r0
r0 = bswap64 r0
r1 = bswap32 r1
r2 = bswap16 r2
r0 ^= r1
r0 ^= r2
exit
-- result
0x88776655cc44cc33
