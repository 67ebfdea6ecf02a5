-- Every district has an outline with a label point inside its box.
select district_id from out_district
where geometry is null or not (lon between min_lon and max_lon and lat between min_lat and max_lat)
