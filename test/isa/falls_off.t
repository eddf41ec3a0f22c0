-- asm
r0 = 1
-- error
control falls off the end
