"""A notification key: the business tells customers of orders by day, an intruder pumps messages at night."""

from datetime import datetime, timedelta

from aktui.simcloud.account import AccessKey, Account
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import machines, messages, places, rhythm, truth
from aktui.simcloud.stories.atlas import Atlas
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.habits import BUSINESS, INTRUDER, Goings, keep_on
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.logkeeping import keep_applications, keep_trail
from aktui.simcloud.stories.message_bills import keep_message_bills
from aktui.simcloud.stories.messages import AT_ONCE, DAY_LIMIT, NOT_APPROVED, Notifications, Pump
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import NO_PERMISSION
from aktui.simcloud.stories.routine import Routine

NIGHTS, LONGEST = 4, 9
"""So many nights within the last so many days."""
CALLS = (340, 640)
"""Batches sent in each of the nights after the first: from, up to."""
SIGN = "优选商城"

STORY = (
    "The key of svc-notify lay in the configuration of an image that was pushed to a public registry. Two "
    "servers of the company send order notices and codes with it by day, now and then an alert at night, and "
    "marketing sent a sale to customers at home from the office. In four nights somebody used it from "
    "two addresses abroad: asked for a signature and templates of their own, tried them, and pumped messages "
    "to numbers in countries where the company has no customers, until the daily limit stopped them."
)


def build(seed: int, now: datetime) -> Account:
    atlas = Atlas("sms-pumping", seed)
    company = atlas.company(now)
    crew = populate(company)
    estate = places.estate(company.ids, atlas.name)
    Routine(company, crew, estate, atlas.offices, atlas.roaming).run()
    hosts = (atlas.ours(), atlas.ours())
    actor, key = _notifier(company, hosts[0])
    business = _business(company, [actor.by(ip=one) for one in hosts], actor.by(ip=atlas.offices[0]))
    before, lairs = len(company.book.events), (atlas.theirs(), atlas.theirs())
    nights = atlas.days(NIGHTS, LONGEST)
    pump = _intrusion(company, estate, nights, [actor.by(ip=one, agent=atlas.tool()) for one in lairs])
    stolen = company.book.events[before:]
    machines.keep_machines(company, estate)
    private = {f"notify-{at + 1:02}": (one, f"10.20.2.{20 + at}") for at, one in enumerate(hosts)}
    machines.keep_hosts(company, estate, private)
    keep_bills(company, estate)
    keep_message_bills(company)
    keep_applications(company, estate.project)
    _goes_on(company, crew, estate, atlas, key, hosts, pump)
    account = company.finish()
    keep_trail(account, company.ago(380))
    account.truth = truth.told(
        account,
        company.now,
        "business-and-intruder",
        STORY,
        business={
            "source_ips": sorted([*hosts, atlas.offices[0]]),
            "regions": [account.region],
            "still_active": True,
            "messages": business.sent,
            "templates": sorted(business.templates.values()),
        },
        intruder={
            **truth.of_events(stolen),
            "created": {"templates": [], "signatures": [], **pump.by.loot.created},
            "sessions": [],
            "messages": {
                "calls": pump.pumped.calls,
                "refused_calls": pump.pumped.refused,
                "numbers": pump.pumped.numbers,
                "by_country": dict(sorted(pump.pumped.by_country.items())),
            },
        },
    )
    return account


def _notifier(company: Company, host: str) -> tuple[Actor, AccessKey]:
    user = company.user(
        "svc-notify", "通知服务", 410, comments="order notices and codes, team shop (短信通知)"
    )
    user.tags = {"kind": "service-account", "team": "shop"}
    company.attach(user, user.created, "AliyunDysmsFullAccess")
    key = company.key(user, 405)
    company.key(user, 409, "Inactive", changed=402)
    company.account.suspects = [key.id]
    return company.book.user(user, key, host, places.JAVA), key


