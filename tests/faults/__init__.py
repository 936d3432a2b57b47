"""The service under faults: many invoices, a seeded schedule of everything that breaks, and a count at the end."""
