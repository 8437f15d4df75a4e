-- kind: model
-- stored: by customer
-- title: Customers as they are looked for
-- grain: one row an id of a customer and entry in the customers table
-- definition: Id, name and e-mail, one a line between line breaks, in small letters without accents or the strokes through Đ, Ł and Ø; telephone
--   numbers as digits alone. Any id of a person, and all that was ever entered under it, leads to the person.
with entries_of as (
    select
        coalesce(k.customer_id, c.customer_id) as known_id,
        k.customer_key,
        c.name,
        c.email,
        c.phone
    from customer_keys as k
    full join customers as c on k.customer_id = c.customer_id
    union all
    select customer_id as known_id, customer_key, null as name, null as email, null as phone
    from persons
    where customer_key is null
),

led as (
    select
        coalesce(p.person_id, e.known_id) as customer_id,
        coalesce(p.person_key, e.customer_key) as customer_key,
        chr(10) || e.known_id || chr(10) || replace(coalesce(e.name, ''), chr(10), ' ') || chr(10) || coalesce(e.email, '') || chr(10) as texts,
        -- Many replacements of one sign each take a tenth of the time of one pattern.
        replace(replace(replace(replace(replace(replace(replace(coalesce(e.phone, ''),
            ' ', ''), '+', ''), '-', ''), '(', ''), ')', ''), '.', ''), '/', '') as phone_text
    from entries_of as e
    left join persons as p on e.known_id = p.customer_id
),

plain as (
    select
        customer_id,
        customer_key,
        lower(strip_accents(texts)) as texts,
        case
            when phone_text = '' or try_cast(phone_text as ubigint) is not null then phone_text
            else regexp_replace(phone_text, '[^0-9]', '', 'g')
        end as phone_digits
    from led
),

customer_index as (
    select
        customer_id,
        customer_key,
        replace(replace(replace(replace(replace(replace(texts,
            'đ', 'd'), 'ł', 'l'), 'ø', 'o'), 'ħ', 'h'), 'ŧ', 't'), 'ı', 'i') as texts,
        phone_digits
    from plain
)

select * from customer_index
