-- A number that was told may be taken back: then the reading says none, and the one before is not the figure any more.
alter table readings alter column value drop not null;
