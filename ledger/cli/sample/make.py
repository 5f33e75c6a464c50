"""Makes ``messages.xlsx``: ``python -m ledger.cli.sample.make``.

Every message, person, place and office here is invented. Each topic is told from two places, most
with a reply; the latest wait for theirs. The table uses the spellings a real export has: numbers
as ids, times as text of two forms or as date cells, line breaks and tabs inside text.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

HEADER = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
FIRST_ID = 520_001
BEGIN = datetime(2025, 11, 3, 8, 20)  # noqa: DTZ001 - the export gives times without offset
UNANSWERED_FROM = datetime(2026, 2, 18)  # noqa: DTZ001
PLACES = ("望江社区", "青梧社区")


class Topic(NamedTuple):
    """What is asked, of whom, and what was answered."""

    subject: str
    text: str
    office: str
    reply: str


TOPICS = (
    Topic(
        "{place}路灯一周不亮",
        "小区后门到菜市场的路灯坏了一周，晚上老人走路看不清。\n请安排维修。",
        "区城市管理服务中心",
        "经现场查看，线路受潮短路，已更换电缆并恢复照明。",
    ),
    Topic(
        "{place}楼道堆放杂物",
        "三单元一至四楼都堆着旧家具，\t消防通道只剩半边。多次劝说无果。",
        "街道消防工作站",
        "已会同物业清运杂物，并与住户签订承诺书，今后每周巡查一次。",
    ),
    Topic(
        "{place}自来水早晚水压低",
        "六楼以上早上七点和晚上八点几乎没有水，洗衣机都进不了水。",
        "区供水公司",
        "加压泵老化，已更换并调整供水时段，请继续反馈使用情况。",
    ),
    Topic(
        "{place}下水道返味",
        "雨后一楼卫生间返臭味，怀疑主管道堵了。\n\t\t请派人疏通。",
        "街道市政所",
        "已疏通主管道四十米，清出淤泥两车，并加装防臭地漏样板。",
    ),
    Topic(
        "{place}停车位被长期占用",
        "有人用地锁占公共车位，晚上回来没地方停车。",
        "街道综合执法队",
        "已拆除私装地锁六处，公共车位重新划线编号。",
    ),
    Topic(
        "{place}健身器材损坏",
        "广场上的漫步机断了一根轴，孩子玩的时候很危险。",
        "区文体服务中心",
        "损坏器材已拆除，新器材两周内安装到位。",
    ),
    Topic(
        "{place}广场舞音响扰民",
        "每晚九点半以后音响还很大，孩子要上学，希望能定个时间。",
        "社区居民委员会",
        "经居民议事会商定，晚九点前结束，音量不超过约定分贝。",
    ),
    Topic(
        "{place}门前施工围挡挡路",
        "围挡占了整条人行道，推轮椅只能走机动车道。",
        "区住房和城乡建设服务中心",
        "施工单位已退让一米二，并铺设临时无障碍坡道。",
    ),
    Topic(
        "{place}公交站没有雨棚",
        "下雨天等车的人只能站在店铺门口，请问能不能装雨棚？",
        "区交通运输服务中心",
        "已列入本年度站台改造计划，预计第二季度实施。",
    ),
    Topic(
        "{place}小学放学时段拥堵",
        "下午四点半校门口双向堵死，救护车都过不来。",
        "区交通协调小组",
        "已增设限时单行，并由志愿者与交警在放学时段共同疏导。",
    ),
    Topic(
        "{place}老年食堂想延长供餐",
        "食堂只有中午一顿，家里没人做晚饭，能不能也供晚餐？",
        "街道民政工作站",
        "已试行晚餐预订，二十份起供，请提前一天向社区登记。",
    ),
    Topic(
        "{place}医保报销材料咨询",
        "在外地住院的费用回来怎么报销？需要哪些材料？",
        "街道便民服务中心",
        "请携带身份证件、出院小结、费用清单和发票到窗口办理，也可网上申请。",
    ),
    Topic(
        "{place}垃圾清运不及时",
        "垃圾桶周末两天没人收，苍蝇很多。",
        "区环卫服务中心",
        "已将周末清运调整为每日两次，并增设两个桶位。",
    ),
    Topic(
        "{place}河边护栏松动",
        "滨河步道有五六米护栏一推就晃，担心有人掉下去。",
        "街道市政所",
        "当日设置警示带，三日内完成加固，已复查合格。",
    ),
    Topic(
        "{place}快递车占用消防通道",
        "每天中午好几辆快递车停在消防通道上分拣。",
        "街道综合执法队",
        "已为快递企业另划临时装卸点，并安排巡查。",
    ),
    Topic(
        "{place}楼顶违规搭建",
        "顶楼住户搭了阳光房，楼下开始渗水。",
        "街道综合执法队",
        "经核实属未经审批搭建，已送达限期改正通知，当事人自行拆除。",
    ),
    Topic(
        "{place}电动自行车充电不便",
        "充电桩只有四个，很多人从楼上拉线充电，太危险了。",
        "社区居民委员会",
        "新增充电口二十四个，飞线已清理，物业每日巡查。",
    ),
    Topic(
        "{place}公共卫生间没有扶手",
        "公园的卫生间没有扶手，老人起身困难。",
        "区城市管理服务中心",
        "已加装扶手和呼叫按钮，地面更换为防滑砖。",
    ),
    Topic(
        "{place}法律援助怎么申请",
        "被拖欠工资两个月，请问怎样申请法律援助？",
        "街道司法所",
        "请携带劳动合同或考勤记录到司法所登记，符合条件的当日受理。",
    ),
    Topic(
        "{place}集体收益什么时候公布",
        "去年出租集体门面的收入一直没有看到公布，想了解一下。",
        "社区居民委员会",
        "已在公开栏张榜公布收支明细，并附合同摘要，公布期不少于十五日。",
    ),
    Topic(
        "{place}希望增设图书角",
        "孩子放学后没有地方看书，活动室能不能设个图书角？",
        "社区居民委员会",
        "已利用活动室一楼设立图书角，志愿者每日值班两小时。",
    ),
    Topic(
        "{place}流浪犬较多",
        "早晨有三四只流浪犬追人，请有关部门处理。",
        "街道综合执法队",
        "已组织专业队伍收容，并在小区张贴文明养犬提示。",
    ),
    Topic(
        "{place}网格员电话打不通",
        "公示牌上的电话是空号，请更新。",
        "街道综治中心",
        "公示牌已更新为现任网格员电话，并公布监督电话。",
    ),
    Topic(
        "{place}雨水井盖缺失",
        "人行道上少了一个井盖，用木板盖着，晚上很危险。",
        "街道市政所",
        "已更换防坠井盖，并排查周边井盖一百零三处。",
    ),
    Topic(
        "{place}就业培训信息在哪里看",
        "想学家政，不知道哪里有培训班。",
        "街道人力资源服务站",
        "培训计划每月在便民服务中心和公众号公布，可现场报名。",
    ),
    Topic(
        "{place}烧烤店油烟扰民",
        "楼下烧烤店油烟直排，晚上不敢开窗。\n希望检查一下净化设备。",
        "区生态环境执法队",
        "责令其清洗并更换净化装置，复测达标后恢复营业。",
    ),
    Topic(
        "{place}居家养老服务怎么申请",
        "母亲八十六岁独居，想申请上门服务，需要什么条件？",
        "街道民政工作站",
        "符合条件，评估员已上门评估，下月起每周两次上门服务。",
    ),
    Topic(
        "{place}邻里共用墙面渗水",
        "隔壁装修后共用墙面渗水，双方说法不一，希望有人调解。",
        "社区人民调解委员会",
        "经现场勘验和调解，双方达成书面协议，由施工方负责修复。",
    ),
    Topic(
        "{place}菜市场计量不准",
        "在市场买的菜回家一称少二两，希望检查。",
        "区市场监管所",
        "已抽检电子秤三十二台，不合格两台已封存，并设公平秤。",
    ),
    Topic(
        "{place}希望公开工程进度",
        "老旧小区改造停了半个月，不知道什么时候复工。",
        "区住房和城乡建设服务中心",
        "因管线迁改暂停，现已复工，进度每周在公开栏更新。",
    ),
)


def rows() -> Iterator[tuple[object, ...]]:
    """Yield the header and the rows, always the same."""
    yield HEADER
    for number in range(len(TOPICS) * len(PLACES)):
        yield _row(number)


def _row(number: int) -> tuple[object, ...]:
    topic = TOPICS[number * 7 % len(TOPICS)]
    place = PLACES[number // len(TOPICS)]
    received = BEGIN + timedelta(days=2 * number, minutes=37 * (number * 11 % 13), seconds=number)
    subject = topic.subject.format(place=place)
    cells = (
        FIRST_ID + number,
        f"居民{number + 1:03}",
        subject,
        _time(received, number),
        topic.text,
    )
    if received >= UNANSWERED_FROM:
        return (*cells, None, None)
    answered = received + timedelta(days=3 + number * 5 % 11, hours=number % 7)
    reply = f"居民您好！您反映的“{subject}”已收悉。{topic.office}答复：{topic.reply}感谢您的关注。"
    return (*cells, reply, _time(answered, number + 1))


def _time(moment: datetime, number: int) -> object:
    """Return a time as one of the spellings an export may use."""
    match number % 3:
        case 0:
            day = f"{moment.year}/{moment.month}/{moment.day}"
            return f"{day} {moment.hour}:{moment:%M:%S}"
        case 1:
            return f"{moment:%Y-%m-%d %H:%M:%S}"
        case _:
            return moment


def make(path: Path) -> None:
    """Write the table to ``path``."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "留言"
    for row in rows():
        sheet.append(list(row))
    for column, width in zip("ABCDEFG", (10, 10, 28, 20, 60, 60, 20), strict=True):
        sheet.column_dimensions[column].width = width
    book.save(path)


if __name__ == "__main__":
    make(Path(__file__).with_name("messages.xlsx"))
