-- Every figure's source is among the sources, with publisher, licence and vintage.
select distinct i.source_id from out_indicator as i
left join out_source as s on s.source_id = i.source_id
where s.source_id is null or s.publisher is null or s.licence is null or s.vintage is null
