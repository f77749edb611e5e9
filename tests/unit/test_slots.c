// SPDX-License-Identifier: GPL-3.0-or-later
// Handing out made-up GPUs.
#include "tests/unit/check.h"

#include "sweep/slots.h"

static const char *const names[] = {"0", "3", "GPU-7f"};

static void devices_are_handed_out_lowest_first_and_named(void **state) {
    (void)state;
    struct wn_slots slots = {.names = names, .count = 3};
    uint64_t one, two;
    assert_true(wn_slots_take(&slots, 1, &one));
    assert_true(wn_slots_take(&slots, 2, &two));
    char *text = wn_slots_names(&slots, two);
    assert_string_equal(text, "3,GPU-7f");
    free(text);
    assert_int_equal(one & two, 0);
}

static void too_few_devices_take_none(void **state) {
    (void)state;
    struct wn_slots slots = {.names = names, .count = 3};
    uint64_t taken, more;
    assert_true(wn_slots_take(&slots, 2, &taken));
    assert_false(wn_slots_take(&slots, 2, &more));
    assert_int_equal(more, 0);
    wn_slots_give_back(&slots, taken);
    assert_true(wn_slots_take(&slots, 3, &more));
}

static void devices_of_an_adopted_trial_are_claimed_by_name(void **state) {
    (void)state;
    struct wn_slots slots = {.names = names, .count = 3};
    uint64_t taken;
    assert_int_equal(wn_slots_claim(&slots, "GPU-7f,7"), 4);
    assert_int_equal(wn_slots_claim(&slots, "GPU-7f"), 0); // held already
    assert_int_equal(wn_slots_claim(&slots, ""), 0);
    assert_true(wn_slots_take(&slots, 2, &taken));
    assert_int_equal(taken, 3);
}

static void a_trial_without_gpus_takes_none(void **state) {
    (void)state;
    struct wn_slots slots = {.count = 0};
    uint64_t taken;
    assert_true(wn_slots_take(&slots, 0, &taken));
    assert_int_equal(taken, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_are_handed_out_lowest_first_and_named),
        cmocka_unit_test(too_few_devices_take_none),
        cmocka_unit_test(devices_of_an_adopted_trial_are_claimed_by_name),
        cmocka_unit_test(a_trial_without_gpus_takes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
