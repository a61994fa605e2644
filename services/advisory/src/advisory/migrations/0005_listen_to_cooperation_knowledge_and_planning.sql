insert into consumer_position (topic, partition)
select 'maerk.internal.' || service, generate_series(0, 5) from unnest(array['cooperation', 'knowledge', 'planning']) as service;
