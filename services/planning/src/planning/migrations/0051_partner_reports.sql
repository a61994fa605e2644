-- What authorities report. Nothing of it counts before MÆRK has approved it; what then counts says whose report it was.

create table partner_reports (
    number bigint generated always as identity unique,
    id uuid primary key,
    sender text not null references authorities (code),
    provenance text not null constraint partner_reports_provenance_known check (provenance in ('actual', 'synthetic')),
    said jsonb not null,
    definition_version int,
    state text not null constraint partner_reports_state_known check (
        state in ('submitted', 'returned', 'approved', 'withdrawn')
    ),
    sent_by text[] not null,  -- opaque ids, so that nobody approves their own; emptied when the report is settled
    revision int not null,
    constraint partner_reports_forget_who_sent_them check (state in ('submitted', 'returned') or sent_by = '{}'),
    constraint partner_reports_read_under_a_definition check (
        (said ->> 'kind' = 'reading') = (definition_version is not null)
    )
);
create unique index partner_reports_one_at_a_time
    on partner_reports (sender, (said ->> 'about'), coalesce(said ->> 'period', ''))
    where state in ('submitted', 'returned');
create index partner_reports_waiting on partner_reports (number) where state in ('submitted', 'returned');

create table partner_report_deeds (
    report_id uuid not null references partner_reports (id),
    place int not null,
    step text not null,
    at timestamptz not null,
    text_da text,
    said jsonb,
    primary key (report_id, place)
);

alter table readings
    add column partner_report_id uuid references partner_reports (id),
    add column reported_by text references authorities (code),
    add constraint readings_reported_by_somebody check ((partner_report_id is null) = (reported_by is null));
