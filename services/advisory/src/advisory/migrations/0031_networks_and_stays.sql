-- Meetings of the practitioners' networks, and the counted flow through the coordination unit on involuntary stays abroad.

create table network_meetings (
    number bigint generated always as identity unique,
    id uuid primary key,
    provenance text not null constraint network_meetings_provenance_known check (provenance in ('actual', 'synthetic')),
    area text not null constraint network_meetings_area_known check (area in ('east', 'west')),
    planned_on date not null,
    topics text[] not null,
    changed_at timestamptz not null,
    version int not null,
    state text not null,
    participant_count int,
    reason text,
    actions jsonb not null,
    constraint network_meetings_held_with_count check ((state = 'held') = (participant_count is not null)),
    constraint network_meetings_cancelled_with_reason check ((state = 'cancelled') = (reason is not null))
);
create index network_meetings_by_day on network_meetings (provenance, planned_on);

-- No day, no municipality, no text: a flow is counted here, and no case is kept.
create table stay_coordinations (
    number bigint generated always as identity unique,
    id uuid primary key,
    provenance text not null constraint stay_coordinations_provenance_known check (provenance in ('actual', 'synthetic')),
    referral_id uuid constraint stay_coordinations_one_per_referral unique,
    origin text not null,
    phase text not null,
    quarter text not null,
    version int not null,
    revision int not null,
    state text not null,
    authorities text[] not null,
    outcome text,
    concluded_in text,
    constraint stay_coordinations_concluded_with_outcome check (
        (state = 'concluded') = (outcome is not null and concluded_in is not null)
    )
);
create index stay_coordinations_by_state on stay_coordinations (provenance, state, number);
