-- A plan lives for a few milliseconds: compressing its ids costs more than it saves.
alter table relay_plan alter column ids set storage external;

-- A transaction has its number before it draws an id, even where the outbox is the first that it writes to: the relay
-- tells by the number when nobody is left who may yet commit a row under an id that it has passed.
create function number_before_ids() returns trigger language plpgsql as $$
begin
    perform pg_current_xact_id();
    return null;
end
$$;
create trigger number_before_ids before insert on outbox for each statement execute function number_before_ids();
alter table outbox enable always trigger number_before_ids;  -- also where a replica applies what it is sent
