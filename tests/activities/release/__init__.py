"""The ledger of release time."""
