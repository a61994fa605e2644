-- The tables that every service has: what leaves it, what has entered it, what falls due, what was answered.

-- Rows that wait for the relay. The id is drawn after the aggregate's lock, so ids rise per aggregate in commit order;
-- a cache above 1 would break that. A row that Kafka would refuse for its size would block all others, hence the check.
create table outbox (
    stream text not null constraint outbox_stream_known check (stream in ('internal', 'public')),
    id bigint generated always as identity (cache 1),
    partition_key bytea not null,
    headers json not null,
    payload bytea not null constraint outbox_payload_fits check (octet_length(payload) <= 262144),
    timestamp_ms bigint not null,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (stream, id)
) with (fillfactor = 100, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create table relay_state (
    stream text primary key,
    epoch bigint not null default 0,
    next_sequence bigint not null default 1,
    lease_until timestamptz not null default '-infinity',
    pid int
);

create table relay_plan (
    stream text not null,
    first_sequence bigint not null,
    epoch bigint not null,
    ids bigint[] not null,
    primary key (stream, first_sequence)
);

insert into relay_state (stream) values ('internal'), ('public');

-- How far each partition has been read, in the same transaction as the effects of what was read.
create table consumer_position (
    topic text not null,
    partition int not null,
    next_offset bigint not null default 0,
    sequence bigint not null default 0,
    primary key (topic, partition)
);

create table parked_key (
    topic text not null,
    partition int not null,
    key bytea not null,
    parked_at timestamptz not null default clock_timestamp(),
    primary key (topic, partition, key)
);

create table parked_event (
    topic text not null,
    partition int not null,
    "offset" bigint not null,
    key bytea not null,
    headers jsonb not null,
    value bytea not null,
    attempts int not null default 0,
    reason text not null,
    state text not null constraint parked_event_state_known check (state in ('refused', 'queued', 'skipped')),
    parked_at timestamptz not null default clock_timestamp(),
    primary key (topic, partition, "offset")
);
create index parked_event_by_key on parked_event (topic, partition, key, "offset");

-- A durable clock: what falls due is a row, so that neither a restart nor a jump of the clock loses or doubles it.
create table deadlines (
    kind text not null,
    subject uuid not null,
    due_at timestamptz not null,
    provenance text not null constraint deadlines_provenance_known check (provenance in ('actual', 'synthetic')),
    attempts int not null default 0,
    not_before timestamptz not null default '-infinity',
    primary key (kind, subject)
);
create index deadlines_by_due on deadlines (due_at);

create table idempotency_keys (
    principal text not null,
    route text not null,
    key text not null,
    request_hash bytea not null,
    status int,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default clock_timestamp(),
    primary key (principal, route, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
