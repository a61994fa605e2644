insert into consumer_position (topic, partition) select 'maerk.internal.advisory', generate_series(0, 5);
