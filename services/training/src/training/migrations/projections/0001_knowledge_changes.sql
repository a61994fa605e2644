-- Each change to a legal reference or a publication, with the moment from which it matters to whoever quotes it.

create table knowledge_changes (
    event_id uuid primary key,
    kind text not null,
    changed_id uuid not null,
    change text not null,
    matters_from timestamptz not null,
    occurred_at timestamptz not null,
    provenance text not null
);
create index knowledge_changes_by_changed on knowledge_changes (changed_id);
