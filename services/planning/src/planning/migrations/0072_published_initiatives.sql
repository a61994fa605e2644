-- Initiatives that an edition has named which everybody can read; partners are told of their states. A key to
-- initiatives would have to lock their rows while an edition is published, and whoever writes them waits for that.

create table published_initiatives (
    initiative_id uuid primary key
);
insert into published_initiatives (initiative_id)
select id from initiatives
where exists (
    select from edition_snapshots join editions on editions.id = edition_id
    where plan_id = initiatives.plan_id
        and jsonb_path_exists(
            convert_from(body, 'UTF8')::jsonb,
            '$.focus_areas[*].initiatives[*].number ? (@ == $number)',
            jsonb_build_object('number', number)
        )
);
