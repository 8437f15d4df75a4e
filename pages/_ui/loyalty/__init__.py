"""The parts of the section on loyalty; each answers one question, and only the one chosen is worked out."""
