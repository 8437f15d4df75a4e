"""Pure numerics: numbers in, numbers out. No SQL, no workspace, no page; numpy and scipy only."""
