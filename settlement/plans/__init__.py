"""Plans of finance: budgets of regions and what late orders will cost."""
