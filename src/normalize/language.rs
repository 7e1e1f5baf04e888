//! The language of a text: its letters first, then what the page says, then statistics.

use crate::model::Language;

/// Characters of Chinese that are written so in simplified text only, and their traditional forms, in pairs.
const PAIRS: &str = "们們这這来來时時说說对對国國会會过過发發为為个個动動还還没沒进進现現开開关關经經学學业業东東车車书書长長门門\
问問间間见見话話语語让讓认認识識记記议議论論设設许許该該请請义義乌烏买買卖賣乱亂争爭产產亲親亿億仅僅从從仓倉仪儀价價\
众眾优優伟偉传傳伤傷体體侧側俩倆债債倾傾储儲儿兒党黨兰蘭兴興养養写寫军軍农農冲衝决決况況净淨凉涼减減几幾凤鳳击擊划劃\
刘劉则則刚剛创創删刪别別剧劇剂劑办辦务務劳勞势勢华華协協单單卢盧卫衛厂廠历歷厅廳压壓厌厭县縣参參双雙变變叶葉号號\
叹嘆吗嗎听聽启啟员員响響哑啞唤喚园園围圍图圖圆圓团團场場坏壞块塊坚堅坛壇坠墜垄壟垒壘声聲壳殼处處备備头頭夹夾夺奪\
奋奮奖獎妇婦妈媽娱娛婴嬰孙孫宁寧宝寶实實审審宪憲宫宮宽寬宾賓寻尋导導寿壽将將尔爾尘塵尝嘗层層属屬岁歲岛島岂豈师師\
帅帥帐帳帮幫带帶库庫应應废廢异異张張弹彈强強归歸当當录錄彻徹忆憶忧憂怀懷态態总總恋戀恶惡惊驚惯慣愿願战戰户戶扑撲\
执執扩擴扫掃扬揚抢搶护護报報拟擬拥擁拨撥择擇挂掛挡擋挤擠挥揮损損换換据據搅攪摄攝摆擺敌敵数數断斷旧舊显顯晓曉\
暂暫术術机機杀殺权權条條杨楊极極构構枪槍标標栏欄树樹样樣桥橋梦夢检檢楼樓欢歡残殘毁毀毕畢气氣汇匯汉漢汤湯沟溝沪滬\
泽澤洁潔浅淺测測济濟浓濃涛濤润潤涨漲湾灣湿濕满滿滚滾灭滅灯燈灵靈炼煉烟煙烦煩热熱爱愛爷爺牺犧状狀独獨狱獄猎獵猫貓\
环環玛瑪电電画畫畅暢疗療疯瘋监監盖蓋盘盤着著矿礦码碼砖磚础礎确確离離种種积積称稱稳穩穷窮窃竊竞競笔筆签簽简簡类類粮糧\
纪紀约約级級纯純纲綱纳納纷紛纸紙纹紋线線练練组組细細织織终終结結绍紹给給络絡绝絕统統继繼绩績续續维維绿綠编編缘緣\
网網罗羅罚罰职職联聯聪聰肃肅脑腦脸臉腾騰舰艦艰艱艺藝节節芦蘆苏蘇苹蘋荣榮药藥莱萊获獲虽雖虑慮补補袭襲观觀规規视視\
览覽觉覺触觸计計订訂训訓讨討讯訊讲講讳諱证證评評诉訴词詞译譯试試诗詩诚誠询詢详詳谁誰调調谈談谋謀谓謂谢謝谣謠谱譜\
贝貝负負贡貢财財责責败敗货貨质質贪貪购購贯貫贴貼贵貴贷貸贸貿费費赏賞赖賴赛賽赞讚赢贏趋趨跃躍践踐踪蹤轨軌转轉轮輪软軟\
轻輕载載较較辆輛输輸边邊达達迁遷运運近近连連迟遲适適选選递遞逻邏遗遺邮郵邻鄰郑鄭释釋针針钟鐘钢鋼钱錢铁鐵银銀链鏈销銷\
锁鎖错錯键鍵镇鎮镜鏡闭閉闻聞闹鬧阅閱队隊阳陽阴陰阵陣阶階际際陆陸陈陳险險随隨隐隱难難雾霧静靜页頁顶頂项項顺順须須顾顧\
预預领領频頻题題颜顏额額风風飞飛饭飯饮飲饰飾馆館马馬驱驅驾駕验驗骂罵骗騙鱼魚鲁魯鲜鮮鸟鳥鸡雞麦麥黄黃齐齊龙龍";

/// How much of a text is written how.
#[derive(Debug, Default)]
struct Scripts {
    han: usize,
    kana: usize,
    hangul: usize,
    thai: usize,
    arabic: usize,
    hebrew: usize,
    cyrillic: usize,
    greek: usize,
    devanagari: usize,
    tibetan: usize,
    latin: usize,
    simplified: usize,
    traditional: usize,
}

