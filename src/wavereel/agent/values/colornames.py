"""The names of colours that CSS does not know: everyday English ones, and the Chinese ones."""

from __future__ import annotations

from functools import cache

from wavereel.timeline.colors import css_colors

_EVERYDAY = """
    acidgreen b0bf1a, amber ffbf00, apricot fbceb1, aubergine 472c4c, avocado 568203, babyblue 89cff0,
    babypink f4c2c2, bloodred 8a0303, bloodorange ff4500, blush de5d83, blushpink fe828c, bottlegreen 006a4e,
    brickred cb4154, bronze cd7f32, brightblue 0096ff, bubblegum ffc1cc, bubblegumpink ffc1cc, burgundy 800020,
    burntorange cc5500, buttercream fff1b5, canary ffef00, canaryyellow ffef00, caramel c68e17,
    champagne f7e7ce, charcoal 36454f, charcoalgray 36454f, charcoalgrey 36454f, cherry de3163,
    cherryred d2042d, chocolatebrown 7b3f00, claret 7f1734, cobalt 0047ab, cobaltblue 0047ab, coffee 6f4e37,
    copper b87333, coralred ff4040, cream fffdd0, creamwhite fffdd0, denim 1560bd, denimblue 1560bd,
    dustypink d58a94, dustyrose c9a9a6, ecru c2b280, eggplant 614051, eggshell f0ead6, electricblue 7df9ff,
    electricpurple bf00ff, electricgreen 00ff00, emerald 50c878, emeraldgreen 50c878, fireenginered ce2029,
    forest 228b22, golden ffd700, goldenyellow ffdf00, grape 6f2da8, graphite 383838, grassgreen 4ca64c,
    gunmetal 2a3439, huntergreen 355e3b, iceblue d6ecef, inkblue 1d2951, jade 00a86b, jadegreen 00a86b,
    jetblack 0a0a0a, kellygreen 4cbb17, kleinblue 002fa7, lemon fff44f, lemonyellow fff44f, lilac c8a2c8,
    limeyellow dfff00, magentapink cc338b, mahogany c04000, mauve e0b0ff, mint 98ff98, mintgreen 98ff98,
    mossgreen 8a9a5b, mustard ffdb58, mustardyellow ffdb58, navyblue 000080, neonblue 1f51ff, neongreen 39ff14,
    neonorange ff5f1f, neonpink ff10f0, neonpurple bc13fe, neonred ff3131, neonyellow ffff33, nude e3bc9a,
    oceanblue 0077be, ochre cc7722, offwhite faf9f6, olivegreen 6b8e23, oxblood 4a0000, peach ffe5b4,
    pearl eae0c8, pearlwhite f8f6f0, periwinkle ccccff, petrol 005f6a, pinegreen 01796f, pitchblack 000000,
    powderpink f3cfc6, purewhite ffffff, pureblack 000000, raspberry e30b5d, rosered c21e56, rosegold b76e79,
    rosepink ff66cc, royalpurple 7851a9, ruby e0115f, rubyred 9b111e, rust b7410e, saffron f4c430, sage b2ac88,
    sagegreen 9caf88, sapphire 0f52ba, sapphireblue 0f52ba, scarlet ff2400, seablue 006994, shockingpink fc0fc0,
    skygreen 90ee90, slate 708090, slateblack 1e2328, smokegrey 738276, smokegray 738276, snowwhite fffafa,
    strawberry fc5a8d, sunflower ffda03, sunfloweryellow ffda03, tangerine f28500, taupe 483c32,
    terracotta e2725b, tealblue 367588, tealgreen 00827f, ultramarine 120a8f, vermilion e34234,
    warmwhite fdf4dc, wine 722f37, winered 722f37, indigoblue 4b0082, violetblue 8a2be2, bluegreen 0d98ba,
    redorange ff5349, yellowgreen 9acd32, orangered ff4500, bloodyred 8a0303, lightnavy 14148c,
    lightteal 5fb3b3, darkteal 004d4d, darknavy 000050, darkpink e75480, darkpurple 4b006e, darkyellow b58b00,
    darkbrown 5c1a1a, lightpurple b19cd9, lightorange ffc966, lightred ff7f7f, lightbrown b5651d,
    deepblue 00008b, deepred 8b0000, deepgreen 006400, deeppurple 3a0057, brightred ff1a1a, brightgreen 00e600,
    brightyellow fff200, brightpink ff3399, brightorange ff8c1a, brightpurple b026ff, palepink fadadd,
    paleblue afeeee, paleyellow ffffbf
"""

