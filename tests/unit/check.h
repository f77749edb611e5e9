// SPDX-License-Identifier: GPL-3.0-or-later
// What every cmocka test file includes, in the order that cmocka wants.
#ifndef WN_TEST_CHECK_H
#define WN_TEST_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#endif
