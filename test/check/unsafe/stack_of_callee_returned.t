# a function returns the address of its own frame
-- asm
call local f
*(u64 *)(r0 - 8) = 1
r0 = 0
exit
f:
r0 = r10
exit
-- ctx xdp
-- rejected pointer-leak: f: insn 1 (line 7): a pointer would become visible outside (the caller): r0 = stack of frame 1
-- kernel rejects cannot return stack pointer to the caller
