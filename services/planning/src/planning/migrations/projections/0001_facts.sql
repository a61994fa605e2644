-- Every event of the other services, with where it lies in the log: what each figure opens to.

create table facts (
    event_id uuid primary key,
    type text not null,
    topic text not null,
    partition int not null,
    "offset" bigint not null,
    subject uuid not null,
    revision int not null,
    occurred_at timestamptz not null,
    provenance text not null,
    case_derived bool not null,
    trace_id text,
    data jsonb not null
);
create index facts_by_type on facts (type, provenance, occurred_at);
