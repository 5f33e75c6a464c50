"""Codes in words, for pages: kinds, states, roles, acts, units, rules, as the packs of the day say.

Packs carry Chinese and English; what no pack carries (the registry's own acts) is translated here.
Names of units are data and stay as they are. Who a person is stays sealed: she is shown by the post
she acts in and the last characters of her reference.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from api.act_words import ActWords
from api.messages import N_, translator
from ledger.errors import LedgerError
from ledger.kernel.act import Act, AsOf
from ledger.rules import authority
from ledger.rules.book import Book
from ledger.rules.law import LawRule
from ledger.rules.posts import Appointment
from ledger.rules.sections import accounts, catalogues
from ledger.rules.time import local_date, occ_date
from ledger.rules.units import Unit
from ledger.service.acts.facts import facts_of
from ledger.service.ledger import Ledger
from ledger.service.packs.books import find_book
from ledger.service.reading.waiting import Waiting

ACTS: Final[Mapping[str, str]] = {
    "account.categorised": N_("认定类别"),
    "account.certified": N_("出具证书"),
    "account.claimed": N_("申报"),
    "account.closed": N_("销户"),
    "account.confirmed": N_("确认"),
    "account.consent_given": N_("同意公开姓名"),
    "account.consent_withdrawn": N_("撤回公开姓名"),
    "account.credited": N_("记入订单时长"),
    "account.joined": N_("加入队伍"),
    "account.left": N_("退出队伍"),
    "account.opened": N_("开立账户"),
    "account.period_closed": N_("结账"),
    "account.posted": N_("入账"),
    "account.rejected": N_("驳回"),
    "account.reversed": N_("冲正"),
    "catalogue.exercise_withdrawn": N_("撤回行使登记"),
    "catalogue.exercised": N_("登记权力行使"),
    "catalogue.facets_disclosed": N_("登记五公开文件"),
    "catalogue.item_added": N_("目录增列事项"),
    "catalogue.item_removed": N_("目录删去事项"),
    "catalogue.published": N_("公布目录"),
    "catalogue.replaced": N_("更换目录"),
    "decision.appeal_decided": N_("裁定申诉"),
    "decision.appealed": N_("提出申诉"),
    "decision.appraised": N_("评定等次"),
    "decision.closed": N_("决策办结"),
    "decision.proposed": N_("提出决策事项"),
    "decision.revoked": N_("撤销决策"),
    "decision.step_taken": N_("登记决策步骤"),
    "decision.taken_down": N_("撤下决策公示"),
    "device.registered": N_("登记设备"),
    "device.retired": N_("停用设备"),
    "disclosure_item.approved": N_("联席会议批准"),
    "disclosure_item.archived": N_("归档"),
    "disclosure_item.attached": N_("附件"),
    "disclosure_item.challenge_decided": N_("裁定异议"),
    "disclosure_item.challenged": N_("提出异议申请"),
    "disclosure_item.drafted": N_("拟公开"),
    "disclosure_item.published": N_("公布"),
    "disclosure_item.query_answered": N_("答复询问"),
    "disclosure_item.query_raised": N_("提出询问"),
    "disclosure_item.returned": N_("退回修改"),
    "disclosure_item.reviewed": N_("监委会审核"),
    "disclosure_item.revised": N_("修订公开稿"),
    "disclosure_item.taken_down": N_("撤下"),
    "disclosure_item.withdrawn": N_("收回公开稿"),
    "figure.corrected": N_("更正公布数"),
    "figure.read": N_("登记公布数的理解"),
    "figure.stated": N_("登记公布数"),
    "figure.withdrawn": N_("撤回公布数"),
    "key.approved": N_("批准吊销密钥"),
    "key.enrolled": N_("登记公钥"),
    "key.revocation_proposed": N_("提议吊销密钥"),
    "key.revoked": N_("吊销密钥"),
    "key.rotated": N_("更换密钥"),
    "log.approved": N_("批准更换账本密钥"),
    "log.clock_explained": N_("说明时钟变动"),
    "log.genesis": N_("账本创世"),
    "log.heads_published": N_("公布各流末条摘要"),
    "log.key_rotated": N_("更换账本密钥"),
    "log.key_rotation_proposed": N_("提议更换账本密钥"),
    "log.mark_renewed": N_("重立签名标记"),
    "pack.adoption_proposed": N_("提议采用规则包"),
    "pack.approved": N_("批准采用规则包"),
    "paper.confirmed": N_("本人确认代录"),
    "paper.disputed": N_("本人对代录提出异议"),
    "person.registered": N_("登记人员"),
    "post.appointment_proposed": N_("提议任职"),
    "post.approved": N_("批准任职"),
    "post.end_proposed": N_("提议终止任职"),
    "post.ended": N_("终止任职"),
    "post.handover_drawn_up": N_("拟定移交清单"),
    "post.handover_signed": N_("签署移交清单"),
    "post.mandate_stated": N_("登记选举结果"),
    "post.recused": N_("回避"),
    "post.relation_declared": N_("申报近亲属"),
    "review.signed": N_("签署范围审阅"),
    "session.attended": N_("到场登记"),
    "session.cancelled": N_("取消活动"),
    "session.concluded": N_("记录结果"),
    "session.corrected": N_("更正活动记录"),
    "session.held": N_("举行活动"),
    "session.planned": N_("安排活动"),
    "session.problem_raised": N_("提出问题"),
    "session.replanned": N_("改期"),
    "session.withdrawn": N_("撤销活动记录"),
    "unit.changed": N_("变更单位"),
    "unit.dissolved": N_("撤销单位"),
    "unit.established": N_("设立单位"),
    "unit.mode_switched": N_("平急转换"),
    "unit.number_stated": N_("登记单位数字"),
    "unit.regime_set": N_("登记适用组织法"),
    "unit.split": N_("单位分设"),
}
ROLES: Final[Mapping[str, str]] = {
    "registrar": N_("登记员"),
    "holder": N_("本人"),
    "importer": N_("导入设备"),
}
AGGREGATES: Final[Mapping[str, str]] = {
    "account": N_("账户"),
    "case": N_("事项"),
    "catalogue": N_("目录"),
    "decision": N_("决策"),
    "device": N_("设备"),
    "disclosure_item": N_("公开事项"),
    "figure": N_("公布数"),
    "key": N_("密钥"),
    "log": N_("账本"),
    "pack": N_("规则包"),
    "paper": N_("代录的确认"),
    "person": N_("人员"),
    "post": N_("任职"),
    "review": N_("监督审阅"),
    "session": N_("活动"),
    "unit": N_("单位"),
}
SOURCES: Final[Mapping[str, str]] = {
    "LAW-V": N_("法律规定，条文已核对"),
    "LAW-P": N_("法律规定，条文待核对"),
    "LAW-M": N_("法律规定，凭记忆录入"),
    "LOCAL": N_("本地规定"),
    "INF": N_("本项目推定"),
}


MEMBERS: Final[Mapping[str, str]] = {
    "amounts": N_("金额"),
    "answered": N_("已答复"),
    "attendance": N_("到场人数"),
    "applicants": N_("申请人数"),
    "asked": N_("提出方式"),
    "authority": N_("移交去向"),
    "blob": N_("附件编号"),
    "barred": N_("不得再审的人"),
    "basis": N_("依据"),
    "awaited": N_("待报到部门"),
    "caller": N_("回访人"),
    "callers": N_("回访过的人"),
    "category": N_("类别"),
    "channel": N_("渠道"),
    "case": N_("所并（所分）事项"),
    "claimed": N_("接过单的账户"),
    "cleared": N_("已声明无须回避"),
    "clock": N_("期限名称"),
    "clocks": N_("各项期限"),
    "code": N_("代码"),
    "confirmation": N_("司法确认"),
    "confirmed": N_("是否确认"),
    "consented": N_("已同意的当事人"),
    "consultation": N_("会商"),
    "day": N_("日期"),
    "days": N_("天数"),
    "deciders": N_("作过决定的人"),
    "department": N_("部门"),
    "departments": N_("召集的部门"),
    "due": N_("期限"),
    "early": N_("提前"),
    "effective": N_("协议生效日"),
    "effective_from": N_("自何日起"),
    "ended": N_("调解结局"),
    "extended": N_("延长天数"),
    "form": N_("协议形式"),
    "gaps": N_("中止期间"),
    "handler": N_("承办人"),
    "handlers": N_("承办过的人"),
    "holder": N_("持有人"),
    "holds": N_("并入或分出的事项"),
    "imported": N_("由导入登记"),
    "into": N_("并入（分为）"),
    "kind": N_("类型"),
    "last": N_("最近一步"),
    "lead": N_("牵头部门"),
    "leader": N_("包案领导"),
    "level": N_("级别"),
    "mediated_by": N_("原调解员"),
    "mediation": N_("调解"),
    "mediator": N_("调解员"),
    "mediators": N_("调解员"),
    "name": N_("名称"),
    "number": N_("编号"),
    "open": N_("是否在办"),
    "outcome": N_("结果"),
    "parent": N_("上级单位"),
    "part_of": N_("所属事项"),
    "parties": N_("当事人人数"),
    "party": N_("第几方当事人"),
    "paused": N_("中止计算的期限"),
    "perform_by": N_("约定履行日"),
    "performed": N_("是否履行"),
    "period": N_("期间"),
    "person": N_("人员"),
    "post_role": N_("岗位"),
    "present": N_("到场方数"),
    "private": N_("不公开调解"),
    "reached": N_("是否接通"),
    "reason": N_("理由"),
    "reassigned": N_("改派次数"),
    "received": N_("登记日"),
    "reopened": N_("重办次数"),
    "recused": N_("已回避"),
    "remedies": N_("已告知的其他途径"),
    "reported": N_("已报到的部门"),
    "resolution": N_("会商结论"),
    "responded": N_("是否回应"),
    "resumed": N_("恢复日"),
    "root": N_("根"),
    "route": N_("分流"),
    "satisfied": N_("是否满意"),
    "session": N_("活动"),
    "sessions": N_("调解次数"),
    "signatures": N_("签名人数"),
    "since": N_("起算日"),
    "size": N_("账本条数"),
    "start": N_("起始条目"),
    "solved": N_("是否解决"),
    "stamped": N_("是否盖章"),
    "stood": N_("中止期间"),
    "suspended": N_("中止日"),
    "suspended_for": N_("中止理由"),
    "terms": N_("随案期限"),
    "state": N_("状态"),
    "stopped": N_("停止的期限"),
    "streams": N_("流数"),
    "title": N_("标题"),
    "unit": N_("单位"),
    "until": N_("截止"),
    "upheld": N_("是否成立"),
    "verified": N_("核查通过"),
    "verifiers": N_("核查过的人"),
    "version": N_("版本"),
}
GROUPS: Final[Mapping[str, str]] = {
    "agenda": N_("议程"),
    "answer": N_("答复"),
    "attachment": N_("附件"),
    "attendee": N_("到场人"),
    "claim": N_("申报内容"),
    "comment": N_("反映人的评价"),
    "conclusion": N_("结论"),
    "content": N_("公开内容"),
    "holder": N_("持有人"),
    "identity": N_("身份"),
    "matter": N_("反映的内容"),
    "minutes": N_("记录"),
    "naming": N_("公开用名"),
    "note": N_("经办人的说明"),
    "objection": N_("异议内容"),
    "paper": N_("纸质原件"),
    "party": N_("当事人"),
    "problem": N_("问题"),
    "question": N_("询问"),
    "record": N_("调解记录"),
    "remark": N_("备注"),
    "reporter": N_("反映人"),
    "terms": N_("协议内容"),
}


_TABLES: Final[Mapping[str, str]] = {
    "last": "act",
    "remedies": "remedy",
    "suspended_for": "reason",
}
"""The list a member's codes are of, where it is not called like the member."""


