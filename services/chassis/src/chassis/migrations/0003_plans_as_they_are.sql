-- A plan lives for a few milliseconds: compressing its ids costs more than it saves.
alter table relay_plan alter column ids set storage external;
