-- Statistics, each of one table and period, and the sets of numbers that went out, of which nothing changes any more.

-- A table has periods of one length. Whoever begins or releases a statistic of it holds its row.
create table statistic_series (
    provenance text not null constraint statistic_series_provenance_known check (provenance in ('actual', 'synthetic')),
    table_code text not null,
    frequency text not null constraint statistic_series_frequency_known check (
        frequency in ('year', 'quarter', 'month')
    ),
    primary key (provenance, table_code)
);

create table statistics (
    id uuid primary key,
    provenance text not null,
    table_code text not null,
    period text not null,
    state text not null constraint statistics_state_known check (
        state in ('draft', 'disclosure_checked', 'approved', 'released', 'corrected', 'retracted')
    ),
    revision int not null constraint statistics_revision_counts check (revision >= 1),
    content jsonb not null,  -- as it was written, small numbers too
    retracted_because text,
    retracted_at timestamptz,
    foreign key (provenance, table_code) references statistic_series (provenance, table_code),
    constraint statistics_one_per_table_and_period unique (provenance, table_code, period),
    constraint statistics_complete_when_checked check (
        state = 'draft' or content ?& array[
            'definition_version', 'definition_da', 'as_of', 'method_da', 'units_reporting', 'units_asked', 'dark_figure_da'
        ]
    ),
    constraint statistics_retracted_for_a_reason check (
        (state = 'retracted') = (retracted_because is not null) and (state = 'retracted') = (retracted_at is not null)
    )
);

create table statistic_tables (
    statistic_id uuid not null references statistics (id),
    edition int not null,
    document bytea not null,  -- what everybody may read, in the bytes whose digest was told
    digest text not null,
    primary key (statistic_id, edition),
    constraint statistic_tables_digest_is_theirs check (digest = encode(sha256(document), 'hex'))
);
