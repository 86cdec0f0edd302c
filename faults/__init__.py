"""The fault harness: the real services in processes that are killed, and what is left afterwards.

`python -m faults` is `make faults`. Read `plan`, then `lane`, then `books`.
"""
