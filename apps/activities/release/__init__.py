"""Release time: the ledger, its approvals, the cover list and its figures."""
