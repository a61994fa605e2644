-- Rejseholdet's processes with their visits, and which municipality was contacted in which quarter.

create table processes (
    number bigint generated always as identity unique,
    id uuid primary key,
    municipality_code text not null,
    provenance text not null constraint processes_provenance_known check (provenance in ('actual', 'synthetic')),
    kind text not null,
    enquiry_id uuid,
    children_youth text not null,
    setting text,
    goal text,
    changed_at timestamptz not null,
    version int not null,
    revision int not null,
    state text not null,
    deliverable text,
    reason text,
    constraint processes_completed_with_result check (
        state not in ('completed', 'followed_up') or deliverable is not null or reason is not null
    ),
    constraint processes_cancelled_with_reason check (state <> 'cancelled' or reason is not null)
);

create table visits (
    process_id uuid not null references processes (id),
    place int not null,
    held_on date not null,
    form text not null,
    participant_count int not null,
    profession_groups text[] not null,
    primary key (process_id, place)
);

create table municipality_contacts (
    id uuid primary key,
    municipality_code text not null,
    provenance text not null constraint municipality_contacts_provenance_known check (
        provenance in ('actual', 'synthetic')
    ),
    quarter text not null,
    due_at timestamptz not null,
    told bool not null,
    constraint municipality_contacts_once_a_quarter unique (municipality_code, quarter)
);