_HAN = """
    红 ff0000, 橙 ffa500, 橘 ffa500, 黄 ffff00, 绿 008000, 青 008080, 蓝 0000ff, 紫 800080, 粉 ffc0cb,
    黑 000000, 白 ffffff, 灰 808080, 棕 a52a2a, 褐 8b4513, 金 ffd700, 银 c0c0c0, 米 f5f5dc, 深红 8b0000,
    大红 e60000, 鲜红 ff1a1a, 正红 ff0000, 中国红 de2910, 酒红 722f37, 暗红 8b0000, 玫红 e6006b, 玫瑰红 e6006b,
    粉红 ffc0cb, 桃红 f4679d, 橙红 ff4500, 橘红 ff5a1f, 朱红 ff4d00, 枣红 8b1a2b, 砖红 b5432f, 绯红 c83c23,
    猩红 dc143c, 血红 8a0303, 火红 ff2d00, 铁锈红 b7410e, 珊瑚红 ff7f50, 品红 ff00ff, 洋红 ff00ff,
    胭脂红 c32136, 樱桃红 d2042d, 浅红 ff7f7f, 淡红 ffb3b3, 西瓜红 f05654, 豆沙红 b5656a, 紫红 c71585,
    嫣红 e5446d, 水红 f3d3e7, 宝石红 9b111e, 橙黄 ffb300, 橘黄 ffa000, 金黄 ffd700, 米黄 f5f5dc, 鹅黄 fff143,
    柠檬黄 fff44f, 明黄 ffff33, 亮黄 ffff33, 土黄 c8a951, 姜黄 ffc773, 杏黄 ffa631, 深黄 d9b300, 浅黄 ffffe0,
    淡黄 ffffcc, 嫩黄 fffa8c, 暗黄 b58b00, 荧光黄 ffff33, 芥末黄 ffdb58, 奶黄 fff4c2, 蛋黄 ffc64b, 米白 faf9f6,
    乳白 fffff0, 奶白 fffdf5, 雪白 fffafa, 纯白 ffffff, 象牙白 fffff0, 灰白 e8e8e8, 银白 f2f2f2, 珍珠白 f8f6f0,
    亮白 ffffff, 月白 d6ecf0, 暖白 fdf4dc, 洁白 ffffff, 草绿 7cbf3f, 墨绿 004d40, 深绿 006400, 浅绿 90ee90,
    淡绿 c1f0c1, 嫩绿 9be36f, 翠绿 00a15c, 薄荷绿 98ff98, 青绿 00a693, 军绿 4b5320, 果绿 8fd14f, 苹果绿 8db600,
    橄榄绿 6b8e23, 暗绿 013220, 亮绿 32cd32, 碧绿 2adfb3, 黄绿 9acd32, 荧光绿 39ff14, 森林绿 228b22,
    祖母绿 50c878, 松绿 057748, 抹茶绿 9caf6a, 孔雀绿 00a78e, 豆绿 9ed048, 粉绿 98fb98, 酸橙绿 32cd32,
    青草绿 7cfc00, 石绿 16a951, 湖蓝 30a5d6, 天蓝 87ceeb, 海蓝 006994, 深蓝 00008b, 藏青 000080, 藏蓝 000080,
    海军蓝 000080, 宝蓝 4169e1, 宝石蓝 0f52ba, 浅蓝 add8e6, 淡蓝 b0e0e6, 靛蓝 4b0082, 靛青 4b0082, 蔚蓝 007fff,
    水蓝 7fdbff, 暗蓝 00004d, 亮蓝 1e90ff, 孔雀蓝 33a1c9, 克莱因蓝 002fa7, 钴蓝 0047ab, 雾霾蓝 8ba6b8,
    天青 9bd1d9, 黛蓝 425066, 牛仔蓝 1560bd, 婴儿蓝 89cff0, 电光蓝 7df9ff, 荧光蓝 1f51ff, 午夜蓝 191970, 皇家蓝 4169e1,
    冰蓝 d6ecef,
    蓝绿 0d98ba, 青蓝 0093af, 群青 120a8f, 碧蓝 3eede7, 钢蓝 4682b4, 湛蓝 0067c5, 科技蓝 0a84ff, 墨蓝 1b2a41,
    灰蓝 6f8faf, 紫罗兰 ee82ee, 淡紫 d8bfd8, 深紫 4b006e, 浅紫 c8a2c8, 暗紫 301934, 亮紫 b026ff, 蓝紫 8a2be2,
    葡萄紫 6f2da8, 薰衣草紫 b57edc, 香芋紫 b39cd0, 丁香紫 c8a2c8, 荧光紫 bc13fe, 粉紫 dda0dd, 大紫 800080,
    茄紫 472c4c, 玫紫 ba55d3, 罗兰紫 ee82ee, 浅粉 ffe0e6, 淡粉 ffe4e9, 深粉 ff1493, 嫩粉 ffd1dc, 亮粉 ff69b4,
    藕粉 eac7c7, 荧光粉 ff10f0, 玫粉 ff66a3, 樱花粉 ffb7c5, 婴儿粉 f4c2c2, 裸粉 e8c4b8, 脏粉 d58a94,
    芭比粉 e0218a, 桃粉 ffb6a3, 死亡芭比粉 e0218a, 炭灰 36454f, 深灰 404040, 浅灰 d3d3d3, 淡灰 e0e0e0,
    银灰 a9acb0, 暗灰 555555, 亮灰 dcdcdc, 烟灰 738276, 高级灰 9e9e9e, 铁灰 53565a, 石墨灰 383838, 蓝灰 708090,
    雾灰 b8bcc0, 碳灰 36454f, 水泥灰 9a9a94, 纯黑 000000, 漆黑 000000, 深黑 000000, 墨黑 0a0a0a, 炭黑 1a1a1a,
    曜石黑 0b0b0f, 哑光黑 1c1c1c, 乌黑 0a0a0a, 深棕 5c1a1a, 浅棕 b5651d, 红棕 a0522d, 焦糖棕 c68e17,
    棕褐 8b5a2b, 棕红 9b4400, 棕黄 ae7000, 深褐 4b2a10, 浅褐 b38b6d, 茶褐 b35c44, 香槟金 f7e7ce, 玫瑰金 b76e79,
    铂金 e5e4e2, 浅金 f0e68c, 亮金 ffdf33, 暗金 b8860b, 古铜 b87333, 深橙 ff8c00, 浅橙 ffc966, 亮橙 ff9a1f,
    淡橙 ffdab3, 荧光橙 ff5f1f, 浅青 7fdfdf, 深青 005f5f, 淡青 e0ffff, 亮青 00ffff, 暗青 003f3f, 荧光青 00ffff,
    卡其 c3b091, 品蓝 4169e1
"""

