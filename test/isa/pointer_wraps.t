# the end of the access would wrap round to a good address
-- asm
r1 = -4
r0 = *(u64 *)(r1 + 0)
exit
-- trap OUT_OF_BOUNDS
