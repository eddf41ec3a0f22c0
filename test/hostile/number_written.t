# a made-up address
-- asm
r1 = 0x400000 ll
*(u64 *)(r1 + 0) = 1
exit
-- trap OUT_OF_BOUNDS
