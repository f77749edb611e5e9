# winnow: `make demo` sets everything up and runs a real sweep; `make test` passes the tests.
# V=1 shows the commands; SAN=1 builds with AddressSanitizer and UBSan in build/asan.

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

PACKAGES := libuv ncursesw sqlite3 libcjson gsl yaml-0.1 libpcre2-8 zlib nlopt

# OpenBLAS as a shared library would cost every start milliseconds, so it is linked in where Debian's
# package for one thread is there; threads of its own would not help matrices this small.
BLAS_DIR  := $(firstword $(wildcard /usr/lib/*/openblas-serial))
BLAS_LIBS := $(if $(BLAS_DIR),$(BLAS_DIR)/libopenblas.a,$(shell pkg-config --libs openblas))
BLAS_INCLUDE := $(if $(BLAS_DIR),$(patsubst /usr/lib/%,/usr/include/%,$(BLAS_DIR)))
CPPFLAGS += -I. $(addprefix -isystem ,$(BLAS_INCLUDE)) -D_GNU_SOURCE -DWN_VERSION='"$(VERSION)"' -DWN_LIBEXEC='"$(LIBEXEC)"'
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wno-missing-field-initializers -Wpointer-arith -Wcast-qual -Wundef -Wvla -Wformat=2 -Wno-format-nonliteral
CFLAGS   += -std=c17 -g $(OPTIMISE) $(WARNINGS)
# Fewer bytes to read at every start: OpenBLAS brings tables of some ten thousand addresses.
LDFLAGS  += -Wl,-z,pack-relative-relocs

# A shared library costs every start a tenth of a millisecond and more, and memory, so those are linked
# in of which the package that brings the headers brings an archive, too: $(call linked,PACKAGE,ARCHIVES)
LIB_DIR  := $(shell pkg-config --variable=libdir sqlite3)
linked    = $(or $(and $(wildcard $(LIB_DIR)/$(firstword $(2))),$(addprefix $(LIB_DIR)/,$(2))),$(shell pkg-config --libs $(1)))
LDLIBS   := $(LDLIBS) $(call linked,gsl,libgsl.a) $(BLAS_LIBS) $(call linked,libuv,libuv_a.a) \
            $(call linked,ncursesw,libncursesw.a libtinfo.a) $(call linked,sqlite3,libsqlite3.a) \
            $(call linked,yaml-0.1,libyaml.a) $(call linked,libpcre2-8,libpcre2-8.a) $(call linked,zlib,libz.a) \
            $(shell pkg-config --libs libcjson nlopt) -lm

# Every .c file below these folders belongs to the program; the shim is a program of its own.
SHIM_SOURCES := $(sort $(wildcard sweep/shim/*.c)) sweep/trialfiles.c sweep/line.c
SOURCES      := $(shell find $(wildcard core sweep tui cli) -name '*.c' -not -path 'sweep/shim/*' | sort)
LIBRARY      := $(filter-out cli/main.c,$(SOURCES))
UNIT_TESTS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))

# A line per step; with V=1 the commands themselves, with -s neither.
ifneq ($(V),)
step :=
else ifneq ($(findstring s,$(firstword -$(MAKEFLAGS))),)
step = @
else
step = @printf '  %-8s%s\n' $(1) '$(2)' &&
endif

# For a make that is started by a recipe: all cores, unless the caller said how many.
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

all: $(BUILD)/winnow $(BUILD)/winnow-shim examples

$(BUILD)/winnow: $(call objects,cli/main.c) $(BUILD)/libwinnow.a
	$(call step,LINK,$@) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libwinnow.a: $(call objects,$(LIBRARY))
	$(call step,AR,$@) rm -f $@ && ar rcs $@ $^

# Started once per trial, so it has no libc and one segment: five page faults where a static libc
# alone takes two dozen. Never instrumented, for its memory counts.
SHIM_FLAGS := -Os -g -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables \
              -fno-tree-loop-distribute-patterns -static -nostdlib -no-pie \
              -Wl,--build-id=none,-z,noseparate-code,-z,norelro

$(BUILD)/winnow-shim: $(SHIM_SOURCES) sweep/trialfiles.h sweep/line.h $(wildcard sweep/shim/*.h)
	@mkdir -p $(@D)
	$(call step,LINK,$@) $(CC) $(CPPFLAGS) -std=c17 $(WARNINGS) $(SHIM_FLAGS) -o $@ $(SHIM_SOURCES)

# SQL as a C string: comments dropped, quotes escaped, a line a literal.
$(BUILD)/gen/schema.inc: core/store/schema.sql
	@mkdir -p $(@D)
	$(call step,GEN,$@) sed -e 's/ *--.*//' -e '/^ *$$/d' -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< > $@

$(BUILD)/obj/core/store/migrate.o: $(BUILD)/gen/schema.inc
$(BUILD)/obj/core/store/migrate.o: CPPFLAGS += -I$(BUILD)/gen

# Sums over points and over pairs of them: vector code pays.
$(BUILD)/obj/sweep/gp/%.o: OPTIMISE += -O3
# Of exp, too; it has nothing to do with what is infinite or not a number.
$(BUILD)/obj/sweep/gp/kernel.o: OPTIMISE += -ffast-math

# Says what to do where a library is missing, before the compiler says it in its own words.
$(BUILD)/gen/libraries: Makefile
	@mkdir -p $(@D)
	@pkg-config --exists --print-errors $(PACKAGES) || \
	    { echo 'Libraries or pkg-config are missing: make deps installs them all.' >&2; exit 1; }
	@touch $@

$(BUILD)/obj/%.o: %.c Makefile | $(BUILD)/gen/libraries
	@mkdir -p $(@D)
	$(call step,CC,$<) $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libwinnow.a
	@mkdir -p $(@D)
	$(call step,TEST,$<) $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libwinnow.a $(LDLIBS) -lcmocka -lvterm

# ---- examples --------------------------------------------------------------------------------------

# Where examples/mlp/sweep.yaml looks for it, whatever is built.
build/examples/mlp-train: examples/mlp/train.c Makefile
	@mkdir -p $(@D)
	$(call step,EXAMPLE,$<) $(CC) -std=c17 -O2 -g $(WARNINGS) -o $@ $< -lm

examples: build/examples/mlp-train

# ---- the two commands ------------------------------------------------------------------------------

# On a fresh machine: installs what is missing, builds, tunes a real program on real data.
demo:
	@tools/deps.sh build demo
	@tools/demo.sh "$(MAKE) --no-print-directory -s $(PARALLEL) all"

test:
	@tools/deps.sh build test
	@$(MAKE) --no-print-directory $(PARALLEL) all unit
	@tests/run.sh $(BUILD)

# ---- checks ----------------------------------------------------------------------------------------

asan:
	@tools/deps.sh build test
	@$(MAKE) --no-print-directory $(PARALLEL) SAN=1 all unit
	@tests/run.sh build/asan

C_FILES  := $(shell find $(wildcard core sweep cli tui tests bench examples) -name '*.c' | sort)
H_FILES  := $(shell find $(wildcard core sweep cli tui tests bench examples) -name '*.h' | sort)
SCRIPTS  := .ci/run tools/deps.sh tools/check_layers.sh tools/demo.sh tools/pictures.sh tests/run.sh tests/fuzz/run.sh

# __FILE__ stands for strings whose quotes would not survive so many shells.
TIDY_FLAGS := -std=c17 -I. -I$(BUILD)/gen -D_GNU_SOURCE -DWN_VERSION=__FILE__ -DWN_LIBEXEC=__FILE__

lint: $(BUILD)/gen/schema.inc
	@tools/deps.sh lint
	clang-format --dry-run -Werror $(C_FILES) $(H_FILES)
	tools/check_layers.sh
	shellcheck $(SCRIPTS)
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppressions-list=tools/cppcheck.txt --error-exitcode=1 -j2 -I. -I$(BUILD)/gen \
	    -D_GNU_SOURCE -D__x86_64__ -DWN_VERSION='""' -DWN_LIBEXEC='""' core sweep tui cli
	printf '%s\n' $(SOURCES) | xargs -P2 -n8 sh -c 'clang-tidy --quiet "$$@" -- $(TIDY_FLAGS)' sh

format:
	clang-format -i $(C_FILES) $(H_FILES)

# ---- benchmarks ------------------------------------------------------------------------------------

BENCH_ROUNDS   ?= 5
BENCH_STATIC   := $(BUILD)/bench/limit $(BUILD)/bench/trial
BENCH_PROGRAMS := $(BENCH_STATIC) $(BUILD)/bench/reader_bench $(BUILD)/bench/read_bench \
                  $(BUILD)/bench/make_store
BENCH_STORES   := $(BUILD)/bench/store-10000 $(BUILD)/bench/store-100000

# Static: they stand for what costs least.
$(BENCH_STATIC): $(BUILD)/bench/%: bench/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=c17 -O2 $(WARNINGS) -static -o $@ $<

$(BUILD)/bench/%: bench/%.c $(BUILD)/libwinnow.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libwinnow.a $(LDLIBS)

$(BENCH_STORES): $(BUILD)/bench/store-%: $(BUILD)/bench/make_store
	rm -rf $@ && $< $@ $* 50 2

# A floor for the dashboard, linked as programs usually are.
$(BUILD)/bench/table: bench/table.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=c17 -O2 $(WARNINGS) -o $@ $< $(shell pkg-config --libs ncursesw)

# Peer and winnow side by side, in the same minutes; bench/README.md says what the figures mean.
bench:
	@tools/deps.sh build bench
	@$(MAKE) --no-print-directory -s all $(BENCH_PROGRAMS) $(BENCH_STORES)
	@python3 bench/trials.py $(BUILD) $(BENCH_ROUNDS)
	@python3 bench/points.py $(BUILD) $(BENCH_ROUNDS)
	@$(BUILD)/bench/reader_bench
	@for store in $(BENCH_STORES); do \
	    printf '\nreading a store of %s trials\n\n' $${store##*-}; $(BUILD)/bench/read_bench $$store; done

# The dashboard through a pseudo-terminal, beside other programs of the terminal.
bench-dashboard:
	@tools/deps.sh build bench
	@$(MAKE) --no-print-directory -s all $(BUILD)/bench/table $(BENCH_STORES)
	@/usr/bin/python3 bench/dashboard.py $(BUILD) $(BENCH_ROUNDS)

SEEDS    ?= 4
WORKERS  ?= 1
PROBLEMS ?= *

# The searchers beside Optuna's; what was run before is taken from build/bench/search.
bench-search:
	@tools/deps.sh build bench
	@$(MAKE) --no-print-directory -s all
	@/usr/bin/python3 bench/search.py run --seeds $(SEEDS) --workers $(WORKERS) --problems '$(PROBLEMS)'
	@/usr/bin/python3 bench/search.py table --workers $(WORKERS) --problems '$(PROBLEMS)' --each

# ---- pictures of the README ------------------------------------------------------------------------

pictures: all
	@tools/deps.sh test demo
	@tools/pictures.sh $(BUILD)

RESAMPLES ?= 10000

# Rank tests and resampling beside SciPy's.
bench-stats:
	@tools/deps.sh build bench
	@$(MAKE) --no-print-directory -s $(BUILD)/bench/stats_bench
	@/usr/bin/python3 bench/stats.py $(BUILD) $(BENCH_ROUNDS) $(RESAMPLES)

EXPERIMENTS ?= 2000

# What winnow ab promises, tried out by simulation.
bench-ab:
	@tools/deps.sh build
	@$(MAKE) --no-print-directory -s $(BUILD)/bench/race_bench
	@$(BUILD)/bench/race_bench $(EXPERIMENTS)

# Comparisons of much: curves of a million points, groups of 50,000 configurations.
$(BUILD)/bench/store-curves: $(BUILD)/bench/make_store
	rm -rf $@ && $< $@ 2 1000000 1

bench-compare:
	@tools/deps.sh build
	@$(MAKE) --no-print-directory -s all $(BUILD)/bench/store-curves $(BUILD)/bench/store-100000
	@python3 bench/compare.py $(BUILD) $(BENCH_ROUNDS)

DRIFT_PAIRS ?= 400

# How often data that did not change are called drifted, and winnow drift beside SciPy.
bench-drift:
	@tools/deps.sh build bench
	@$(MAKE) --no-print-directory -s all $(BUILD)/bench/drift_calibration
	@/usr/bin/python3 bench/drift.py $(BUILD) $(BENCH_ROUNDS)
	@$(BUILD)/bench/drift_calibration $(DRIFT_PAIRS)

# ---- fuzzing ---------------------------------------------------------------------------------------

FUZZ_SECONDS ?= 20
FUZZERS      := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS   := -std=c17 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZ_OBJECTS := $(patsubst %.c,build/fuzz/obj/%.o,$(LIBRARY))

build/fuzz/obj/%.o: %.c Makefile $(BUILD)/gen/schema.inc
	@mkdir -p $(@D)
	$(call step,CLANG,$<) clang $(CPPFLAGS) -I$(BUILD)/gen $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP \
	    -c -o $@ $<

build/fuzz/libwinnow.a: $(FUZZ_OBJECTS)
	$(call step,AR,$@) rm -f $@ && ar rcs $@ $^

build/fuzz/fuzz_%: tests/fuzz/fuzz_%.c build/fuzz/libwinnow.a
	@mkdir -p $(@D)
	$(call step,FUZZ,$<) clang $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $< build/fuzz/libwinnow.a \
	    $(LDLIBS)

fuzz:
	@tools/deps.sh build fuzz
	@$(MAKE) --no-print-directory $(PARALLEL) $(FUZZERS)
	@printf '%s\n' $(FUZZERS) | xargs -P2 -n1 tests/fuzz/run.sh $(FUZZ_SECONDS)

# ---- installation ----------------------------------------------------------------------------------

COMMANDS = $(shell $(BUILD)/winnow internals commands)
BASH_DIR := $(PREFIX)/share/bash-completion/completions
ZSH_DIR  := $(PREFIX)/share/zsh/site-functions
FISH_DIR := $(PREFIX)/share/fish/vendor_completions.d
DOC_DIR  := $(PREFIX)/share/doc/winnow
MAN_DIR  := $(PREFIX)/share/man

# What winnow prints of itself, as a file: $(call printed,WORDS OF internals,FILE)
printed = $(BUILD)/winnow internals $(1) > $(DESTDIR)$(2) && chmod 644 $(DESTDIR)$(2)

install: all
	$(call step,INSTALL,$(DESTDIR)$(PREFIX)) \
	install -D -m 755 $(BUILD)/winnow $(DESTDIR)$(PREFIX)/bin/winnow && \
	install -D -m 755 $(BUILD)/winnow-shim $(DESTDIR)$(LIBEXEC)/winnow-shim && \
	install -D -m 644 -t $(DESTDIR)$(DOC_DIR) LICENSE CHANGELOG.md docs/*.md && \
	install -d $(addprefix $(DESTDIR),$(MAN_DIR)/man1 $(MAN_DIR)/man5 $(MAN_DIR)/man7 $(BASH_DIR) $(ZSH_DIR) $(FISH_DIR)) && \
	$(call printed,man,$(MAN_DIR)/man1/winnow.1) && \
	$(call printed,man spec,$(MAN_DIR)/man5/winnow-spec.5) && \
	$(call printed,man keys,$(MAN_DIR)/man7/winnow-keys.7) && \
	for command in $(COMMANDS); do \
	    $(call printed,man $$command,$(MAN_DIR)/man1/winnow-$$command.1) || exit 1; done && \
	$(call printed,complete bash,$(BASH_DIR)/winnow) && \
	$(call printed,complete zsh,$(ZSH_DIR)/_winnow) && \
	$(call printed,complete fish,$(FISH_DIR)/winnow.fish)

uninstall:
	$(call step,REMOVE,$(DESTDIR)$(PREFIX)) \
	rm -f $(addprefix $(DESTDIR),$(PREFIX)/bin/winnow $(LIBEXEC)/winnow-shim $(MAN_DIR)/man1/winnow.1 \
	    $(MAN_DIR)/man1/winnow-*.1 $(MAN_DIR)/man5/winnow-spec.5 $(MAN_DIR)/man7/winnow-keys.7 $(BASH_DIR)/winnow \
	    $(ZSH_DIR)/_winnow $(FISH_DIR)/winnow.fish $(DOC_DIR)/LICENSE $(DOC_DIR)/*.md)
	@for folder in $(LIBEXEC) $(DOC_DIR); do \
	    [ ! -d $(DESTDIR)$$folder ] || rmdir --ignore-fail-on-non-empty $(DESTDIR)$$folder; done

deps:
	@tools/deps.sh build demo test lint fuzz

unit: all $(UNIT_TESTS)

clean:
	rm -rf build

.PHONY: all examples demo test asan lint format bench bench-ab bench-compare bench-dashboard bench-drift bench-search bench-stats pictures fuzz install uninstall deps unit clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