/// The language of a text. `stated` is what its author says, `page` what the page's markup says: it is often the
/// site's software that speaks there.
pub(super) fn detect(text: &str, stated: Option<&str>, page: Option<&str>) -> Option<Language> {
    let scripts = count(text);
    let written = by_script(&scripts);
    let said =
        stated.and_then(Language::parse).or_else(|| page.and_then(Language::parse).filter(|said| fits(said, &scripts)));
    match (said, written) {
        (Some(said), Some(written)) if said.primary() == "zh" && written.primary() == "zh" => {
            Some(regional(said, &scripts))
        }
        (Some(said), _) if stated.is_some() || said.primary() != "und" => Some(said),
        (_, Some(written)) => Some(written),
        (_, None) => by_words(text),
    }
}

fn count(text: &str) -> Scripts {
    let mut found = Scripts::default();
    for c in text.chars() {
        let counter = match c {
            'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' => &mut found.latin,
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => &mut found.han,
            '\u{3041}'..='\u{30FF}' => &mut found.kana,
            '\u{AC00}'..='\u{D7AF}' | '\u{1100}'..='\u{11FF}' => &mut found.hangul,
            '\u{E00}'..='\u{E7F}' => &mut found.thai,
            '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' => &mut found.arabic,
            '\u{590}'..='\u{5FF}' => &mut found.hebrew,
            '\u{400}'..='\u{52F}' => &mut found.cyrillic,
            '\u{370}'..='\u{3FF}' => &mut found.greek,
            '\u{900}'..='\u{97F}' => &mut found.devanagari,
            '\u{F00}'..='\u{FFF}' => &mut found.tibetan,
            _ => continue,
        };
        *counter += 1;
    }
    if found.han > 0 {
        (found.simplified, found.traditional) = characters(text);
    }
    found
}

/// How many characters are of simplified text only, how many of traditional.
fn characters(text: &str) -> (usize, usize) {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;
    static SIDES: LazyLock<BTreeMap<char, bool>> = LazyLock::new(|| {
        let all: Vec<char> = PAIRS.chars().collect();
        let differing = all.chunks_exact(2).filter(|pair| pair[0] != pair[1]);
        differing.flat_map(|pair| [(pair[0], true), (pair[1], false)]).collect()
    });
    let (mut simplified, mut traditional) = (0, 0);
    for side in text.chars().filter(|c| ('\u{4E00}'..='\u{9FFF}').contains(c)).take(2_000).filter_map(|c| SIDES.get(&c))
    {
        if *side { simplified += 1 } else { traditional += 1 }
    }
    (simplified, traditional)
}

/// One Han character says about as much as three letters.
fn by_script(scripts: &Scripts) -> Option<Language> {
    let cjk = (scripts.han + scripts.kana + scripts.hangul) * 3;
    let others = [
        (scripts.thai, "th"),
        (scripts.arabic, "ar"),
        (scripts.hebrew, "he"),
        (scripts.greek, "el"),
        (scripts.devanagari, "hi"),
        (scripts.tibetan, "bo"),
    ];
    let (most, tag) = others.into_iter().max_by_key(|(count, _)| *count)?;
    let letters = scripts.latin + scripts.cyrillic;
    if cjk >= letters.max(most).max(1) {
        let tag = if scripts.kana * 10 > scripts.han + scripts.kana {
            "ja"
        } else if scripts.hangul > scripts.han {
            "ko"
        } else if scripts.traditional > scripts.simplified {
            "zh-TW"
        } else {
            "zh-CN"
        };
        return Language::parse(tag);
    }
    // Several languages are written in Arabic letters and in Devanagari; statistics tell them apart.
    (most > letters && !matches!(tag, "ar" | "hi")).then(|| Language::parse(tag)).flatten()
}

/// Whether a text may be in the language that a page says it is in.
fn fits(said: &Language, scripts: &Scripts) -> bool {
    let all = (scripts.han + scripts.kana + scripts.hangul) * 3
        + scripts.latin
        + scripts.cyrillic
        + scripts.arabic
        + scripts.thai
        + scripts.hebrew
        + scripts.greek
        + scripts.devanagari
        + scripts.tibetan;
    let own = match said.primary() {
        "zh" | "yue" => scripts.han * 3 - (scripts.kana * 3).min(scripts.han * 3),
        "ja" => {
            if scripts.kana > 0 {
                (scripts.han + scripts.kana) * 3
            } else {
                0
            }
        }
        "ko" => scripts.hangul * 3,
        "ru" | "uk" | "be" | "bg" | "mk" | "kk" | "ky" | "mn" | "tg" => scripts.cyrillic,
        "sr" | "uz" => scripts.cyrillic + scripts.latin,
        "ar" | "fa" | "ur" | "ps" | "ug" | "ckb" => scripts.arabic,
        "th" => scripts.thai,
        "he" | "yi" => scripts.hebrew,
        "el" => scripts.greek,
        "hi" | "mr" | "ne" => scripts.devanagari,
        "bo" => scripts.tibetan,
        _ => scripts.latin,
    };
    all > 0 && own * 2 >= all
}

