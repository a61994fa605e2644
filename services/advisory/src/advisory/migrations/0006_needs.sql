-- Which needs an enquiry or a process has shown, so that none is told twice.

create table needs (
    number bigint generated always as identity unique,
    id uuid primary key,
    shown_by uuid not null,
    need text not null,
    topic text not null,
    constraint needs_once_per_topic unique (shown_by, need, topic)
);
