"""Work shadowing: a colleague who leads, or wants to, spends days beside a leader elsewhere."""
