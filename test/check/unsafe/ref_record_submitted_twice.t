# a record is given away once
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
r6 = r0
r1 = r6
r2 = 0
call 132
r1 = r6
r2 = 0
call 133
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected argument-type: main: insn 12 (line 12): argument 1 of bpf_ringbuf_discard: an argument is not what the function takes: r1 = any number
-- kernel rejects R1 type=scalar expected=ringbuf_mem
