-- What a meeting of a network is to talk about, in its order.

alter table network_meetings add column agenda text[] not null default '{}';
alter table network_meetings alter column agenda drop default;
