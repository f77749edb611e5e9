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

// cmocka's assert_float_equal compares floats: no good for doubles that agree in more than seven
// digits.
#define assert_double(GOT, WANT, WITHIN)                                                           \
    do {                                                                                           \
        double got_ = (GOT), want_ = (WANT);                                                       \
        if (!(fabs(got_ - want_) <= (WITHIN)))                                                     \
            fail_msg("%s is %.17g, not %.17g", #GOT, got_, want_);                                 \
    } while (0)

#endif
