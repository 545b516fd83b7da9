"""The editors' desk: pages for those who sign in. One file a page; what they do are the actions of the CLI."""
