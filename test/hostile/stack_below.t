# a write below the lowest frame
-- asm
*(u64 *)(r10 - 4104) = 1
exit
-- trap OUT_OF_BOUNDS
