"""Word to other programs: events queued with the change that caused them, signed, sent and tried again."""
