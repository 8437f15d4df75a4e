"""The sections of the segments page; each answers one question, and only the one chosen is worked out."""
