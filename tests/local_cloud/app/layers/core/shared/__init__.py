"""Stands for the core layer."""

GREETING = "hello"
