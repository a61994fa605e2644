-- Events (arrangementer) and the registrations for them. Nobody's name, mail address or telephone number is here: a
-- registration is a random id with the organisation it came from.

create table events (
    id uuid primary key,
    provenance text not null constraint events_provenance_known check (provenance in ('actual', 'synthetic')),
    revision int not null constraint events_revision_counts check (revision >= 1),
    state text not null constraint events_state_known check (
        state in ('draft', 'published', 'open', 'closed', 'held', 'cancelled')
    ),
    changed_at timestamptz not null,
    announced bool not null,
    cancel_reason text,
    priority_id uuid constraint events_one_per_priority unique,
    last_position int not null,
    demand_told int not null,
    kind text not null,
    title_da text not null,
    summary_da text,
    topics text[] not null,
    profession_groups text[] not null,
    level text not null,
    children_youth text not null,
    setting text,
    area text,
    safety_profile text not null constraint events_safety_profile_known check (
        safety_profile in ('open', 'verified_only', 'sensitive')
    ),
    capacity int constraint events_capacity_positive check (capacity >= 1),
    max_per_organisation int constraint events_max_per_organisation_positive check (max_per_organisation >= 1),
    registration_opens_at timestamptz,
    registration_closes_at timestamptz,
    starts_at timestamptz,
    ends_at timestamptz,
    venue text,
    constraint events_complete_when_announced check (
        not announced
        or (capacity is not null and registration_opens_at is not null and registration_closes_at is not null
            and starts_at is not null and ends_at is not null)
    )
);
create index events_by_beginning on events (provenance, (coalesce(starts_at, 'infinity')), id);

-- What an event quotes, and when somebody looked at it last.
create table event_quotes (
    event_id uuid not null references events (id),
    kind text not null constraint event_quotes_kind_known check (kind in ('reference', 'publication')),
    quoted_id uuid not null,
    quoted_at timestamptz not null,
    reviewed_at timestamptz,
    primary key (event_id, kind, quoted_id)
);
create index event_quotes_by_quoted on event_quotes (quoted_id);

create table registrations (
    id uuid primary key,
    event_id uuid not null references events (id),
    revision int not null,
    state text not null constraint registrations_state_known check (
        state in ('confirmed', 'waitlisted', 'offered', 'expired', 'cancelled', 'attended', 'missed')
    ),
    reason text not null,
    position int not null,
    registered_at timestamptz not null,
    changed_at timestamptz not null,
    organisation text not null,
    organisation_type text not null,
    municipality_code text,
    profession text not null,
    is_leader bool not null,
    offer_expires_at timestamptz,
    constraint registrations_in_order unique (event_id, position),
    constraint registrations_offer_has_an_end check ((state = 'offered') = (offer_expires_at is not null))
);
create index registrations_by_municipality on registrations (municipality_code) where state = 'attended';
