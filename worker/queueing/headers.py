"""The headers of messages on the intake queue: two that a sender may set, two that a dead letter carries."""

ID_HEADER, SOURCE_HEADER = "aiguilleur-delivery-id", "aiguilleur-source"  # with inline documents
REASON_HEADER, CODE_HEADER = "aiguilleur-reason", "aiguilleur-code"
