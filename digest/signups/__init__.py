"""Sign-ups: what strangers ask for on the public pages, queued, limited, and answered by mail."""
