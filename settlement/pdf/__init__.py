"""Papers of the settlement: statements, quotations and case reports."""
