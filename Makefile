.PHONY: build test lint
test:
	swift build --build-tests && swift test --skip-build --disable-xctest
lint:
	swift format lint --strict --recursive Sources Tests Package.swift
