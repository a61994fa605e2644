-- What becomes of initiatives: their states with what was said of each, milestones with evidence, money, priorities.

alter table initiatives
    add column state text not null default 'proposed' constraint initiatives_state_known check (
        state in (
            'proposed', 'planned', 'funded', 'launched', 'on_track', 'at_risk', 'delayed', 'completed_as_planned',
            'completed_changed', 'abandoned', 'cancelled', 'merged', 'split'
        )
    ),
    add column revision int not null default 1,
    alter column focus_area_id drop not null,  -- null where no source states it
    alter column children_youth drop not null;

create table initiative_states (
    initiative_id uuid not null references initiatives (id),
    revision int not null,
    state text not null,
    at timestamptz not null,
    reason_code text,
    reason text,
    source_url text,
    primary key (initiative_id, revision),
    constraint initiative_states_given_up_for_a_reason check (
        state not in ('abandoned', 'cancelled') or (reason_code is not null and reason is not null)
    )
);

create table initiative_lineage (
    earlier_id uuid not null references initiatives (id),
    later_id uuid not null references initiatives (id),
    primary key (earlier_id, later_id),
    constraint initiative_lineage_leads_on check (earlier_id <> later_id)
);

create table milestones (
    id uuid primary key,
    plan_id uuid not null,
    initiative_id uuid not null,
    title_da text not null,
    title_en text,
    due_on date not null,
    counts_from date not null,
    provenance text not null constraint milestones_provenance_known check (provenance in ('actual', 'synthetic')),
    set_at timestamptz not null,
    event_type text,
    match jsonb not null,
    state text not null constraint milestones_state_known check (state in ('open', 'overdue', 'met', 'dropped')),
    met_on date,
    source_url text,
    drop_reason text,
    revision int not null,
    constraint milestones_met_on_a_day check ((state = 'met') = (met_on is not null)),
    constraint milestones_dropped_for_a_reason check ((state = 'dropped') = (drop_reason is not null)),
    constraint milestones_of_an_initiative foreign key (plan_id, initiative_id) references initiatives (plan_id, id)
);
create index milestones_by_initiative on milestones (initiative_id);
create index milestones_waiting on milestones (event_type) where state in ('open', 'overdue');

-- The events are copies of other services' and may be rebuilt, so there is no foreign key to them.
create table milestone_evidence (
    milestone_id uuid not null references milestones (id),
    event_id uuid not null,
    primary key (milestone_id, event_id)
);

create table plan_frames (
    plan_id uuid not null references action_plans (id),
    place int not null,
    year int not null,
    until_year int,
    source text not null,
    amount_mio_dkk numeric not null,
    primary key (plan_id, place)
);

create table fundings (
    id uuid primary key,
    plan_id uuid not null references action_plans (id),
    initiative_id uuid,
    year int not null,
    until_year int,
    source text not null,
    amount_mio_dkk numeric not null constraint fundings_are_money check (amount_mio_dkk > 0),
    title_da text not null,
    title_en text,
    source_url text,
    place bigint generated always as identity,
    constraint fundings_of_an_initiative foreign key (plan_id, initiative_id) references initiatives (plan_id, id)
);
create index fundings_by_plan on fundings (plan_id);

-- A hint is what another service's events say; only the answer to it is ours.
create table priorities (
    id uuid primary key,
    year int not null,
    title_da text not null,
    title_en text,
    topic text not null,
    area text,
    children_youth text not null,
    calls_for text[] not null,
    provenance text not null constraint priorities_provenance_known check (provenance in ('actual', 'synthetic')),
    set_at timestamptz not null,
    hint_id uuid constraint priorities_one_for_each_hint unique
);
