# cgroup programs do not choose the queue
-- asm
*(u32 *)(r1 + 12) = 1
r0 = 1
exit
-- ctx cgroup_skb
-- rejected context-field: main: insn 0 (line 1): write of 4 bytes: the context has no such field, or not for this access (cgroup_skb): r1 = context
-- kernel rejects invalid bpf_context access off=12 size=4
