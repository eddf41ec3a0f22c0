# an address into cb, where others see it
-- asm
*(u64 *)(r1 + 48) = r10
r0 = 0
exit
-- ctx tc
-- rejected pointer-leak: main: insn 0 (line 1): a pointer would become visible outside (the context): r1 = context
-- kernel accepts
