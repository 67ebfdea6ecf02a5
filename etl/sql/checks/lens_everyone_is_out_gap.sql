-- The default lens is the published index, figure for figure and class for class.
select g.district_id, g.gap_score, e.gap_score as through_lens
from out_gap as g
full join (
    select d.* from out_lens_district as d
    inner join out_lens as l on l.lens = d.lens and l.is_default
) as e on e.district_id = g.district_id
left join (
    pivot (
        select l.layer, d.district_id,
            case l.default_method when 'quantile' then d.class_quantile when 'jenks' then d.class_jenks
                else d.class_equal end as class_index
        from out_layer_district as d
        inner join out_layer as l on l.layer = d.layer and l.family = 'score'
    ) on layer in ('gap', 'need', 'access') using any_value(class_index) group by district_id
) as c on c.district_id = g.district_id
where g.district_id is null or e.district_id is null
    or (g.need_score, g.need_rank, g.access_score, g.access_rank, g.gap_score, g.gap_rank, g.gap_class,
        g.is_underserved, g.is_underserved_rural, c.gap, c.need, c.access)
    is distinct from
    (e.need_score, e.need_rank, e.access_score, e.access_rank, e.gap_score, e.gap_rank, e.gap_class,
        e.is_underserved, e.is_underserved_rural, e.class_gap, e.class_need, e.class_access)
