-- Which entries of advisory's directory an edition quotes, and when somebody last looked whether they are still right.

alter table publication_editions
    add column contacts uuid[] not null default '{}',
    add column contacts_checked_at timestamptz;
alter table publication_editions alter column contacts drop default;
create index publication_editions_by_contact on publication_editions using gin (contacts);