_HAN_WITH_SE = """
    咖啡 6f4e37, 巧克力 7b3f00, 薄荷 98ff98, 橄榄 808000, 奶油 fffdd0, 珊瑚 ff7f50, 象牙 fffff0, 香槟 f7e7ce,
    驼 c19a6b, 杏 fbceb1, 藕 eac7c7, 桃 ffb6a3, 玫瑰 e6006b, 肉 f3d3bd, 肤 f3d3bd, 裸 e3bc9a, 铜 b87333,
    琥珀 ffbf00, 焦糖 c68e17, 奶茶 c9a985, 奶咖 b89b7d, 茶 b35c44, 黛 4a4266, 靛 4b0082, 柠檬 fff44f,
    薰衣草 e6e6fa, 丁香 c8a2c8, 樱花 ffb7c5, 橘子 ffa500, 橙子 ffa500, 番茄 ff6347, 西红柿 ff6347,
    三文鱼 fa8072, 鲑鱼 fa8072, 葡萄 6f2da8, 抹茶 9caf6a, 沙 f4a460, 沙滩 f4a460, 卡其 c3b091, 亚麻 faf0e6,
    小麦 f5deb3, 木 8b5a2b, 铁锈 b7410e, 炭 36454f, 碳 36454f, 墨 1c1c1c, 烟 738276, 石墨 383838, 松石 40e0d0,
    绿松石 40e0d0, 祖母绿 50c878, 翡翠 00a86b, 湖 30a5d6, 天空 87ceeb, 海洋 0077be, 玫 e6006b, 血 8a0303,
    酒 722f37, 豆沙 b5656a, 芥末 ffdb58, 姜 ffc773, 土 c8a951, 砖 b5432f, 银灰 a9acb0, 赭 cc7722, 赭石 cc7722,
    雪 fffafa, 草 7cbf3f, 森林 228b22, 军绿 4b5320, 宝石蓝 0f52ba, 紫罗兰 ee82ee
"""


def _pairs(text: str) -> dict[str, str]:
    pairs = (pair.split() for pair in text.replace("\n", " ").split(","))
    return {name.lower(): f"#{digits}" for name, digits in pairs}


@cache
def english_colors() -> dict[str, str]:
    """Every English name, without blanks, and its colour; CSS has the last word."""
    return _pairs(_EVERYDAY) | css_colors()


@cache
def han_colors() -> dict[str, str]:
    """Every Chinese name that is a colour with 色 and without; of one character, too."""
    return _pairs(_HAN)


@cache
def han_colors_with_se() -> dict[str, str]:
    """Chinese words that are a colour before 色 only (咖啡 is a drink)."""
    return _pairs(_HAN_WITH_SE)
