# SPDX-License-Identifier: MIT
#
# wirestate: builds the library (asserts/ + fixtures/), the runner (runner/ + suites/) and the
# self-tests (runner/ + suites/self*.c). `make help` lists the goals; V=1 shows the commands.

VERSION := 0.1.0
SOVERSION := 0

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
DESTDIR ?=

PKG_CONFIG ?= pkg-config
INSTALL ?= install
CFLAGS ?= -O2 -g
ARGS ?=# more words for `wirestate run`, as in: make test ARGS='close.* -v'

# Objects of the two kinds of build never mix.
ifeq ($(SANITIZE),1)
B := build/sanitize
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
export ASAN_OPTIONS ?= abort_on_error=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1
else ifeq ($(SANITIZE),fuzz)
B := build/fuzz
CC := clang
SANITIZERS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
B := build
SONLY := -Wl,-z,defs
endif

# All cores, unless told otherwise. A sub-make takes what its parent gives it.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
ifneq ($(V),1)
Q := @
endif

WARNINGS := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wformat=2 -Wundef \
	-Wno-missing-field-initializers
DIALECT := -std=gnu11 -D_GNU_SOURCE -DWIRESTATE_VERSION='"$(VERSION)"' -I.

# Asked for when first needed, not when make starts: `make deps` must run where there is no
# pkg-config yet. A library without a .pc file is taken to be where the compiler looks anyway.
packages_cflags = $(foreach p,$1,$(shell $(PKG_CONFIG) --cflags $p 2>/dev/null))
packages_libs = $(foreach p,$1,$(shell $(PKG_CONFIG) --libs $p 2>/dev/null || echo -l$(p:lib%=%)))
LIB_PACKAGES := cunit libpcap libmnl
RUN_PACKAGES := jansson zlib
PACKAGES_CFLAGS = $(eval PACKAGES_CFLAGS := $(call packages_cflags,$(LIB_PACKAGES) $(RUN_PACKAGES)))$(PACKAGES_CFLAGS)
LIB_LIBS = $(eval LIB_LIBS := $(call packages_libs,$(LIB_PACKAGES)))$(LIB_LIBS)
RUN_LIBS = $(eval RUN_LIBS := $(call packages_libs,$(RUN_PACKAGES)) -lm)$(RUN_LIBS)

