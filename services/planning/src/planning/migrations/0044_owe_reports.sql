-- Owners report on each quarter. Numbers that MÆRK has chosen and may choose anew, each valid from a day.

create table terms (
    name text not null,
    valid_from date not null,
    value int not null,
    constraint terms_one_value_a_day primary key (name, valid_from)
);
insert into terms (name, valid_from, value) values
    ('report_due_days', '2024-01-01', 20),
    ('report_escalation_days', '2024-01-01', 30),
    ('milestone_due_soon_days', '2024-01-01', 14),
    ('quiet_weeks', '2024-01-01', 8);

create table initiative_reports (
    initiative_id uuid not null references initiatives (id),
    revision int not null,
    quarter text not null,
    light text not null constraint initiative_reports_light_known check (light in ('on_track', 'at_risk', 'delayed')),
    reason text,
    at timestamptz not null,
    primary key (initiative_id, revision),
    constraint initiative_reports_say_why check (light = 'on_track' or reason is not null)
);

create table report_duties (
    id uuid primary key,
    initiative_id uuid not null references initiatives (id),
    quarter text not null,
    due_on date not null,
    escalates_on date not null,
    state text not null constraint report_duties_state_known check (
        state in ('open', 'overdue', 'escalated', 'reported', 'lapsed')
    ),
    constraint report_duties_once_a_quarter unique (initiative_id, quarter)
);
create index report_duties_owed on report_duties (due_on) where state in ('open', 'overdue', 'escalated');

-- Whatever is under way is reported on from the running quarter on.
insert into public.deadlines (kind, subject, due_at, provenance)
select 'quarter', initiatives.id,
    (date_trunc('quarter', now() at time zone 'Europe/Copenhagen') + interval '3 months') at time zone 'Europe/Copenhagen',
    provenance
from initiatives join action_plans on action_plans.id = plan_id
where state in ('launched', 'on_track', 'at_risk', 'delayed');
