"""The parts of the made-up shop 'Harbour Coffee': calendar, catalogue, people, a simulation by day, records."""
