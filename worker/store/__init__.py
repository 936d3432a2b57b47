"""The database (the truth) and the document store. One schema on SQLite and on PostgreSQL."""
