-- The yearly action plan: focus areas, initiatives, and indicators with versioned definitions and dated readings.

create table action_plans (
    id uuid primary key,
    year int not null,
    title_da text not null,
    title_en text,
    source_url text,
    provenance text not null constraint action_plans_provenance_known check (provenance in ('actual', 'synthetic')),
    revision int not null,
    constraint action_plans_one_title_per_year unique (year, title_da)
);

create table focus_areas (
    id uuid primary key,
    plan_id uuid not null references action_plans (id),
    number int not null,
    title_da text not null,
    title_en text,
    constraint focus_areas_numbered_once unique (plan_id, number)
);

create table initiatives (
    id uuid primary key,
    plan_id uuid not null references action_plans (id),
    focus_area_id uuid not null references focus_areas (id),
    number int not null,
    title_da text not null,
    title_en text,
    responsible_ministry text,
    children_youth text not null
        constraint initiatives_children_youth_known check (children_youth in ('primary', 'partly', 'no')),
    constraint initiatives_numbered_once unique (plan_id, number)
);

create table closed_periods (
    plan_id uuid not null references action_plans (id),
    period text not null,
    closed_at timestamptz not null,
    primary key (plan_id, period)
);

create table indicators (
    id uuid primary key,
    plan_id uuid not null references action_plans (id),
    initiative_id uuid references initiatives (id),
    code text not null,
    name_da text not null,
    name_en text,
    kind text not null constraint indicators_kind_known check (kind in ('output', 'outcome', 'process')),
    frequency text not null constraint indicators_frequency_known check (frequency in ('year', 'quarter', 'month')),
    revision int not null,
    constraint indicators_one_code_per_plan unique (plan_id, code)
);

create table indicator_definitions (
    indicator_id uuid not null references indicators (id),
    version int not null,
    text_da text not null,
    text_en text,
    method text not null constraint indicator_definitions_method_known check (
        method in ('event_count', 'distinct_count', 'sum', 'latest', 'manual')
    ),
    event_types text[] not null,
    counting_types text[] not null,
    match jsonb not null,
    by_field text,
    sum_field text,
    out_of int,
    defined_at timestamptz not null,
    primary key (indicator_id, version)
);

-- A reading is never changed once its period is closed: a correction stands beside it. The preliminary reading of an
-- open period is one row that follows the events.
create table readings (
    id uuid primary key,
    indicator_id uuid not null,
    definition_version int not null,
    provenance text not null constraint readings_provenance_known check (provenance in ('actual', 'synthetic')),
    period text not null,
    status text not null constraint readings_status_known check (status in ('preliminary', 'final', 'corrected')),
    value numeric not null,
    as_of timestamptz not null,
    watermark jsonb not null,
    corrects uuid references readings (id),
    source_url text,
    place bigint generated always as identity,
    foreign key (indicator_id, definition_version) references indicator_definitions (indicator_id, version)
);
create unique index readings_one_preliminary on readings (indicator_id, definition_version, provenance, period)
    where status = 'preliminary';
create unique index readings_one_final on readings (indicator_id, definition_version, provenance, period)
    where status = 'final';
create index readings_by_indicator on readings (indicator_id, period);
