-- The register of the municipalities' preparedness plans, barnets lov § 15(3).

create table preparedness_plans (
    id uuid primary key,
    municipality_code text not null
        constraint preparedness_plans_one_entry_per_municipality unique,
    provenance text not null constraint preparedness_plans_provenance_known check (provenance in ('actual', 'synthetic')),
    revision int not null constraint preparedness_plans_revision_counts check (revision >= 1),
    changed_at timestamptz not null
);

create table preparedness_plan_versions (
    plan_id uuid not null references preparedness_plans (id),
    version int not null,
    state text not null constraint preparedness_plan_versions_state_known check (
        state in ('recorded', 'adopted', 'published', 'revision_due', 'overdue', 'superseded')
    ),
    covers text[] not null,
    source_url text,
    adopted_on text,
    published_url text,
    verified_on date,
    primary key (plan_id, version),
    constraint preparedness_plan_versions_published_when_adopted check (
        state in ('recorded', 'adopted') or (adopted_on is not null and published_url is not null)
    )
);
create unique index preparedness_plan_versions_one_in_force on preparedness_plan_versions (plan_id)
    where state in ('published', 'revision_due', 'overdue');
create unique index preparedness_plan_versions_one_upcoming on preparedness_plan_versions (plan_id)
    where state in ('recorded', 'adopted');
