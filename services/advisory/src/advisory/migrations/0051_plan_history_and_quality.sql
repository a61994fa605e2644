-- Plans: since when they can be read, what was known of them when, what they hold, and whom one has reminded.

alter table preparedness_plans add column none_reported_on date;

alter table preparedness_plan_versions
    add column published_on text,
    add column registered_on date,
    add column reminded_on date,
    drop constraint preparedness_plan_versions_state_known,
    add constraint preparedness_plan_versions_state_known check (
        state in ('recorded', 'adopted', 'published', 'revision_due', 'overdue', 'superseded', 'withdrawn')
    ),
    drop constraint preparedness_plan_versions_published_when_adopted,
    add constraint preparedness_plan_versions_published_when_adopted check (
        state in ('recorded', 'adopted', 'withdrawn') or (adopted_on is not null and published_url is not null)
    );
-- When the register was told of the publications there are is known to be no later than the entry's last change.
update preparedness_plan_versions set registered_on = (changed_at at time zone 'Europe/Copenhagen')::date
from preparedness_plans where id = plan_id and published_url is not null;

-- What the register knew of each version, and since when. Rows are added and never changed.
create table preparedness_plan_history (
    plan_id uuid not null references preparedness_plans (id),
    version int not null,
    revision int not null,
    known_at timestamptz not null,
    state text not null,
    adopted_on text,
    published_on text,
    registered_on date,
    primary key (plan_id, version, revision)
);
insert into preparedness_plan_history
select plan_id, version, revision, changed_at, state, adopted_on, published_on, registered_on
from preparedness_plan_versions join preparedness_plans on id = plan_id;

-- The quality checklist. Points are MÆRK's choice, made from what the law and the guides ask for; each holds from a day.
create table quality_criteria (
    code text not null,
    valid_from date not null,
    valid_to date,
    title_da text not null,
    title_en text not null,
    basis text,
    constraint quality_criteria_one_a_day primary key (code, valid_from),
    constraint quality_criteria_end_after_beginning check (valid_to >= valid_from)
);
insert into quality_criteria (code, valid_from, title_da, title_en, basis) values
    ('prevention', '2024-01-01', 'Forebyggelse er beskrevet.', 'Prevention is described.', 'barnets lov § 15(3)'),
    ('detection', '2024-01-01', 'Opsporing er beskrevet.', 'Detection is described.', 'barnets lov § 15(3)'),
    ('handling', '2024-01-01', 'Håndtering er beskrevet.', 'Handling is described.', 'barnets lov § 15(3)'),
    ('extremism', '2024-01-01', 'Ekstremisme er med.', 'Extremism is covered.', 'barnets lov § 15(3)'),
    ('duty_to_notify', '2024-01-01', 'Underretningspligten er beskrevet.', 'The duty to notify is described.',
        'barnets lov §§ 133 og 135'),
    ('risk_assessment_first', '2024-01-01', 'Risikovurdering kommer før forældre og netværk.',
        'Risk assessment comes before parents and network.', 'barnets lov § 18(3)'),
    ('hear_child_alone', '2024-01-01', 'Samtalen med barnet alene er beskrevet.',
        'The talk with the child alone is described.', 'barnets lov § 137(2)'),
    ('siblings', '2024-01-01', 'Søskende er med.', 'Siblings are thought of.', 'VEJ 9471/2024'),
    ('contacts_at_all_hours', '2024-01-01', 'Der står, hvem man kontakter på alle tider af døgnet.',
        'It says whom to contact at all hours.', null),
    ('stays_abroad', '2024-01-01', 'Genopdragelsesrejser er med.', 'Re-education trips are covered.', null),
    ('police_cooperation', '2024-01-01', 'Samarbejdet med politiet er beskrevet.',
        'Cooperation with the police is described.', 'retsplejeloven § 115'),
    ('schools', '2024-01-01', 'Skoler og ungdomsuddannelser er med.', 'Schools and youth educations are covered.', null),
    ('roles', '2024-01-01', 'Roller og ansvar er fordelt.', 'Roles and responsibilities are assigned.', null),
    ('upkeep', '2024-01-01', 'Det er aftalt, hvem der holder planen ved lige.', 'It is agreed who keeps the plan up.',
        'barnets lov § 15(3)');

create table plan_assessments (
    number bigint generated always as identity unique,
    plan_id uuid not null references preparedness_plans (id),
    version int not null,
    source text not null constraint plan_assessments_source_known check (source in ('self_reported', 'maerk_verified')),
    assessed_on date not null,
    findings jsonb not null
);
create index plan_assessments_of_version on plan_assessments (plan_id, version, number);
