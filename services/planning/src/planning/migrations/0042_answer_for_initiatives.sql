-- Who answers for each initiative from which day on. What a source writes of an old plan stays as it was.

create table initiative_responsibilities (
    initiative_id uuid not null references initiatives (id),
    place int not null,
    authority text not null references authorities (code),
    from_day date,  -- null: from the beginning
    reason text,
    source_url text,
    primary key (initiative_id, place),
    constraint initiative_responsibilities_one_a_day unique nulls not distinct (initiative_id, from_day),
    constraint initiative_responsibilities_are_taken_over_from_a_day check (place = 0 or from_day is not null)
);
create index initiative_responsibilities_by_authority on initiative_responsibilities (authority);

alter table initiative_states
    add column approved_by text constraint initiative_states_approver_known check (
        approved_by in ('management', 'minister')
    ),
    add column approved_on date,
    add constraint initiative_states_approved_on_a_day check ((approved_by is null) = (approved_on is null));
