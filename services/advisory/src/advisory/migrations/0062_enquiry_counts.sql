-- How many enquiries were received: kept as they come, since none of this changes afterwards. Shown with no small number.

create table enquiry_counts (
    provenance text not null,
    month date not null,
    property text not null constraint enquiry_counts_property_known check (
        property in ('municipality', 'topic', 'matter')
    ),
    code text not null,
    count bigint not null,
    primary key (provenance, month, property, code)
);
insert into enquiry_counts
select provenance, date_trunc('month', received_on)::date, property, code, count(*)
from enquiries,
    lateral (
        select 'municipality' as property, municipality_code as code
        union all select 'topic', unnest(topics)
        union all select 'matter', case when is_repeat then 'repeat' else 'matter' end
    ) as counted
group by 1, 2, 3, 4;