COMPILE_FLAGS = $(DIALECT) $(WARNINGS) $(PACKAGES_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(SANITIZERS)
COMPILE = $(CC) $(COMPILE_FLAGS)
LINK = $(CC) $(CFLAGS) $(SANITIZERS) $(LDFLAGS)

# The article's chapters come first and in its order: claims are listed in the order of linking.
ARTICLE := connect close kill shutdown summary
SELF_C := $(sort $(wildcard suites/self*.c suites/misbehave.c))
OTHER_C := $(filter-out $(ARTICLE:%=suites/%.c) $(SELF_C),$(sort $(wildcard suites/*.c)))
SUITES_C := $(wildcard $(ARTICLE:%=suites/%.c)) $(OTHER_C)
LIB_C := $(sort $(wildcard asserts/*.c fixtures/*.c))
RUNNER_C := $(sort $(wildcard runner/*.c))
FUZZ_C := $(sort $(wildcard ci/fuzz/*.c))
FUZZERS := $(filter-out replay,$(FUZZ_C:ci/fuzz/%.c=%))
ALL_C := $(LIB_C) $(RUNNER_C) $(SUITES_C) $(SELF_C) $(FUZZ_C)
HEADERS := $(filter-out suites/self%,$(wildcard asserts/*.h fixtures/*.h suites/*.h))
ALL_H := $(HEADERS) $(wildcard suites/self*.h runner/*.h)
SCRIPTS := $(shell grep -lsE '^.!.*[ /](ba)?sh$$' .ci/* ci/* ci/*/*) $(wildcard ci/*/*.sh)

objects = $(patsubst %.c,$B/obj/%.o,$1)

##
## Building
all: $B/wirestate $B/libwirestate.so $B/selftest ## build the runner, the library and the self-tests (the default)

$B/wirestate: $(call objects,$(RUNNER_C) $(SUITES_C)) $B/libwirestate.a $B/sources
$B/selftest: $(call objects,$(RUNNER_C) $(SELF_C)) $B/libwirestate.a $B/sources
# Bound at once: a symbol looked up before the fork is not looked up again in every sandbox.
$B/wirestate $B/selftest:
	@echo "  LD      $@"
	$Q$(LINK) -Wl,-z,now -o $@ $(filter %.o,$^) $B/libwirestate.a $(LIB_LIBS) $(RUN_LIBS) $(LDLIBS)

# What reads and writes results, with a claim so that there is one, fed from files or by libFuzzer.
FUZZED := $(call objects,$(filter-out runner/main.c,$(RUNNER_C)) suites/self_hostile.c suites/summary.c)
$(FUZZERS:%=$B/replay-%): $B/replay-%: $B/obj/ci/fuzz/%.o $B/obj/ci/fuzz/replay.o
$(FUZZERS:%=$B/fuzz-%): $B/fuzz-%: $B/obj/ci/fuzz/%.o
$(FUZZERS:%=$B/fuzz-%): FUZZER := -fsanitize=fuzzer
$(FUZZERS:%=$B/replay-%) $(FUZZERS:%=$B/fuzz-%): $(FUZZED) $B/libwirestate.a $B/sources
	@echo "  LD      $@"
	$Q$(LINK) $(FUZZER) -o $@ $(filter %.o,$^) $B/libwirestate.a $(LIB_LIBS) $(RUN_LIBS) $(LDLIBS)

$B/libwirestate.a: $(call objects,$(LIB_C)) $B/sources
	@echo "  AR      $@"
	$Qrm -f $@
	$Q$(AR) rcs $@ $(filter %.o,$^)

$B/libwirestate.so: $(call objects,$(LIB_C)) $B/sources
	@echo "  LD      $@"
	$Q$(LINK) -shared -Wl,-soname,$(@F).$(SOVERSION) $(SONLY) -o $@ $(filter %.o,$^) $(LIB_LIBS) $(LDLIBS)
	$Qln -sf $(@F) $@.$(SOVERSION)

$(call objects,$(LIB_C)): PIC := -fPIC
$(call objects,$(ALL_C)): $B/obj/%.o: %.c $B/flags
	@echo "  CC      $@"
	@mkdir -p $(@D)
	$Q$(COMPILE) $(PIC) -MMD -MP -c -o $@ $<

# The compiler does not tell make what the assembler takes in.
$B/obj/runner/html_assets.o: runner/report.css runner/report.js

-include $(patsubst %.c,$B/obj/%.d,$(ALL_C))

# Two files that change when a flag or the list of sources does; then all is compiled or linked
# again. They are the root of every build: what is missing is said here, and `deps` goes before.
quoted = '$(subst ','\'',$1)'
$B/flags: FORCE | $(filter deps deps-matrix clean,$(MAKECMDGOALS))
	@CC="$(CC)" PKG_CONFIG="$(PKG_CONFIG)" ci/deps --check build
	@mkdir -p $(@D)
	@echo $(call quoted,$(COMPILE) $(LINK) $(LIB_LIBS) $(RUN_LIBS) $(LDLIBS)) > $@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

$B/sources: $B/flags FORCE
	@echo $(ALL_C) > $@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

deps: ## install what is missing: compiler, libraries and what the other goals given need; alone, what check needs
	@CC="$(CC)" PKG_CONFIG="$(PKG_CONFIG)" ci/deps build $(filter fuzz lint format bench,$(MAKECMDGOALS)) \
		$(if $(filter-out deps,$(MAKECMDGOALS)),$(filter check,$(MAKECMDGOALS)),check)

deps-matrix: ## install what ci/vm needs to boot other kernels: QEMU, a static busybox
	@CC="$(CC)" PKG_CONFIG="$(PKG_CONFIG)" ci/deps build matrix

clean: ## remove all that was built
	$Qrm -rf build

##
## Testing (as root or as an ordinary user)
test: $B/wirestate ## check every claim on this kernel but the slow ones; ARGS='close.* -v' selects and says more
	$Q$B/wirestate run --exclude slow --junit $B/junit.xml $(ARGS)

test-slow: $B/wirestate ## the timers of minutes too, not those of hours: ci/vm runs all in virtual time
	$Q$B/wirestate run --exclude hours --junit $B/junit-slow.xml $(ARGS)

check: all $(FUZZERS:%=$B/replay-%) ## the project's own tests: can the assertions fail, does a run leave anything behind
	$Q$B/selftest run --exclude misbehave --junit $B/selftest.xml
	$QBUILD=$B ci/check-all

FUZZ_SECONDS ?= 600
fuzz: | $(filter deps,$(MAKECMDGOALS)) ## feed the readers and writers of results with nonsense, FUZZ_SECONDS=600 in all; needs clang
	@CC=clang ci/deps --check build fuzz
	$Q$(MAKE) --no-print-directory SANITIZE=fuzz $(FUZZERS:%=build/fuzz/fuzz-%)
	$QBUILD=build/fuzz ci/run-fuzzers $(FUZZ_SECONDS) $(FUZZERS)

pictures: $B/wirestate ## take the README's pictures of the HTML report
	$QBUILD=$B ci/take-pictures

bench: all ## measure what a claim and a run cost
	@ci/deps --check bench
	$QBUILD=$B ci/bench

matrix-tools: | $(filter deps-matrix,$(MAKECMDGOALS))
	@CC="$(CC)" PKG_CONFIG="$(PKG_CONFIG)" ci/deps --check build matrix

matrix: $B/wirestate matrix-tools ## boot many kernels and check each; KERNELS='5.10 6.12.57', all, or KERNEL_IMAGE= and MODULES=
	$QBUILD=$B ci/matrix $(ARGS)

matrix-repro: $B/wirestate matrix-tools ## run the matrix twice and compare all it wrote byte by byte
	$QBUILD=$B ci/matrix-repro $(ARGS)

check-pairs: $B/wirestate matrix-tools ## boot neighbours that differ by one change: does diff name exactly that?
	$QBUILD=$B ci/check-pairs $(ARGS)

baselines: $B/wirestate matrix-tools ## run the matrix and make what it saw ci/baselines
	$QBUILD=$B ci/matrix || [ $$? = 1 ]
	$QBUILD=$B ci/rewrite-baselines

bench-matrix: $B/wirestate matrix-tools ## measure what booting other kernels costs
	@ci/deps --check bench
	$QBUILD=$B ci/bench-matrix

# Two of these asked for at once still run one after the other, in the order given.
earlier :=
$(foreach goal,$(filter test test-slow check bench matrix matrix-repro baselines check-pairs bench-matrix,$(MAKECMDGOALS)),\
	$(eval $(goal): | $(earlier))$(eval earlier += $(goal)))

##
## Looking after the source
lint: lint-tidy lint-format lint-cppcheck lint-scripts lint-yaml ## clang-format, clang-tidy, cppcheck, shellcheck and yamllint; SANITIZE=1 and `make check` find the rest

lint-tools: | $(filter deps,$(MAKECMDGOALS))
	@ci/deps --check build lint

lint-format: lint-tools
	@echo "  LINT    clang-format"
	$Qclang-format --dry-run -Werror $(ALL_C) $(ALL_H) $(wildcard ci/check/*.c)

# The slowest first, one stamp a file: a second run looks only at what changed.
lint-tidy: $(patsubst %.c,$B/tidy/%.ok,$(ALL_C))
$(patsubst %.c,$B/tidy/%.ok,$(ALL_C)): $B/tidy/%.ok: %.c .clang-tidy $(ALL_H) $B/flags | lint-tools
	@echo "  TIDY    $<"
	@mkdir -p $(@D)
	$Qclang-tidy --quiet --warnings-as-errors='*' $< -- $(filter-out -W%,$(COMPILE_FLAGS)) 2>$@.log >&2 || \
		{ grep -v 'warnings generated' $@.log; exit 1; }
	@touch $@

lint-cppcheck: lint-tools
	@echo "  LINT    cppcheck"
	@mkdir -p $B/cppcheck
	$Qcppcheck --quiet -j$$(nproc) --cppcheck-build-dir=$B/cppcheck --error-exitcode=1 --inline-suppr \
		--enable=warning,performance,portability --std=c11 --library=ci/cppcheck.cfg -D_GNU_SOURCE -I. \
		--suppress='*:/usr/include/*' --suppress=comparePointers $(ALL_C)

lint-scripts: lint-tools
	@echo "  LINT    shellcheck"
	$Qshellcheck -x $(SCRIPTS) runner/wirestate.bash-completion

lint-yaml: lint-tools
	@echo "  LINT    yamllint"
	$Qyamllint --strict .yamllint .github .gitlab-ci.yml

format: | $(filter deps,$(MAKECMDGOALS)) ## rewrite the source with clang-format
	$Qclang-format -i $(ALL_C) $(ALL_H) $(wildcard ci/check/*.c)

##
## Installing (PREFIX, LIBDIR …, DESTDIR)
INCLUDES := $(addprefix $(DESTDIR)$(INCLUDEDIR)/wirestate/,$(HEADERS))
MAN := $(DESTDIR)$(MANDIR)/man1/wirestate.1
COMPLETION := $(DESTDIR)$(BASHCOMPDIR)/wirestate
PC := $(DESTDIR)$(LIBDIR)/pkgconfig/wirestate.pc
SO := $(DESTDIR)$(LIBDIR)/libwirestate.so

install: $B/wirestate $B/libwirestate.so $B/libwirestate.a ## install the runner, library, headers, man page and completion
	$Q$(INSTALL) -D -m 0755 $B/wirestate $(DESTDIR)$(BINDIR)/wirestate
	$Q$(INSTALL) -D -m 0644 $B/libwirestate.a $(DESTDIR)$(LIBDIR)/libwirestate.a
	$Q$(INSTALL) -D -m 0755 $B/libwirestate.so $(SO).$(VERSION)
	$Qln -sf libwirestate.so.$(VERSION) $(SO).$(SOVERSION)
	$Qln -sf libwirestate.so.$(SOVERSION) $(SO)
	$Qset -e; for h in $(HEADERS); do \
		$(INSTALL) -D -m 0644 $$h $(DESTDIR)$(INCLUDEDIR)/wirestate/$$h; done
	$Q$(INSTALL) -D -m 0644 fixtures/wirestate.h $(DESTDIR)$(INCLUDEDIR)/wirestate/wirestate.h
	$Q$(INSTALL) -D -m 0644 runner/wirestate.1 $(MAN)
	$Q$(INSTALL) -D -m 0644 runner/wirestate.bash-completion $(COMPLETION)
	$Qmkdir -p $(dir $(PC))
	$Qprintf '%s\n' 'libdir=$(LIBDIR)' 'includedir=$(INCLUDEDIR)/wirestate' '' 'Name: wirestate' \
		'Description: CUnit fixtures and assertions for TCP states and packets' \
		'Version: $(VERSION)' 'Requires: cunit' 'Requires.private: libpcap libmnl' \
		'Libs: -L$${libdir} -lwirestate' 'Cflags: -I$${includedir}' > $(PC)
	$Q[ -n "$(DESTDIR)" ] || ldconfig 2>/dev/null || true

uninstall: ## remove what `make install` with the same variables put there
	$Qrm -f $(DESTDIR)$(BINDIR)/wirestate $(SO) $(SO).$(SOVERSION) $(SO).$(VERSION) \
		$(DESTDIR)$(LIBDIR)/libwirestate.a $(PC) $(MAN) $(COMPLETION)
	$Qrm -rf $(DESTDIR)$(INCLUDEDIR)/wirestate

help: ## this list
	@awk '/^## / { print "\n" substr($$0, 4) ":" } \
		match($$0, /^[a-z-]+:.*## /) { split($$0, goal, ":"); sub(/.*## /, ""); \
		printf "  make %-12s %s\n", goal[1], $$0 }' Makefile
	@printf '\nV=1 shows the commands, SANITIZE=1 builds under build/sanitize with ASan and UBSan.\n'

FORCE:
.PHONY: all deps deps-matrix clean test fuzz pictures test-slow check bench matrix matrix-tools matrix-repro \
	check-pairs baselines bench-matrix lint lint-tools lint-format lint-tidy \
	lint-cppcheck lint-scripts lint-yaml format install uninstall help FORCE
