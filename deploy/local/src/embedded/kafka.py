"""Apache Kafka, one node in KRaft mode: an open listener for this machine, one with SCRAM and ACLs for partners."""

from __future__ import annotations

import subprocess
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from embedded import packages, topics
from embedded.java import class_path, java
from embedded.part import Command, Part, Say
from embedded.reach import accepts
from embedded.refusal import Refused
from embedded.state import State

MEMORY = ("-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
CLUSTER_ID = "bWFlcmstZW1iZWRkZWQtMQ"  # any 16 bytes in base64
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


def _settings(state: State) -> dict[str, object]:
    ports = state.ports
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{ports.kafka_controller}",
        "listeners": (
            f"INTERNAL://127.0.0.1:{ports.kafka},PARTNERS://127.0.0.1:{ports.kafka_partners}"
            f",CONTROLLER://127.0.0.1:{ports.kafka_controller}"
        ),
        "listener.security.protocol.map": "INTERNAL:PLAINTEXT,PARTNERS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "INTERNAL",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.partners.scram-sha-512.sasl.jaas.config": f"{SCRAM} required;",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        # Who comes without a name comes through INTERNAL or CONTROLLER: PARTNERS lets nobody in without one.
        "super.users": "User:ANONYMOUS",
        "log.dirs": state.of("kafka") / "data",
        "auto.create.topics.enable": "false",
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 3,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        # A broker that was killed is let in again only when its former session has run out; 9 s otherwise.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        "log.cleaner.dedupe.buffer.size": 4 * 2**20,  # 128 MB of heap otherwise, for topics that we do not compact
    }


def _fetch(state: State, say: Say) -> Path:
    return packages.fetch("kafka", into=state.programs, say=say)


def _java(state: State, main: str, *options: str) -> list[str]:
    return [str(java()), *options, "-cp", class_path(packages.place("kafka", into=state.programs)), main]


def _prepare(state: State) -> None:
    folder = state.of("kafka")
    folder.mkdir(exist_ok=True)
    lines = [f"{name}={value}" for name, value in _settings(state).items()]
    properties = folder / "server.properties"
    properties.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if (folder / "data/meta.properties").exists():
        return
    format_ = _java(state, "kafka.tools.StorageTool", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    options = ["format", "--standalone", "--ignore-formatted", "-t", CLUSTER_ID, "-c", str(properties)]
    done = subprocess.run([*format_, *options], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(
            f"Kafka's storage could not be formatted: {(done.stderr or done.stdout).strip().splitlines()[-1]}"
        )


def _command(state: State) -> Command:
    logging_ = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true")
    argv = _java(state, "kafka.Kafka", *MEMORY, *logging_)
    return Command(argv=[*argv, str(state.of("kafka") / "server.properties")])


def _ready(state: State) -> bool:
    if not (accepts(state.ports.kafka) and accepts(state.ports.kafka_partners)):
        return False
    admin = AdminClient({"bootstrap.servers": state.kafka}, logger=topics.SILENT)
    try:
        return bool(admin.list_topics(timeout=2).brokers)
    except KafkaException:
        return False


def _settle(state: State) -> None:
    topics.apply(state.kafka)


PART = Part(
    name="kafka",
    ports=("kafka", "kafka_partners", "kafka_controller"),
    fetch=_fetch,
    prepare=_prepare,
    command=_command,
    ready=_ready,
    settle=_settle,
)
