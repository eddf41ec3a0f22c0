helpers that compilers do in place: csum_diff of known lengths over the frame and the memory, in a loop too; lookups in a
per-CPU array and in hashes with keys of 4 and 8 bytes, found and not; the processor's number; random numbers differ
-- options
cpus 4
-- maps
map counts percpu_array 4 8 3
map words hash 8 8 64
map halves hash 4 4 8
map empty hash 8 8 2
counts 01000000 0500000000000000060000000000000007000000000000000800000000000000
words 0000000000000000 1100000000000000
words 0100000000000000 2200000000000000
words ffffffffffffffff 3300000000000000
halves 00000000 44000000
halves ffffffff 55000000
-- asm
r6 = r1
r9 = 0
r8 = 0
csum:
*(u64 *)(r10 - 8) = r8
*(u64 *)(r10 - 16) = -1
r1 = r10
r1 += -16
r2 = 8
r3 = r10
r3 += -8
r4 = 8
r5 = 0x123456789 ll
call 28
r9 += r0
r1 = r6
r2 = 4
r3 = r6
r3 += 4
r4 = 12
r5 = r9
call 28
r9 <<= 1
r9 ^= r0
r1 = 0
r2 = 0
r3 = r6
r4 = 16
r5 = r8
call 28
r9 += r0
r1 = r6
r2 = 16
r3 = 0
r4 = 0
r5 = r8
call 28
r9 += r0
r1 = 0
r2 = 0
r3 = 0
r4 = 0
r5 = r9
call 28
r9 ^= r0
r8 += 1
if r8 < 100 goto csum
r8 = 0
percpu:
*(u32 *)(r10 - 4) = r8
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r9 <<= 1
if r0 == 0 goto none
r1 = *(u64 *)(r0 + 0)
r9 += r1
r1 += 3
*(u64 *)(r0 + 0) = r1
none:
r8 += 1
if r8 < 5 goto percpu
r8 = -2
word:
*(u64 *)(r10 - 8) = r8
r2 = r10
r2 += -8
r1 = map[1] ll
call 1
r9 <<= 1
if r0 == 0 goto no_word
r1 = *(u64 *)(r0 + 0)
r9 += r1
no_word:
r2 = r10
r2 += -8
r1 = map[2] ll
call 1
r9 <<= 1
if r0 == 0 goto no_half
r1 = *(u32 *)(r0 + 0)
r9 += r1
no_half:
r2 = r10
r2 += -8
r1 = map[3] ll
call 1
r9 <<= 1
if r0 == 0 goto no_empty
r9 += 1
no_empty:
r8 += 1
if r8 s< 3 goto word
call 8
r9 ^= r0
call 7
r8 = r0
r8 >>= 32
r9 ^= r8
r7 = r0
call 7
if r0 == r7 goto same
r0 = r9
exit
same:
r0 = 0
exit
-- mem
00112233445566778899aabbccddeeff
-- result
0xac9f7583baa72340
-- insns
4488
-- maps-out
counts 00000000 0300000000000000
counts 01000000 0800000000000000
