-- title: What became of care
-- unit: customers
-- grain: one row a care list and outcome
-- definition: How often somebody of a care list was attended to, with which outcome, and how many of those for whom 30
--   days have passed since bought within them.
-- formula: bought / over 30 days ago, with Wilson's interval
-- source: what people marked as done in this workspace
-- caveats: It does not say that they bought because of it: who is called is not who is not. Take a decision with some left
--   alone by lot to know that. Of several times a customer was attended to, each counts.
-- column kind (code): The care list
-- column outcome (code): What came of it
-- column done (count): Times that somebody was attended to
-- column over (count): Of these, 30 days or more ago
-- column bought (count): Of these, who bought within 30 days
-- column share (share): Share who bought
-- column low (share): Low end of its 95 % interval
-- column high (share): High end
with attended as (
    select
        d.care_id,
        d.kind,
        d.outcome,
        cast(d.done_at as date) as done_on,
        coalesce(p.person_id, d.customer_id) as customer_id
    from care_done as d
    left join persons as p on d.customer_id = p.customer_id
    where d.struck_at is null and cast(d.done_at as date) <= $as_of
),

came as (
    select distinct a.care_id
    from attended as a
    inner join customer_keys as k on a.customer_id = k.customer_id
    inner join counted_days as c on k.customer_key = c.customer_key
    where c.is_occasion and c.on_day > a.done_on and c.on_day <= a.done_on + 30
),

counted as (
    select
        a.kind,
        a.outcome,
        count(*) as done,
        count(case when a.done_on + 30 <= $as_of then 1 end) as over,
        count(case when a.done_on + 30 <= $as_of then c.care_id end) as bought
    from attended as a
    left join came as c on a.care_id = c.care_id
    group by a.kind, a.outcome
)

select * from counted
order by kind, outcome
