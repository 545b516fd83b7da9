"""The demo: a bundled newsroom, a local mail server, and a driver that runs the program between them."""