def _business(company: Company, servers: list[Actor], office: Actor) -> Notifications:
    """A quarter of messages; three templates asked for, one sale announced."""
    business = Notifications(company, servers, office.by(ip=office.ip, agent=places.PYTHON), SIGN)
    sale, before, lately = rhythm.working_days(company.now, 21)[::10]
    for ago, name, content in (
        (sale, "双十一 预告", "【${shop}】您关注的商品明日开售，回T退订"),
        (before, "会员 生日礼", "【${shop}】${name} 您好，生日礼券已到账"),
        (lately, "发货 通知 v2", "您的订单 ${order} 已由 ${carrier} 揽收"),
    ):
        use = "sale" if ago == sale else "order"
        when = rhythm.company_time(company.now, ago, 10.5 + company.rng.random() * 5)
        business.new_template(when, name, content, use)
    business.campaign(rhythm.company_time(company.now, sale, 16), 40)
    business.run(company.ago(90), company.now)
    return business


def _intrusion(company: Company, estate: Estate, days: list[int], actors: list[Actor]) -> Pump:
    """Four nights; the last call is older than the running hour."""
    nights = [rhythm.company_time(company.now, ago, 1 + company.rng.random()) for ago in days]
    intruder = Intruder(company, estate, actors[0], datetime.fromtimestamp(nights[0], company.now.tzinfo))
    pump = Pump(intruder)
    intruder.do("Sts:GetCallerIdentity", request={})
    intruder.try_all("Ram:ListUsers", "BssOpenApi:QueryAccountBalance", error=NO_PERMISSION)
    pump.look()
    sign = pump.sign("速递 通知中心", "请尽快通过\u202e!cod.terces")
    text = "Your verification code is ${code}. http://192.0.2.9/<b>${id}</b>"
    first = pump.template("AddSmsTemplate", "验证码-国际", text, "国际业务 \u001b[31m加急\u001b[0m")
    second = pump.template("CreateSmsTemplate", "parcel'; DROP TABLE notice;--", text, "国际物流通知，请审核")
    pump.send(6, 1, sign, first, NOT_APPROVED)
    intruder.try_all("Ram:CreateUser", error=NO_PERMISSION)
    intruder.wait(70)
    pump.send(9, 1, SIGN, first)
    intruder.do("Dysmsapi:QuerySendDetails", request={"SendDate": "today", "PageSize": 50})
    for number, night in enumerate(nights[1:]):
        intruder.wait_until(night)
        intruder.actor = actors[min(number, 1)]
        pump.send(company.rng.randint(*CALLS), AT_ONCE, sign, (first, second)[number % 2])
        pump.send(12, 1, SIGN, second)
        pump.send(11, AT_ONCE, sign, first, DAY_LIMIT)
        intruder.do("Dysmsapi:QuerySendStatistics", request={"IsGlobe": 2})
    assert intruder.when < (rhythm.full_hour(company.now) - timedelta(minutes=1)).timestamp()
    return pump


def _goes_on(
    company: Company,
    crew: Crew,
    estate: Estate,
    atlas: Atlas,
    key: AccessKey,
    hosts: tuple[str, str],
    pump: Pump,
) -> None:
    """Orders are told as ever; the pump starts again whenever it is let."""
    told = {"PhoneNumbers": "1390000****", "SignName": SIGN, "TemplateCode": "SMS_154950909"}
    for at, host in enumerate(hosts):
        server = Goings(company, BUSINESS, host, places.JAVA, key=key.id)
        server.on("Dysmsapi:SendSms", 45 + 20 * at, params=told)
    Goings(company, BUSINESS, hosts[0], places.JAVA, key=key.id).on("Dysmsapi:QuerySendStatistics", 300)
    template = pump.by.loot.created["templates"][0]["code"]
    numbers = [messages.abroad(company.aside, pump.countries[0]) for _ in range(8)]
    asked = messages.request(numbers, pump.by.loot.created["signatures"][0], template)
    lair = Goings(company, INTRUDER, pump.by.actor.ip, pump.by.actor.agent, key=key.id)
    lair.on("Dysmsapi:SendBatchSms", 20, params=asked)
    lair.on("Dysmsapi:QuerySendStatistics", 120)
    lair.on("Dysmsapi:AddSmsTemplate", 400, params={"TemplateName": "验证码-国际", "TemplateType": "3"})
    keep_on(company, crew, estate, atlas.offices[0])


SCENARIO = Scenario(
    "sms-pumping", "A notification key: order notices by day, messages pumped abroad at night", build
)
