-- What a unit said before of what it can take on in a week is kept; the newest counts.

alter table unit_capacities add column revision int not null default 0, add column said_at timestamptz;
update unit_capacities set said_at = changed_at from consultant_units where id = unit_id;
alter table unit_capacities
    alter column revision drop default,
    alter column said_at set not null,
    drop constraint unit_capacities_pkey,
    add primary key (unit_id, week, revision);
