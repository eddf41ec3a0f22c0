-- asm
*(u64 *)(r10 - 8) = -2
w0 = load_acquire((u8 *)(r10 - 8))
w1 = load_acquire((u16 *)(r10 - 8))
r0 += r1
w1 = load_acquire((u32 *)(r10 - 8))
r0 += r1
r1 = load_acquire((u64 *)(r10 - 8))
r0 += r1
exit
-- result
0x1000100f8
