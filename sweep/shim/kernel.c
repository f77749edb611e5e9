// SPDX-License-Identifier: GPL-3.0-or-later
// Where the shim starts, and the five functions that the compiler expects to find somewhere.
#include "sweep/shim/kernel.h"

#include <string.h>

#if defined(__x86_64__)
__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call wn_shim_main\n"
        "    mov %eax, %edi\n"
        "    mov $231, %eax\n" // exit_group
        "    syscall\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n"
        "_start:\n"
        "    mov x29, #0\n"
        "    mov x0, sp\n"
        "    bl wn_shim_main\n"
        "    mov x8, #94\n" // exit_group
        "    svc #0\n");
#endif

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    for (size_t i = 0; i < length; i++)
        ((char *)to)[i] = ((const char *)from)[i];
    return to;
}

void *memmove(void *to, const void *from, size_t length) {
    if ((uintptr_t)to < (uintptr_t)from)
        return memcpy(to, from, length);
    while (length--)
        ((char *)to)[length] = ((const char *)from)[length];
    return to;
}

void *memset(void *to, int byte, size_t length) {
    for (size_t i = 0; i < length; i++)
        ((char *)to)[i] = (char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t length) {
    const unsigned char *left = a, *right = b;
    for (size_t i = 0; i < length; i++)
        if (left[i] != right[i])
            return left[i] - right[i];
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}
