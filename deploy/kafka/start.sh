#!/bin/bash
# Kafka in a container: the storage is formatted once, and partners are told the address by which they come in.
set -euo pipefail
properties=/etc/maerk/server.properties
/opt/kafka/bin/kafka-storage.sh format --standalone --ignore-formatted -t bWFlcmstY29udGFpbmVyLQ -c "$properties"
exec /opt/kafka/bin/kafka-server-start.sh "$properties" \
  --override "advertised.listeners=INTERNAL://kafka:9092,PARTNERS://$PARTNERS_ADDRESS"