/// Chinese with a region, as fonts and readers need it: `zh`, `zh-Hans` and `zh-Hant` become what the characters say.
fn regional(said: Language, scripts: &Scripts) -> Language {
    let tag = match said.tag() {
        "zh" | "zh-CN" | "zh-SG" | "zh-TW" if scripts.simplified + scripts.traditional > 20 => {
            let traditional = scripts.traditional > scripts.simplified;
            match (said.tag(), traditional) {
                ("zh-SG", false) => "zh-SG",
                (_, true) => "zh-TW",
                (_, false) => "zh-CN",
            }
        }
        "zh" | "zh-Hans" | "zh-Hans-CN" => "zh-CN",
        "zh-Hant" | "zh-Hant-TW" => "zh-TW",
        "zh-Hant-HK" => "zh-HK",
        _ => return said,
    };
    Language::parse(tag).unwrap_or(said)
}

fn by_words(text: &str) -> Option<Language> {
    let end = text.char_indices().nth(4000).map_or(text.len(), |(at, _)| at);
    let info = whatlang::detect(&text[..end])?;
    if text.len() < 60 && !info.is_reliable() {
        return None;
    }
    use whatlang::Lang;
    let tag = match info.lang() {
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bel => "be",
        Lang::Bul => "bg",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Pol => "pl",
        Lang::Nld => "nl",
        Lang::Tur => "tr",
        Lang::Swe => "sv",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Fin => "fi",
        Lang::Ces => "cs",
        Lang::Slk => "sk",
        Lang::Hun => "hu",
        Lang::Ron => "ro",
        Lang::Hrv => "hr",
        Lang::Slv => "sl",
        Lang::Cat => "ca",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Est => "et",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Lat => "la",
        Lang::Epo => "eo",
        Lang::Afr => "af",
        Lang::Aze => "az",
        Lang::Uzb => "uz",
        Lang::Tgl => "tl",
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Urd => "ur",
        Lang::Hin => "hi",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        Lang::Ben => "bn",
        Lang::Ell => "el",
        Lang::Heb => "he",
        Lang::Tha => "th",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Cmn => "zh-CN",
        _ => return None,
    };
    Language::parse(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str, stated: Option<&str>, page: Option<&str>) -> Option<String> {
        detect(text, stated, page).map(|language| language.tag().to_owned())
    }

    #[test]
    fn pairs_are_pairs() {
        assert_eq!(PAIRS.chars().count() % 2, 0);
    }

    #[test]
    fn letters_come_first() {
        let simplified = "这个名叫国家的监狱：起义后的哈萨克斯坦，没有人说过这是为什么。";
        let traditional = "這個名叫國家的監獄：起義後的哈薩克斯坦，沒有人說過這是為什麼。";
        assert_eq!(tag(simplified, None, None).as_deref(), Some("zh-CN"));
        assert_eq!(tag(traditional, None, None).as_deref(), Some("zh-TW"));
        assert_eq!(tag(simplified, None, Some("en-US")).as_deref(), Some("zh-CN"));
        assert_eq!(tag(simplified, None, Some("zh-Hans")).as_deref(), Some("zh-CN"));
        assert_eq!(tag(traditional, None, Some("zh-HK")).as_deref(), Some("zh-HK"));
        assert_eq!(tag("これは日本語の文章です。", None, None).as_deref(), Some("ja"));
        assert_eq!(tag("한국어 문장입니다.", None, Some("en")).as_deref(), Some("ko"));
        assert_eq!(tag("Последствия протестов в Казахстане были тяжёлыми для всех", None, None).as_deref(), Some("ru"));
    }

    #[test]
    fn statistics_for_latin_text() {
        let english =
            "In early twentieth-century China, the man made a fortune and wrote about it in the papers of his city.";
        assert_eq!(tag(english, None, None).as_deref(), Some("en"));
        assert_eq!(tag(english, None, Some("en_GB")).as_deref(), Some("en-GB"));
        assert_eq!(tag(english, None, Some("zh-CN")).as_deref(), Some("en"));
        assert_eq!(tag("", None, None), None);
        assert_eq!(tag("abc", Some("de"), None).as_deref(), Some("de"));
    }
}
