-- title: Who buys again
-- unit: share
-- grain: one row a customer in scope with a purchase occasion
-- definition: The probability that a customer buys again in the days ahead, as many as nine in ten gaps seen do not exceed
--   or as the lapse window that was chosen; churn is that no purchase follows within them.
-- formula: the forecast that did best on the last period: the share of customers as long away (recency rule), BG/NBD or
--   MBG/NBD, or calibrated boosted trees over all that is known; the simplest that is not clearly worse than the best
-- source: Fader, Hardie & Lee 2005, Marketing Science 24 (BG/NBD); Friedman 2001, Annals of Statistics 29 (boosting); Platt
--   1999 (calibration)
-- caveats: The forecast takes it that customers go on as in the past: a season or campaign to come is not known to it. The
--   range is the 95 % interval of the share who bought, in the last test, of customers told about the same probability.
--   With fewer than 200 customers at a cut, or history shorter than three times the days ahead, the share of customers
--   as long away, or of all, who bought in the last period stands in untested.
-- who: repurchase_customers(chance_band)
-- column customer_id (text): The shop's own key of the customer
-- column days_ahead (days): Days that the forecast looks ahead
-- column chance_to_buy (share): Probability of at least one purchase in these days
-- column low (share): Low end of the share who bought of those told alike in the last test
-- column high (share): High end
-- column chance_lost (share): Probability of none: churn
-- column chance_band (code): The probability in words: very likely from 75 %, likely from 50 %, unlikely from 25 %
-- column forecast_from (code): The forecast that is used; unknown where nothing can be said
-- column reason (code): Why no forecast could be tested; empty where one was
-- column days_silent (days): Days since the last occasion
-- column usual_gap (days): Days usual between occasions; unknown before the second
-- column repeats (count): Occasions after the first
-- column year_spend (money): Net revenue in the last 365 days
-- column at_stake (money): That revenue times the probability of no purchase
with repurchase_today as (
    select 0 as cut, f.*, c.days_ahead, cast(null as boolean) as bought
    from customer_features as f
    cross join repurchase_cuts as c
),

known as (
    select * from repurchase_today
    union all
    select * from repurchase_rows
)

select * from known
order by cut, customer_key
