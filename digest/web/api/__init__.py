"""The JSON API under /api/v1: one table of operations validates, answers and describes itself."""
