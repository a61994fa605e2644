insert into consumer_position (topic, partition)
select 'maerk.internal.training', generate_series(0, 5)
on conflict do nothing;
