"""The one sender of a stream: outbox rows become records in Kafka."""
