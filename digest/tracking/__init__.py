"""What readers did with an issue, where its newsletter counts that: clicks and opens, machines told from people."""
