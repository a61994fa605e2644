-- Changes of the directory after which a publication may quote an old number.

create table advisory_contact_changes (
    event_id uuid primary key,
    entry_id uuid not null,
    change text not null,
    valid_from date not null,
    told_at timestamptz not null,
    provenance text not null
);
create index advisory_contact_changes_by_entry on advisory_contact_changes (entry_id);
