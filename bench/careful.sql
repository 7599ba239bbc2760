-- What a careful analyst would ask: which templates were charged although a window
-- made them free, or in another category than they were sent in? A webhook that
-- arrives twice counts once; customer service windows and those of answered ads are
-- rebuilt, and the send log is joined. It knows no group, no call, no free tier, no
-- zone and no era, and names no evidence: of the audit it answers what WA104, WA105 and
-- WA201 ask of a log that lacks nothing.
with line as (
  select entry, event, message_id, template_category
  from read_json($log, format = 'newline_delimited', sample_size = 2000)
), change as (
  select unnest(e.changes).value as v from (select unnest(entry) as e from line where entry is not null)
), told as (
  select v.metadata.phone_number_id as number, unnest(v.statuses) as s from change
), status as (
  select any_value(number) as number, s.id as id, s.status as status, any_value(s.recipient_id) as wa_id, min(s.timestamp::bigint) as t,
         any_value(s.pricing.category) as category, bool_or(s.pricing.billable) as billable
  from told group by s.id, s.status
), wrote as (
  select v.metadata.phone_number_id as number, unnest(v.messages) as m from change
), inbound as (
  select any_value(number) as number, m.id as id, any_value(m."from") as wa_id, min(m.timestamp::bigint) as t, bool_or(m.referral is not null) as ad
  from wrote group by m.id
), message as (
  select d.number, d.wa_id, d.id, coalesce(s.t, d.t) as sent, d.t as delivered, d.category, d.billable, r.template_category as sent_as
  from status d
  left join status s on s.id = d.id and s.status = 'sent'
  left join (select distinct message_id, template_category from line where event = 'request') r on r.message_id = d.id
  where d.status = 'delivered'
), entry_window as (
  select i.number, i.wa_id, i.t, min(m.sent) as opened
  from inbound i join message m on m.number = i.number and m.wa_id = i.wa_id and m.sent >= i.t and m.sent < i.t + 86400
  where i.ad group by all
), windowed as (
  select m.*, i.t as last_inbound, f.opened
  from message m
  asof left join inbound i on m.number = i.number and m.wa_id = i.wa_id and m.sent >= i.t
  asof left join entry_window f on m.number = f.number and m.wa_id = f.wa_id and m.delivered >= f.opened
)
select count(*) from windowed
where billable and (
  delivered - opened < 259200
  or category = 'utility' and delivered - last_inbound < 86400
  or sent_as is not null and sent_as <> category and not (category like 'authentication%' and sent_as = 'authentication')
);
