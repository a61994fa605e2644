-- The directory of functions that can be called, and the security consultants' units. Functions, never names.

-- What holds from a day on. A row is added and none is changed, so that what was shown on a day can be told later.
create table directory_terms (
    valid_from date primary key,
    verified_for_days int not null constraint directory_terms_certain_for_a_while check (verified_for_days between 1 and 366),
    remind_before_days int not null
        constraint directory_terms_reminder_before_the_end check (remind_before_days between 0 and verified_for_days),
    network_meetings_a_year int not null,
    also_closed text[] not null,
    acute_order text[] not null,
    usual_order text[] not null,
    source text not null
);
insert into directory_terms values (
    '2024-01-01', 90, 14, 2, array['06-05', '12-24', '12-31'],
    array['municipality_intake', 'security_consultant', 'red_counselling', 'shelter_line', 'police_contact_point',
        'foreign_ministry', 'coordination_unit', 'immigration_service_hotline', 'viso', 'other'],
    array['security_consultant', 'municipality_intake', 'viso', 'police_contact_point', 'red_counselling',
        'police_114', 'coordination_unit', 'immigration_service_hotline', 'foreign_ministry', 'shelter_line', 'other'],
    'ours: to be confirmed by those who run it'
);

create table directory_entries (
    number bigint generated always as identity unique,
    id uuid primary key,
    provenance text not null constraint directory_entries_provenance_known check (provenance in ('actual', 'synthetic')),
    actor text not null,
    scope text not null,
    area text,
    audience text not null,
    title_da text not null,
    title_en text,
    purpose_da text not null,
    phone text,
    page_url text,
    hours jsonb,
    min_age int,
    max_age int,
    anonymous bool,
    languages text[] not null,
    source_url text,
    read_on date,
    valid_from date not null,
    valid_until date,
    changed_at timestamptz not null,
    version int not null,
    revision int not null,
    state text not null constraint directory_entries_state_known check (state in ('unverified', 'verified', 'due', 'lapsed')),
    verified_on date,
    verified_by text,
    certain_until date,
    remind_on date,
    replaced_by uuid,
    constraint directory_entries_nation_has_no_area check ((scope = 'nation') = (area is null)),
    constraint directory_entries_verified_by_somebody check (
        (state = 'unverified') = (verified_on is null) and (verified_on is null) = (verified_by is null)
        and (verified_on is null) = (certain_until is null) and (verified_on is null) = (remind_on is null)
    )
);
create index directory_entries_by_area on directory_entries (scope, area);

create table consultant_units (
    number bigint generated always as identity unique,
    id uuid primary key,
    provenance text not null constraint consultant_units_provenance_known check (provenance in ('actual', 'synthetic')),
    host_municipality_code text not null constraint consultant_units_one_per_host unique,
    title_da text not null,
    changed_at timestamptz not null,
    version int not null,
    coverages jsonb not null,
    stand_ins jsonb not null
);

create table unit_capacities (
    unit_id uuid not null references consultant_units (id),
    week text not null constraint unit_capacities_week_is_one check (week ~ '^[0-9]{4}-W[0-9]{2}$'),
    capacity_h int not null constraint unit_capacities_fit_a_week check (capacity_h between 0 and 1000),
    primary key (unit_id, week)
);
