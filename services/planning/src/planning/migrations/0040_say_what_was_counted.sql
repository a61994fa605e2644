-- What was counted is named by a hash; what planning knew on each day can be counted again; figures have a course that
-- they are meant to follow, and what somebody holds against a figure stands beside it. Older readings have no hash.
alter table readings add column counted_hash text
    constraint readings_counted_hash_is_sha256 check (counted_hash ~ '^[0-9a-f]{64}$');
alter table indicator_definitions
    drop constraint indicator_definitions_method_known,
    add constraint indicator_definitions_method_known check (
        method in ('event_count', 'distinct_count', 'sum', 'latest', 'newest', 'manual')
    );

-- How far each partition had been heard at the end of each day in Denmark on which anything was heard. Not a projection:
-- the log says what happened, but not when planning came to know of it.
create table known_offsets (
    topic text not null,
    partition int not null,
    day date not null,
    next_offset bigint not null,
    primary key (topic, partition, day)
);
insert into known_offsets (topic, partition, day, next_offset)
select topic, partition, (now() at time zone 'Europe/Copenhagen')::date, next_offset
from consumer_position where next_offset > 0;

-- Events that lie before what was known and took effect later, since they had been parked.
create table known_late (
    topic text not null,
    partition int not null,
    "offset" bigint not null,
    day date not null,
    primary key (topic, partition, "offset")
);

create table courses (
    indicator_id uuid primary key references indicators (id),
    direction text not null constraint courses_direction_known check (direction in ('up', 'down', 'neutral')),
    baseline numeric,
    baseline_on date,
    target numeric,
    due_on date,
    slack_percent int not null constraint courses_slack_is_a_share check (slack_percent between 0 and 100),
    source_url text,
    off_track bool not null,
    constraint courses_lead_somewhere check (
        (direction = 'neutral') = (baseline is null) and (baseline is null) = (baseline_on is null)
        and (baseline is null) = (target is null) and (baseline is null) = (due_on is null)
    ),
    constraint courses_take_time check (due_on > baseline_on)
);

-- Never changed and never deleted: the newest of each period holds until it is taken back.
create table overrides (
    id uuid primary key,
    indicator_id uuid not null,
    definition_version int not null,
    provenance text not null constraint overrides_provenance_known check (provenance in ('actual', 'synthetic')),
    period text not null,
    value numeric,  -- null takes back the one before
    reason text not null,
    source_url text,
    made_at timestamptz not null,
    place bigint generated always as identity,
    foreign key (indicator_id, definition_version) references indicator_definitions (indicator_id, version),
    constraint overrides_have_a_source check (value is null or source_url is not null)
);
create index overrides_by_indicator on overrides (indicator_id, definition_version, provenance, period);
