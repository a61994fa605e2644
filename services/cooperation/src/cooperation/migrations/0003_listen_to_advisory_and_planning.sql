insert into consumer_position (topic, partition)
select 'maerk.internal.' || service, partition
from unnest(array['advisory', 'planning']) as service, generate_series(0, 5) as partition;
