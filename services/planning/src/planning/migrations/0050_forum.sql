-- The coordination forum across ministries: seats, meetings and what they decided. Nobody's name has a place here.

create table seats (
    number bigint generated always as identity unique,
    id uuid primary key,
    authority text not null references authorities (code),
    function text not null constraint seats_function_known check (function in ('chair', 'member', 'observer')),
    valid_from date not null,
    valid_to date,
    revision int not null,
    constraint seats_held_for_a_day check (valid_from <= valid_to)
);
create index seats_by_authority on seats (authority);
create unique index seats_one_goes_on on seats (authority) where valid_to is null;

create table forum_terms (
    provenance text not null constraint forum_terms_provenance_known check (provenance in ('actual', 'synthetic')),
    valid_from date not null,
    meetings_a_year int not null,
    primary key (provenance, valid_from)
);

create table coordination_meetings (
    number bigint generated always as identity unique,
    id uuid primary key,
    provenance text not null
        constraint coordination_meetings_provenance_known check (provenance in ('actual', 'synthetic')),
    planned_on date not null,
    agenda text[] not null,
    page_url text,
    state text not null constraint coordination_meetings_state_known check (state in ('planned', 'held', 'cancelled')),
    represented text[] not null,
    participant_count int,
    reason text,
    revision int not null,
    constraint coordination_meetings_counted_when_held check ((state = 'held') = (participant_count is not null)),
    constraint coordination_meetings_cancelled_for_a_reason check ((state = 'cancelled') = (reason is not null))
);

create table decisions (
    id uuid primary key,
    meeting_id uuid not null references coordination_meetings (id),
    provenance text not null constraint decisions_provenance_known check (provenance in ('actual', 'synthetic')),
    decided_on date not null,
    title_da text not null,
    responsible text not null references authorities (code),
    due_on date not null,
    recorded_at timestamptz not null,
    initiative_id uuid references initiatives (id),
    state text not null
        constraint decisions_state_known check (state in ('open', 'overdue', 'carried_out', 'dropped')),
    carried_out_on date,
    source_url text,
    note_da text,
    drop_reason text,
    revision int not null,
    constraint decisions_due_after_the_meeting check (due_on >= decided_on),
    constraint decisions_carried_out_on_a_day check ((state = 'carried_out') = (carried_out_on is not null)),
    constraint decisions_carried_out_with_evidence check (
        state <> 'carried_out' or source_url is not null or note_da is not null
    ),
    constraint decisions_dropped_for_a_reason check ((state = 'dropped') = (drop_reason is not null))
);
create index decisions_by_day on decisions (provenance, due_on, id);
create index decisions_by_authority on decisions (responsible, due_on, id);
