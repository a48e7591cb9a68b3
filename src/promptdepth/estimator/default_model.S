    .section .rodata
    .balign 64
    .global promptdepth_default_model_begin
promptdepth_default_model_begin:
    .incbin PROMPTDEPTH_DEFAULT_MODEL
    .global promptdepth_default_model_end
promptdepth_default_model_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
