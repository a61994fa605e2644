"""Every figure that a service gives of itself, in one list; `/metrics` shows them.

Labels are names of topics, partitions, parts, routes, kinds and provenances; never a key, an id or anything a client
has sent.
"""

from opentelemetry import metrics as api
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from prometheus_client import REGISTRY, generate_latest

_meter = api.get_meter("maerk")

published = _meter.create_counter("maerk.relay.published", description="Events acknowledged by Kafka, by topic")
leading = _meter.create_gauge("maerk.relay.leading", description="1 while this process is the topic's relay")
outbox_depth = _meter.create_gauge("maerk.outbox.depth", description="Rows that wait for the relay, by stream")
outbox_age = _meter.create_gauge("maerk.outbox.age", unit="s", description="Age of the oldest waiting row, by stream")
consumed = _meter.create_counter("maerk.consumer.applied", description="Events whose effects are committed, by topic")
duplicates = _meter.create_counter("maerk.consumer.duplicates", description="Repeats that were dropped, by topic")
retries = _meter.create_counter("maerk.consumer.retries", description="Batches rolled back to be tried again, by topic")
lag = _meter.create_gauge("maerk.consumer.lag", description="Records behind the end, by topic and partition")
parked = _meter.create_gauge("maerk.consumer.parked_keys", description="Keys whose events wait for an operator")
updated = _meter.create_gauge(
    "maerk.projection.updated", unit="s", description="When the newest event took effect, by topic; seconds since 1970"
)
mailed = _meter.create_counter("maerk.mail.sent", description="Mails that the server has taken")
mail_waiting = _meter.create_gauge("maerk.mail.waiting", description="Mails that wait to be sent")
mail_refused = _meter.create_gauge("maerk.mail.refused", description="Mails refused for good within the last day")
attention = _meter.create_gauge(
    "maerk.attention", description="Things of the domain that wait for somebody, by kind and provenance"
)
overdue = _meter.create_gauge("maerk.deadlines.overdue", description="Deadlines that are due and not yet acted on")


def start(service: str) -> MeterProvider:
    """The figures are collected from now on in this process, under the service's name."""
    provider = MeterProvider(
        metric_readers=[PrometheusMetricReader()], resource=Resource.create({"service.name": service})
    )
    api.set_meter_provider(provider)
    return provider


def exposition() -> bytes:
    """The figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
