-- Authorities that answer for initiatives or take part in them, under the names that they have had.

create table authorities (
    id uuid primary key,
    code text not null
        constraint authorities_named_once unique
        constraint authorities_code_as_in_tokens check (code ~ '^(ministry|agency|police|municipality_association|other):[a-z][a-z-]{0,59}$'),
    valid_to text,
    ended_source_url text,
    ended_read_on date,
    revision int not null,
    constraint authorities_end_by_a_source check (
        (valid_to is null) = (ended_source_url is null) and (valid_to is null) = (ended_read_on is null)
    )
);

create table authority_names (
    authority_id uuid not null references authorities (id),
    place int not null,
    name_da text not null,
    name_en text,
    valid_from text,  -- null where no source states it
    source_url text not null,
    read_on date not null,
    primary key (authority_id, place)
);
