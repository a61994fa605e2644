-- Severe cases that organisations handle together: codes, days and organisations, and no text at all.
create table coordinations (
    id uuid primary key,
    provenance text not null constraint coordinations_provenance_known check (provenance in ('actual', 'synthetic')),
    police_district text not null,
    opened_month date not null,
    age_group text not null,
    topics text[] not null,
    acute bool not null,
    stay_phase text,
    state text not null,
    closed_reason text,
    revision int not null,
    constraint coordinations_closed_with_reason check ((state = 'closed') = (closed_reason is not null))
);
create index coordinations_by_month on coordinations (provenance, opened_month);

-- A receiving municipality takes part beside the others, so that inviting it again openly tells nobody of it.
create table coordination_participants (
    coordination_id uuid not null references coordinations (id),
    organisation text not null,
    receiving bool not null,
    joined bool not null,
    place int not null,
    primary key (coordination_id, organisation, receiving)
);
create index coordination_participants_by_organisation on coordination_participants (organisation);

create table coordination_steps (
    coordination_id uuid not null references coordinations (id),
    place int not null,
    step text not null,
    taken_on date not null,
    taken_by text not null,
    primary key (coordination_id, place)
);

create table coordination_risk_judgements (
    coordination_id uuid not null references coordinations (id),
    place int not null,
    level text not null,
    tool text not null,
    judged_on date not null,
    valid_until date not null,
    judged_by text not null,
    primary key (coordination_id, place)
);

create table coordination_disclosure_bases (
    coordination_id uuid not null references coordinations (id),
    place int not null,
    basis text not null,
    purpose text not null constraint coordination_disclosure_bases_never_investigation check (
        purpose in ('prevention', 'protection', 'care')
    ),
    from_organisation text not null,
    to_organisation text not null,
    decided_on date not null,
    primary key (coordination_id, place)
);
