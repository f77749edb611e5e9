// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (FIPS 180-4), for what must be told apart without being kept.
#ifndef WN_SHA256_H
#define WN_SHA256_H

#include <stddef.h>

#define WN_SHA256_BYTES 32
void wn_sha256(const void *bytes, size_t length, unsigned char digest[WN_SHA256_BYTES]);

#endif
