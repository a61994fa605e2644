-- What advice templates say, each edition of it.

alter table advice_templates
    add column text_da text not null default '',
    add column version int not null default 1;
alter table advice_templates alter column text_da drop default, alter column version drop default;
create table advice_template_editions (
    template_id uuid not null references advice_templates (id),
    version int not null,
    title_da text not null,
    text_da text not null,
    reference_ids uuid[] not null,
    publication_ids uuid[] not null,
    primary key (template_id, version)
);
insert into advice_template_editions
select id, version, title_da, text_da, reference_ids, publication_ids from advice_templates;
create index reviews_open on reviews (template_id) where completed_on is null;
