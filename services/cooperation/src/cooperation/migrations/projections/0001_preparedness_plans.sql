-- Whether a municipality's preparedness plan meets the law, as advisory last told.

create table advisory_preparedness_plans (
    plan_id uuid primary key,
    municipality_code text not null,
    valid bool not null,
    next_revision_due date not null,
    revision int not null
);
create index advisory_preparedness_plans_by_municipality on advisory_preparedness_plans (municipality_code);
