-- Where the functions of an organisation can be reached: functions, never persons.
create table contact_points (
    id uuid primary key,
    organisation text not null,
    function text not null,
    provenance text not null constraint contact_points_provenance_known check (provenance in ('actual', 'synthetic')),
    hours text not null,
    phone text,
    mailbox text,
    state text not null constraint contact_points_state_known check (
        state in ('unverified', 'verified', 'lapsed', 'replaced')
    ),
    verified_on date,
    revision int not null,
    changed_at timestamptz not null,
    constraint contact_points_verified_when_said check (state <> 'verified' or verified_on is not null)
);
create unique index contact_points_one_for_each_function on contact_points (organisation, function)
    where state <> 'replaced';

-- How a police district and municipalities work together.
create table agreements (
    id uuid primary key,
    police_district text not null,
    municipality_codes text[] not null,
    provenance text not null constraint agreements_provenance_known check (provenance in ('actual', 'synthetic')),
    title_da text not null,
    sections text[] not null,
    state text not null constraint agreements_state_known check (
        state in ('draft', 'active', 'review_due', 'expired', 'terminated')
    ),
    signed_on date,
    review_due date,
    published_url text,
    revision int not null,
    changed_at timestamptz not null,
    constraint agreements_dated_when_signed check (state = 'draft' or (signed_on is not null and review_due is not null))
);
create index agreements_by_municipality on agreements using gin (municipality_codes);

-- What a municipality lacks; no row means that nothing is known of it yet.
create table gaps (
    id uuid primary key,
    municipality_code text not null constraint gaps_one_for_each_municipality unique,
    provenance text not null constraint gaps_provenance_known check (provenance in ('actual', 'synthetic')),
    police_district text not null,
    lacking text[] not null,
    revision int not null,
    changed_at timestamptz not null
);

-- How many municipalities of a district lack what, as it was last told.
create table district_gaps (
    id uuid primary key,
    police_district text not null constraint district_gaps_one_for_each_district unique,
    provenance text not null,
    municipality_count int not null,
    without_preparedness_plan_count int not null,
    without_agreement_count int not null,
    without_contact_point_count int not null,
    revision int not null,
    changed_at timestamptz not null
);

-- Priorities of the action plan that ask for cooperation.
create table targets (
    priority_id uuid primary key,
    year int not null,
    topic text not null,
    area text,
    children_youth text not null,
    provenance text not null,
    asked_for bool not null,
    revision int not null
);
