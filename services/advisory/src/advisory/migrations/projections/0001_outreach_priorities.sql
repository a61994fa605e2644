-- Planning's priorities that call for outreach, as the newest event of each says.

create table outreach_priorities (
    id uuid primary key,
    revision int not null,
    provenance text not null,
    year int not null,
    topic text not null,
    area text,
    children_youth text not null,
    calls_for_outreach bool not null
);
