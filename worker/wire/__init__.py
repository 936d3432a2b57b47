"""The wire: the shapes of what other systems send and receive. pydantic models, the one source of the schemas."""
