-- asm
r2 = 0x1122334455667788 ll
*(u64 *)(r10 - 8) = 0
store_release((u64 *)(r10 - 8), r2)
r3 = 0x99
store_release((u8 *)(r10 - 8), w3)
store_release((u16 *)(r10 - 6), w3)
store_release((u32 *)(r10 - 4), w3)
r0 = *(u64 *)(r10 - 8)
exit
-- result
0x9900997799
