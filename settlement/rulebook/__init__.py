"""Rules as people edit them: drafts, the forms of their parts, what is wrong, a worked example."""
