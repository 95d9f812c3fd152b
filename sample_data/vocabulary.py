"""The words of the sample in both languages: categories, what people search for, headings."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")

CATEGORIES: dict[Language, tuple[str, ...]] = {
    "zh": ("农产品", "非遗手工艺", "休闲食品", "家居用品", "服饰鞋包"),
    "en": ("farm produce", "heritage handicraft", "snacks", "homeware", "apparel"),
}

QUERIES: dict[Language, tuple[tuple[str, ...], ...]] = {
    "zh": (
        ("苹果", "大米", "土鸡蛋", "蜂蜜", "核桃", "香菇"),
        ("竹编篮", "蜡染布", "剪纸", "木雕摆件", "刺绣手帕", "陶罐"),
        ("牛肉干", "红薯干", "辣条", "米花糖", "瓜子", "果脯"),
        ("收纳盒", "四件套", "保温杯", "台灯", "砂锅", "拖把"),
        ("布鞋", "帆布包", "羽绒服", "围巾", "衬衫", "雨靴"),
    ),
    "en": (
        ("apples", "rice", "free-range eggs", "honey", "walnuts", "shiitake"),
        ("bamboo basket", "batik cloth", "paper cutting", "wood carving", "embroidery", "clay jar"),
        ("beef jerky", "dried yam", "spicy strips", "rice candy", "melon seeds", "candied fruit"),
        ("storage box", "bedding set", "vacuum flask", "desk lamp", "casserole", "mop"),
        ("cloth shoes", "canvas bag", "down jacket", "scarf", "shirt", "rain boots"),
    ),
}

SECTORS: dict[Language, tuple[str, str]] = {
    "zh": ("零售业", "农、林、牧、渔业"),
    "en": ("retail", "agriculture"),
}

YES_NO: dict[Language, tuple[str, str]] = {"zh": ("否", "是"), "en": ("no", "yes")}

SHOP_NAME: dict[Language, str] = {"zh": "样例小店{number:03d}号", "en": "Sample Shop {number:03d}"}

LOG_HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": ("搜索ID", "搜索词", "排名", "商品ID", "店铺ID", "曝光时间", "是否广告", "点击次数"),
    "en": ("search_id", "query", "rank", "listing_id", "seller_id", "time", "sponsored", "clicks"),
}

SELLER_HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "店铺ID",
        "店铺名称",
        "统计用城乡划分代码",
        "从业人员",
        "年营业收入（元）",
        "行业",
        "民族地区",
        "合作社成员",
        "入驻日期",
    ),
    "en": (
        "seller_id",
        "shop_name",
        "region_code",
        "employees",
        "annual_revenue",
        "sector",
        "ethnic_minority_region",
        "cooperative",
        "joined",
    ),
}

CATALOGUE_HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": ("商品ID", "店铺ID", "类目", "价格", "评分", "质量分"),
    "en": ("listing_id", "seller_id", "category", "price", "rating", "quality"),
}
