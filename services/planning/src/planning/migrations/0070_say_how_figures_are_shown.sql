-- A figure has a unit that no new definition changes, and a published plan knows from which events its figures were
-- counted. Older indicators state no unit, and of plans published before this it is not known.
alter table indicators add column unit_da text, add column unit_en text;
alter table edition_snapshots add column watermark jsonb, add column set_aside jsonb;
