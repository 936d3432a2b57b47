"""The queue: transport between the inbox and the pipeline, and between the outbox and the world."""