def _day_in(term: Mapping[Any, Any]) -> str:
    """Return the day a term ends on, as an event or a state tells it."""
    due = term.get("due")
    day = due.get("day") if isinstance(due, Mapping) else term.get("day")
    return str(day or "")


ORDER: Final = ("opening", "income", "expense", "closing")
"""How the amounts of a balanced statement are read."""


class Words:
    """What codes are called as of a point, in one language; made for one answer."""

    def __init__(self, ledger: Ledger, lang: str, point: AsOf) -> None:
        self.lang = lang
        self._ledger = ledger
        self._point = point
        self._say = translator(lang)
        self._books: dict[str, Book | None] = {}
        self._first: str | None = None

    @property
    def day(self) -> date:
        """The local day of the moment."""
        return local_date(self._point.at // 1000)

    def unit(self, unit: str | None) -> str:
        """Return a unit's name on the day; the whole log for None."""
        if unit is None:
            return self._say(N_("全账本"))
        found = cast("Unit | None", self._ledger.known.stream(unit).state)
        return unit if found is None else found.placed(self.day).name

    def unit_code(self, unit: str) -> str:
        """Return a unit's code on the day."""
        found = cast("Unit | None", self._ledger.known.stream(unit).state)
        return unit if found is None else found.placed(self.day).code

    def kind(self, unit: str, kind: str) -> str:
        """Return what a kind of case is called."""
        book = self._book(unit)
        try:
            return kind if book is None else self._of(book.kind(kind))
        except LedgerError:
            return kind

    def state(self, unit: str, kind: str, state: str) -> str:
        """Return what a state of a kind of case is called."""
        book = self._book(unit)
        try:
            found = None if book is None else book.kind(kind).state(state)
        except LedgerError:
            found = None
        return state if found is None else self._of(found)

    def clock(self, unit: str, kind: str, clock: str) -> str:
        """Return what a term of a kind of case is called."""
        book = self._book(unit)
        try:
            clocks = () if book is None else book.kind(kind).clocks
        except LedgerError:
            clocks = ()
        return next((self._of(each) for each in clocks if each.id == clock), clock)

    def code(self, unit: str | None, table: str, code: str) -> str:
        """Return what a code of one of the packs' lists is called."""
        book = self._book(unit) if unit else None
        return code if book is None else book.word(table, code, self.lang)

    def role(self, role: str, unit: str | None = None) -> str:
        """Return what a role is called."""
        if role in ROLES:
            return self._say(ROLES[role])
        return self.code(unit or self._any_unit(), "role", role)

    def act(self, type_: str, unit: str | None = None) -> str:
        """Return what an act is called, by its published type."""
        name = type_.rpartition(".v")[0]
        if name in ACTS:
            return self._say(ACTS[name])
        fact = name.partition(".")[2]
        found = self.code(unit or self._any_unit(), "act", fact)
        # A type younger than this table is named by its stream's kind and its own code.
        return f"{self.aggregate(name.partition('.')[0])} · {fact}" if found == fact else found

    def aggregate(self, name: str) -> str:
        """Return what a kind of stream is called."""
        return self._say(AGGREGATES.get(name, name))

    def actor(self, actor: str) -> str:
        """Return a person or device as anybody may see it: four characters of its reference."""
        word = N_("设备") if actor.startswith("device/") else N_("人员")
        return f"{self._say(word)} …{actor[-4:]}"

    def member(self, name: str) -> str:
        """Return what a member of a state or of public members is called."""
        return self._say(MEMBERS.get(name, name))

    def group(self, name: str) -> str:
        """Return what a sealed group is called."""
        return self._say(GROUPS.get(name, name))

    def value(self, member: str, value: Any, around: object) -> str:
        """Return a member's value in words; ``around`` are the members beside it."""
        match value:
            case None | "" | [] | ():
                said = "—"
            case bool():
                said = self._say(N_("是") if value else N_("否"))
            case list() | tuple():
                said = "、".join(self.value(member, each, around) for each in value)
            case {"clock": str(clock), **rest}:
                said = f"{self._coded('clock', clock, around)} {_day_in(rest)}"
            case dict():
                parts = (f"{self.member(k)} {self.value(k, v, around)}" for k, v in value.items())
                said = "，".join(parts)
            case str():
                said = self._coded(member, value, around)
            case _:
                said = str(value)
        return said

    def _coded(self, member: str, value: str, around: object) -> str:
        beside = around if isinstance(around, Mapping) else {}  # a pack's state is a list
        unit, kind = str(beside.get("unit") or ""), str(beside.get("kind") or "")
        match value.partition("/")[0] if "/" in value else member:
            case "unit":
                said = self.unit(value) if "/" in value else value
            case "person" | "device":
                said = self.actor(value)
            case "role" | "post_role":
                said = self.role(value, unit or None)
            case "state":
                said = self.state(unit, kind, value)
            case "kind":
                said = self.kind(unit, value)
            case "clock" | "stopped" | "paused":
                said = self.clock(unit, kind, value)
            case table:
                said = self.code(unit, _TABLES.get(table, table), value)
        return said

    def amounts(self, text: str | None, unit: str) -> list[tuple[str, str]]:
        """Return amounts in yuan, as a board of disclosure holds them by code, each in words."""
        pairs = [each.partition("=") for each in (text or "").split()]
        pairs.sort(key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else len(ORDER))
        return [(self.code(unit, "amount", of), f"{Decimal(yuan):,.2f}") for of, _, yuan in pairs]

    def step_of(self, unit: str, step: str) -> str:
        """Return what a step of claiming is called."""
        book = self._book(unit)
        kinds = () if book is None else book.items(accounts.section)
        found = next((each for kind in kinds for each in kind.steps if each.id == step), None)
        return step if found is None else self._of(found)

    def item(self, unit: str, code: str) -> str:
        """Return what an item of a disclosure catalogue is called."""
        book = self._book(unit)
        found = None if book is None else book.find(catalogues.section, code)
        return code if found is None else self._of(found)

    def step(self, waits: Waiting) -> str:
        """Return what is to be done next about something that waits."""
        kind, _, _ = waits.next.partition(".")
        if (name := f"{kind}.{waits.step}") in ACTS:
            return self._say(ACTS[name])
        book = self._book(waits.unit)
        kinds = () if book is None else book.items(accounts.section)
        steps = (step for each in kinds for step in each.steps if step.id == waits.step)
        found = next(steps, None)
        return waits.step if found is None else self._of(found)

    def source(self, tag: str) -> str:
        """Return what the tag of a rule's source means."""
        return self._say(SOURCES.get(tag, tag))

    def rule(self, unit: str, id_: str, on: date) -> LawRule | None:
        """Return the text of a rule that held on a day, None where the packs have none."""
        book = self._book(unit)
        try:
            return None if book is None else book.find_rule(id_, on)
        except LedgerError:
            return None

    def rule_name(self, unit: str, rule: str, on: date) -> str:
        """Return what a rule an act rests on is called; ``case.<kind>`` is the kind's own order."""
        if (found := self.rule(unit, rule, on)) is not None:
            return self._of(found)
        if rule.startswith("case."):
            return self.kind(unit, rule.removeprefix("case."))
        return rule

    def post_then(self, act: Act) -> Appointment | None:
        """Return the post somebody acted in, on the day she signed, as recorded before the act."""
        tags = authority.asks_roles(act.actor)
        # The genesis alone makes the posts it is done in.
        before = max(act.index or 0, 1)
        known = facts_of(self._ledger, lambda _: tags, size=before)
        held = authority.roles_held(known, act.actor, local_date(act.iat))
        return next((post for post in held if post.role == act.role), None)

    def occurred_on(self, act: Act) -> date:
        """Return the local day an act occurred."""
        return occ_date(act.occ)

    @property
    def acts(self) -> ActWords:
        """What pages of acts say besides."""
        return ActWords(self, self._book)

    def _of(self, word: Any) -> str:
        found: str = word.zh if self.lang == "zh" else word.en
        return found

    def _book(self, unit: str) -> Book | None:
        if unit not in self._books:
            seconds, size = self._point.at // 1000, self._point.size
            self._books[unit] = find_book(self._ledger, unit, seconds, size=size)
        return self._books[unit]

    def _any_unit(self) -> str | None:
        """Return a unit whose packs may know a word that stands alone: the first one founded."""
        if self._first is None:
            recorder = self._ledger.known.recorder
            rows = recorder.select_notifications(1, 1, topics=["unit.established.v1"])
            self._first = str(rows[0].originator_id) if rows else None
        return self._first
