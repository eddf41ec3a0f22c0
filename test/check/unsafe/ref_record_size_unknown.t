# a record of a size that nothing says
-- asm
r2 = *(u32 *)(r1 + 16)
r1 = map[0] ll
r3 = 0
call 131
if r0 == 0 goto out
*(u64 *)(r0 + 0) = 1
r1 = r0
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected argument-type: main: insn 4 (line 4): argument 2 of bpf_ringbuf_reserve: an argument is not what the function takes: r2 = [0, 4294967295]
-- kernel rejects R2 is not a known constant'
