"""The sections of the retention page; each answers one question, and only the one chosen is worked out."""
