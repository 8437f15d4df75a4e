"""The parts of the made-up shop 'Harbour Coffee': calendar, catalogue, people, a day-by-day simulation and its records."""
