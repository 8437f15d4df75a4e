"""Sentences taken as claims: what the product asserts of shops in which nothing happens, and of planted changes."""
