"""Who may come in: editors and their sessions at the desk, tokens of programs at the API."""
