# winnow: `make demo` sets everything up and runs a real sweep; `make test` passes the tests.
# SAN=1 builds the same with AddressSanitizer and UBSan in build/asan.

VERSION := 0.1.0
PREFIX  ?= /usr/local
LIBEXEC := $(PREFIX)/libexec/winnow

CC       ?= cc
ifneq ($(SAN),)
BUILD    := build/asan
OPTIMISE := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
BUILD    := build
OPTIMISE := -O2
endif

PACKAGES := libuv sqlite3 libcjson gsl yaml-0.1 libpcre2-8 zlib
CPPFLAGS += -I. -D_GNU_SOURCE -DWN_VERSION='"$(VERSION)"' -DWN_LIBEXEC='"$(LIBEXEC)"'
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wcast-qual -Wundef -Wvla -Wformat=2 -Wno-format-nonliteral
CFLAGS   += -std=c17 -g $(OPTIMISE) $(WARNINGS)
LDLIBS   += $(shell pkg-config --libs $(PACKAGES)) -lm

# Every .c file below these folders belongs to the program; the shim is a program of its own.
SHIM_SOURCES := $(sort $(wildcard sweep/shim/*.c)) sweep/trialfiles.c sweep/line.c
SOURCES      := $(shell find core sweep tui cli -name '*.c' -not -path 'sweep/shim/*' | sort)
LIBRARY      := $(filter-out cli/main.c,$(SOURCES))
UNIT_TESTS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

all: $(BUILD)/winnow $(BUILD)/winnow-shim

$(BUILD)/winnow: $(call objects,cli/main.c) $(BUILD)/libwinnow.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libwinnow.a: $(call objects,$(LIBRARY))
	rm -f $@ && ar rcs $@ $^

# Started once per trial, so it has no libc and one segment: five page faults where a static libc
# alone takes two dozen. Never instrumented, for its memory counts.
SHIM_FLAGS := -Os -g -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables \
              -fno-tree-loop-distribute-patterns -static -nostdlib -no-pie \
              -Wl,--build-id=none,-z,noseparate-code,-z,norelro

$(BUILD)/winnow-shim: $(SHIM_SOURCES) sweep/trialfiles.h sweep/line.h $(wildcard sweep/shim/*.h)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=c17 $(WARNINGS) $(SHIM_FLAGS) -o $@ $(SHIM_SOURCES)

# SQL as a C string: comments dropped, quotes escaped, a line a literal.
$(BUILD)/gen/schema.inc: core/store/schema.sql
	@mkdir -p $(@D)
	sed -e 's/ *--.*//' -e '/^ *$$/d' -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< > $@

$(BUILD)/obj/core/store/migrate.o: $(BUILD)/gen/schema.inc
$(BUILD)/obj/core/store/migrate.o: CPPFLAGS += -I$(BUILD)/gen

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libwinnow.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libwinnow.a $(LDLIBS) -lcmocka

unit: all $(UNIT_TESTS)

clean:
	rm -rf build

.PHONY: all unit clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
