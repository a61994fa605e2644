-- What advisory heard of a municipality that may want to agree with the police: that it asked, or what was completed there.

create table advisory_wishes (
    event_id uuid primary key,
    sign text not null,
    municipality_code text not null,
    told_at timestamptz not null
);
create index advisory_wishes_by_municipality on advisory_wishes (municipality_code);
