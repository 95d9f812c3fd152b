"""The address fallback: what decides, and what only looks as if it did."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from fairshelf.audits.groups import label_sellers
from fairshelf.audits.groups.addresses import address_cases

if TYPE_CHECKING:
    from pathlib import Path

ADDRESSES = """
河南省新乡市红旗区平原路|urban
河南省新乡县七里营镇|unknown
河南省新乡市辉县市孟庄镇|unknown
江西省萍乡市安源区后埠街道|urban
湖南省长沙市宁乡市花明楼镇|unknown
湖南省宁乡市流沙河镇|unknown
浙江省嘉兴市桐乡市乌镇|unknown
湖南湘乡市东郊乡|rural
抚州市东乡区孝岗镇|unknown
临夏回族自治州东乡族自治县锁南镇|unknown
山东省金乡县鱼山街道|urban
北京市海淀区中关村大街1号|urban
北京市海淀区中关村街道|urban
天津市武清区杨村街道|urban
山东省淄博市周村区北郊镇|unknown
山东省淄博市周村区大街街道|urban
深圳市宝安区西乡街道固戍|urban
南宁市西乡塘区大学东路|urban
上海市普陀区曹杨新村街道|urban
上海市普陀区曹杨一村28号|urban
上海市徐汇区田林十二村3号楼|urban
北京市朝阳区亚运村街道|urban
北京市朝阳区六里屯村路8号|urban
江苏省镇江市京口区|urban
江苏省镇江市丹徒区高资街道|urban
江西省景德镇市珠山区|urban
宁波市镇海区招宝山街道|urban
河南省南阳市镇平县石佛寺镇|unknown
四川省成都市郫都区唐昌镇战旗村5组|rural
四川省成都市郫都区唐昌镇|unknown
四川省成都市锦江区春熙路街道|urban
四川省成都市锦江区|urban
四川省成都市金堂县|unknown
四川省成都市金堂县隆盛乡|rural
四川省凉山彝族自治州昭觉县支尔莫乡阿土列尔村|rural
新疆维吾尔自治区阿克苏地区温宿县|unknown
广西壮族自治区百色市|unknown
广西壮族自治区南宁市青秀区|urban
内蒙古自治区呼伦贝尔市鄂温克族自治旗巴彦嵯岗苏木|rural
内蒙古自治区锡林郭勒盟西乌珠穆沁旗浩勒图高勒镇脑干哈达嘎查|rural
成都经济技术开发区|unknown
北京经济技术开发区荣华街道|urban
苏州市工业园区星湖街|unknown
上海市浦东新区张江镇|unknown
上海市浦东新区世纪大道100号|urban
四川天府新区|unknown
江苏省苏州市昆山市花桥镇|unknown
江苏省昆山市|unknown
幸福小区3栋2单元|unknown
万达广场A区12栋|unknown
老乡鸡(万达店)|unknown
杭州市西湖区转塘街道外桐坞村|unknown
贵州省毕节市威宁彝族回族苗族自治县板底乡|rural
湖北省神农架林区松柏镇|unknown
贵州省六枝特区|unknown
河北省石家庄市井陉矿区|unknown
山东省济宁市任城区李营街道|urban
黑龙江省佳木斯市郊区|unknown
天津市河东区|urban
天津市河西区大营门街道|urban
重庆市江北区观音桥街道|urban
四川省攀枝花市东区|urban
四川省乐山市市中区|urban
湖北省襄阳市谷城县冷水乡|rural
陕西省西乡县城关街道|urban
河南省内乡县|unknown
四川省绵阳市安州区桑枣镇红牌村村民委员会|rural
广州市天河区石牌村|rural
广州市海珠区某城中村|urban
江苏省南通市通州区川姜镇三合口村村委会旁|rural
福建省龙岩市长汀县南山镇中复村|rural
上海市静安区新乡路20弄|urban
甘肃省陇南市康县|unknown
湖南省怀化市沅陵县官庄镇|unknown
山东省临沂市沂水县院东头镇|unknown
北京市大兴区红星农场|unknown
新疆生产建设兵团第八师石河子市|unknown
廣東省佛山市順德區|urban
Greenwich Village, New York|unknown
中国|unknown
广东省东莞市虎门镇|unknown
广东省中山市古镇镇|unknown
广东省中山市东区街道|urban
安徽省滁州市凤阳县小岗村|rural
江苏省江阴市华西新村|unknown
河北省张家口市怀来县新村乡|rural
山西省大同市云冈区口泉乡|rural
辽宁省沈阳市和平区南市场街道|urban
海南省海口市美兰区演丰镇市场路|unknown
山东省烟台市经济技术开发区|unknown
云南省红河哈尼族彝族自治州元阳县新街镇土锅寨村委会|rural
上海市嘉定区江桥镇新村路|unknown
浙江省义乌市青岩刘村|rural
西安市雁塔区小寨东路|urban
成都市武侯区桂溪街道 交子大道 乡村基|urban
北京市朝阳区三里屯路19号|urban
北京市丰台区花乡街道|urban
北京市丰台区花乡地区|rural
北京市海淀区四季青镇|unknown
北京市海淀区大有庄社区|urban
武汉市东湖新技术开发区|unknown
湖北省武汉市洪山区关山街道|urban
天津市滨海新区塘沽街道|urban
吉林省长春市净月高新技术产业开发区玉潭镇|unknown
四川省雅安市名山区万古镇高山坡村|rural
山东省青岛市城阳区城阳街道|urban
山东省青岛市城阳区|urban
广东省深圳市南山区大冲村|rural
广东省深圳市龙岗区坂田街道岗头村|unknown
陕西省咸阳市礼泉县烟霞镇袁家村|rural
安徽省黄山市黟县宏村镇宏村|rural
河南省郑州市二七区马寨镇|unknown
江苏省徐州市贾汪区潘安湖街道马庄村|unknown
西藏自治区拉萨市城关区|urban
河北省邢台市任泽区|urban
上海市宝山区张庙街道呼玛一村|urban
"""


def _case(address: str | None) -> tuple[str, str]:
    cases, case_of = address_cases(pa.array([address], pa.string()))
    case = cases[case_of[0]]
    return case.level, case.rule


@pytest.mark.parametrize("line", ADDRESSES.split("\n")[1:-1])
def test_an_address_is_read_as_a_person_would(line: str) -> None:
    """Names of cities, roads, estates and zones do not pass for villages or districts."""
    address, level = line.split("|")
    assert _case(address)[0] == level


def test_every_deciding_rule_fires_on_its_own_example(root: Path) -> None:
    """Each example in the table is decided by the rule it stands beside."""
    table = root / "audits" / "standards" / "address_rules.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["step"] == "decide"]
    assert len(rows) > 10
    for row in rows:
        assert _case(row["example"]) == (row["class"], f"address:{row['rule']}")


def test_house_numbers_and_spaces_do_not_matter() -> None:
    """The same place with another number or blanks falls under the same rule."""
    cases, case_of = address_cases(
        pa.array(["郫都区唐昌镇战旗村5组", "郫都区 唐昌镇 战旗村18组", "郫都区唐昌镇战旗村５组"])
    )
    assert len(set(case_of.tolist())) == 1
    assert cases[case_of[0]].value == "村"


@pytest.mark.parametrize("address", [None, "", "-", "  ", "未知", "N/A"])
def test_no_address_is_missing_not_undecided(address: str | None) -> None:
    """An empty address is told apart from one that no rule decides."""
    assert _case(address) == ("unknown", "missing")


def test_the_address_only_fills_what_the_locality_leaves_open() -> None:
    """A word in the locality column wins over the address, an unsettled word too."""
    sellers = pa.table(
        {
            "seller": ["a", "b", "c", "d"],
            "locality": ["城市", None, "远郊区", "农村"],
            "address": ["金堂县隆盛乡", "金堂县隆盛乡", "金堂县隆盛乡", None],
        }
    )
    labels = label_sellers(sellers, {"locality:rural_urban": None}, {})[0]
    assert [labels.levels[code] for code in labels.codes] == ["urban", "rural", "unknown", "rural"]
    rules = [labels.mapping[row].rule for row in labels.rule_of]
    assert rules[1] == "address:township"
    assert all(not rule.startswith("address") for rule in np.array(rules)[[0, 2, 3]])


def test_addresses_never_stand_in_the_mapping() -> None:
    """The mapping shows the sign that decided, not where somebody lives."""
    sellers = pa.table({"seller": ["a", "b"], "address": ["郫都区唐昌镇战旗村5组", "锦江区"]})
    labels = label_sellers(sellers, {}, {})[0]
    assert {row.value for row in labels.mapping} == {"村", "区"}
    assert labels.notices[0].code == "address_fallback"
