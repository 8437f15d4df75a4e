"""The sections of the weekly review."""
