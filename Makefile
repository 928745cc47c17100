# make build, make audit and make test need nothing but Debian 12 (and root or sudo, for missing packages).
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
CORTEN = build/release/corten

.PHONY: build audit test engine-tests fresh-debian asan tsan fuzz bench lint format-check layers tidy analyze docs-check install deb clean deps deps-build

build: deps-build
	@cmake --preset release >build.log 2>&1 || { cat build.log; exit 1; }
	@cmake --build --preset release -j$(JOBS) --target corten
	@rm -f build.log

audit: build
	@examples/shop/build
	$(CORTEN) audit examples/shop

test: deps
	cmake --preset debug
	cmake --build --preset debug -j$(JOBS)
	ctest --preset debug -j$(JOBS)

# Those that build and run images with a Docker engine of their own; need root.
engine-tests: deps
	cmake --preset debug
	cmake --build --preset debug -j$(JOBS) --target corten
	CORTEN_SLOW_TESTS=1 ctest --preset debug -L engine -j1

# The README's first command as a new user has it; needs root.
fresh-debian:
	tools/fresh_debian

asan tsan: deps
	cmake --preset $@
	cmake --build --preset $@ -j$(JOBS)
	ctest --preset $@ -j$(JOBS)

fuzz: deps
	cmake --preset fuzz
	cmake --build --preset fuzz -j$(JOBS)
	tools/fuzz_all 60

bench: deps build
	benchmarks/run $(CORTEN)

lint: format-check layers docs-check tidy

format-check:
	@git ls-files '*.cpp' '*.h' | xargs clang-format-19 --dry-run --Werror

layers:
	@python3 tools/check_layers.py

docs-check:
	@python3 tools/check_docs.py

tidy:
	cmake --preset debug >/dev/null
	@tools/tidy $(JOBS) "" $(SINCE)

analyze:
	cmake --preset debug >/dev/null
	@tools/tidy $(JOBS) '-*,clang-analyzer-*'

install: build
	install -D -m 755 $(CORTEN) $(DESTDIR)$(PREFIX)/bin/corten
	install -d $(DESTDIR)$(PREFIX)/lib/docker/cli-plugins
	ln -sf ../../../bin/corten $(DESTDIR)$(PREFIX)/lib/docker/cli-plugins/docker-corten
	tools/install_pages $(CORTEN) $(DESTDIR)$(PREFIX)

# With link-time optimisation, which takes minutes for every change and is therefore left to what is shipped.
deb: deps-build
	cmake --preset package >/dev/null
	cmake --build --preset package -j$(JOBS) --target corten
	tools/make_deb build/package/corten

deps:
	@scripts/install-deps

deps-build:
	@scripts/install-deps --build

clean:
	rm -rf build
