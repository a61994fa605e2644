-- What advice showed to be missing in materials: the backlog of the editors.

create table advisory_needs (
    event_id uuid primary key,
    topic text not null,
    municipality_code text,
    provenance text not null,
    identified_at timestamptz not null
);
create index advisory_needs_newest_first on advisory_needs (provenance, identified_at desc, event_id);
