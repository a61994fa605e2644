-- What an initiative is about. Each description stays; the newest holds.

create table initiative_descriptions (
    initiative_id uuid not null references initiatives (id),
    revision int not null,
    said_at timestamptz not null,
    responsible_office text,
    partners text[] not null,
    problem_da text,
    description_da text,
    expected_change_da text,
    target_groups text[] not null,
    origin text,
    starts text,
    ends text,
    risks_da text,
    external_evaluator text,
    depends_on uuid[] not null,
    carried_on_from uuid references initiatives (id),
    primary key (initiative_id, revision)
);

create view initiative_descriptions_now as
select distinct on (initiative_id) * from initiative_descriptions order by initiative_id, revision desc;

create view initiative_dependencies as
select initiative_id, unnest(depends_on) as needs_id from initiative_descriptions_now;
