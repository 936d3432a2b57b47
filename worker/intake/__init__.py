"""How deliveries come in: messages of the broker, or files of a folder. Both end in an inbox row."""
