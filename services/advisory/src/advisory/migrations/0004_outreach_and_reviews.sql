-- What others' events make advisory do: turn to municipalities that lack something, and look at templates again.

-- The newest that was heard of each gap, so that what comes late changes nothing.
create table gaps_heard (
    id uuid primary key,
    revision int not null
);

create table outreach_tasks (
    number bigint generated always as identity unique,
    id uuid primary key,
    municipality_code text not null,
    provenance text not null constraint outreach_tasks_provenance_known check (provenance in ('actual', 'synthetic')),
    reason text not null,
    lacking text[] not null,
    opened_at timestamptz not null,
    changed_at timestamptz not null,
    version int not null,
    revision int not null,
    outcome text
);
create unique index outreach_tasks_one_open on outreach_tasks (municipality_code, reason) where outcome is null;

create table advice_templates (
    number bigint generated always as identity unique,
    id uuid primary key,
    provenance text not null constraint advice_templates_provenance_known check (provenance in ('actual', 'synthetic')),
    title_da text not null,
    reference_ids uuid[] not null,
    publication_ids uuid[] not null,
    version int not null
);
create index advice_templates_by_reference on advice_templates using gin (reference_ids);
create index advice_templates_by_publication on advice_templates using gin (publication_ids);

create table reviews (
    number bigint generated always as identity unique,
    id uuid primary key,
    template_id uuid not null references advice_templates (id),
    provenance text not null constraint reviews_provenance_known check (provenance in ('actual', 'synthetic')),
    cause text not null,
    quoted_id uuid not null,
    due_on date not null,
    version int not null,
    completed_on date
);
