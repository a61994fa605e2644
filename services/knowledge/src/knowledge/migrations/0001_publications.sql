-- Publications with their editions, and the paragraphs of law that they quote. Nothing is deleted.

create table legal_references (
    id uuid primary key,
    law text not null,
    paragraph text not null,
    provenance text not null constraint legal_references_provenance_known check (provenance in ('actual', 'synthetic')),
    revision int not null constraint legal_references_revision_counts check (revision >= 1),
    constraint legal_references_one_per_paragraph unique (provenance, law, paragraph)
);

create table legal_reference_wordings (
    reference_id uuid not null references legal_references (id),
    place int not null,
    title_da text not null,
    title_en text,
    source_url text not null,
    valid_from date,
    valid_to date,
    read_on date,
    change text constraint legal_reference_wordings_change_known check (change in ('amended', 'repealed', 'moved')),
    primary key (reference_id, place),
    constraint legal_reference_wordings_in_order check (valid_from <= valid_to)
);

create table publications (
    id uuid primary key,
    provenance text not null constraint publications_provenance_known check (provenance in ('actual', 'synthetic')),
    state text not null constraint publications_state_known check (
        state in ('draft', 'published', 'review_due', 'withdrawn')
    ),
    number int not null,
    revision int not null constraint publications_revision_counts check (revision >= 1),
    withdrawn_because text,
    constraint publications_withdrawn_for_a_reason check ((state = 'withdrawn') = (withdrawn_because is not null))
);

create table publication_editions (
    publication_id uuid not null references publications (id),
    number int not null,
    kind text not null,
    title_da text not null,
    title_en text,
    abstract_da text,
    abstract_en text,
    topics text[] not null,
    professions text[] not null,
    children_youth text not null,
    year int,
    isbn text,
    publisher text,
    languages text[] not null,
    formats text[] not null,
    accessibility text constraint publication_editions_accessibility_known check (accessibility in ('ok', 'exception')),
    accessibility_exception text,
    download_url text,
    supersedes uuid references publications (id),
    published_at timestamptz,
    primary key (publication_id, number),
    constraint publication_editions_accessible_when_published check (published_at is null or accessibility is not null),
    constraint publication_editions_exception_stated check (
        (accessibility is not distinct from 'exception') = (accessibility_exception is not null)
    )
);

-- Each paragraph that an edition quotes, at the revision of the reference that somebody has looked at.
create table publication_quotes (
    publication_id uuid not null,
    number int not null,
    reference_id uuid not null references legal_references (id),
    place int not null,
    revision int not null,
    primary key (publication_id, number, reference_id),
    foreign key (publication_id, number) references publication_editions (publication_id, number)
);
create index publication_quotes_by_reference on publication_quotes (reference_id);
