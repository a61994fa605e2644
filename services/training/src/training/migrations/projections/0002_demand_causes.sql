-- Why a municipality may want training on a topic: the newest word of whatever told it, and whether it still holds.

create table demand_causes (
    source text not null,
    cause_id uuid not null,
    revision int not null,
    topics text[] not null,
    municipality_code text,
    provenance text not null,
    told_at timestamptz not null,
    stands bool not null,
    primary key (source, cause_id)
);
create index demand_causes_by_municipality on demand_causes (municipality_code) where stands;
