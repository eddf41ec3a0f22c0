# ordered loads and stores
-- asm
*(u64 *)(r10 - 8) = 5
r1 = 6
store_release((u64 *)(r10 - 0x8), r1)
r0 = load_acquire((u64 *)(r10 - 0x8))
exit
-- ctx xdp
-- accepted
