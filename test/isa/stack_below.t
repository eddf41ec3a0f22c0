# below the frames of all calls there may be (8 of 512 bytes)
-- asm
r0 = *(u8 *)(r10 - 4097)
exit
-- trap OUT_OF_BOUNDS
