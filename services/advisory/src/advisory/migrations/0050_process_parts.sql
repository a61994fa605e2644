-- What a process is made of, the terms that it is agreed on, and the effect that is looked for after it.

alter table processes
    add column institution_type text constraint processes_institution_type_known check (
        institution_type in ('day_care', 'school', 'youth_education', 'upper_education')
    ),
    add column lead text,
    add column agreed_on date,
    add column ends_on date,
    add column paused_until date,
    add column completed_on date,
    add column follow_up_months int constraint processes_follow_up_after_months check (follow_up_months between 1 and 36),
    add column follow_up_due_on date,
    add column followed_up_on date,
    add column effect text constraint processes_effect_known check (
        effect in ('achieved', 'partly', 'not_achieved', 'unknown')
    ),
    add column effect_note text,
    add constraint processes_followed_up_with_effect check (
        (state = 'followed_up') = (followed_up_on is not null and effect is not null)
    ) not valid,
    add constraint processes_completed_with_follow_up check (
        state not in ('completed', 'followed_up') or (completed_on is not null and follow_up_due_on is not null)
    ) not valid;
create index processes_by_state on processes (provenance, state, number);
create index processes_by_municipality on processes (municipality_code, number);

alter table visits
    add column topics text[] not null default '{}',
    add column duration_min int,
    add column travel_min int,
    add column minutes text;

-- Places of parts begin at 1.
update visits set place = place + 1000000;
update visits set place = place - 999999;

create table process_scopes (
    process_id uuid not null references processes (id),
    place int not null,
    goals text[] not null constraint process_scopes_with_goals check (cardinality(goals) >= 1),
    set_on date not null,
    reason text,
    primary key (process_id, place)
);

create table planned_visits (
    process_id uuid not null references processes (id),
    place int not null,
    planned_on date not null,
    form text not null,
    state text not null constraint planned_visits_state_known check (state in ('planned', 'held', 'called_off')),
    reason text,
    primary key (process_id, place)
);
create index planned_visits_ahead on planned_visits (planned_on) where state = 'planned';

create table milestones (
    process_id uuid not null references processes (id),
    place int not null,
    goal text not null,
    due_on date not null,
    met_on date,
    dropped text,
    primary key (process_id, place),
    constraint milestones_end_one_way check (met_on is null or dropped is null)
);

-- The register of what was handed over; `number` is the order in which it came, and so the version.
create table deliverables (
    number bigint generated always as identity unique,
    process_id uuid not null references processes (id),
    place int not null,
    kind text not null,
    delivered_on date not null,
    review_on date not null,
    what text,
    primary key (process_id, place),
    constraint deliverables_reviewed_after_delivery check (review_on > delivered_on)
);
create index deliverables_to_review on deliverables (review_on);

-- What earlier completed processes led to was one sentence; it is a deliverable like any other.
insert into deliverables (process_id, place, kind, delivered_on, review_on, what)
select id, 1, 'other', (changed_at at time zone 'Europe/Copenhagen')::date,
    ((changed_at at time zone 'Europe/Copenhagen')::date + interval '24 months')::date, deliverable
from processes where deliverable is not null;
alter table processes
    drop constraint processes_completed_with_result,
    drop column deliverable;

-- Numbers that MÆRK has chosen and may choose anew, each valid from a day; none of them is stated by any law.
create table terms (
    name text not null,
    valid_from date not null,
    value int not null,
    constraint terms_one_value_a_day primary key (name, valid_from)
);
insert into terms (name, valid_from, value) values
    ('process_follow_up_months', '2017-08-01', 6),
    ('deliverable_review_months', '2017-08-01', 24);
