//! Two hundred pages of Chinese with all that stands in such text, read by the [`checker`](super::checker).

use super::*;

/// Prose that mixes what web articles mix.
const PROSE: &[&str] = &[
    "清晨六点，印刷机已经开始转动。老师傅用手背试了试滚筒的温度，说：“今天潮，纸要多晾半个钟头。”学徒小周点点头，把那一摞 80 g/m² 的道林纸搬到窗边，一张一张地翻开。窗外的街道还没有人，只有卖豆浆的三轮车慢慢驶过。",
    "关于“书籍”的定义，各家说法不一：《辞海》说它是“装订成册的著作”，图书馆学家则更看重“可复制、可保存、可流传”这三点；而在 1960 年代的莫斯科，самиздат（samizdat）告诉人们，只要有复写纸和打字机，一个人也可以是一家出版社。",
    "她在 2019 年 11 月 3 日写给朋友的信里提到三件事：第一，房租涨了 15%，不得不搬到城北；第二，那本写了七年的小说终于完成，共 412 页；第三——也是最要紧的——她不打算投稿，而要自己排版、自己印、自己送。",
    "软件的版本号从 v0.9.12 跳到 v2.0，是因为作者 Ada Folder 在邮件列表里承认：“我们把 line breaking 想得太简单了。”此后，她和另外两位开发者重写了整个模块，新的算法发表在 https://example.org/papers/2021/total-fit?lang=zh&page=2 上，任何人都可以下载。",
    "排版的规矩看起来琐碎，其实都有道理：句号不能放在行首，因为读者会以为新的一行从空白开始；左括号不能留在行尾，因为它像一只伸出去却没有握住的手；破折号——两个字宽——中间不能断开；省略号……也是如此。",
    "“你相信纸吗？”他问。“我相信能放进口袋的东西。”她回答，然后从包里取出一本薄薄的小册子，封面上只有四个字：《不会停电》。他翻到第 3 页，看见一张手绘的地图，图例写着“水源（可靠）”“水源（存疑）”“朋友家”。",
    "哈萨克斯坦的阿拉木图（Алматы）、吉尔吉斯斯坦的比什凯克（Бишкек）和乌兹别克斯坦的塔什干（Toshkent），三座城市相距不过数百公里，却使用三种不同的字母拼写自己的名字；旅行者往往要过几天才能习惯路牌上的变化。",
    "实验的结果可以用一个数字概括：3.14。更准确地说，在 25 ℃、1 个标准大气压的条件下，样品的吸水率为 3.14%，比对照组低 0.6 个百分点；如果把纸张的厚度从 0.10 mm 增加到 0.13 mm，吸水率会再下降一半左右。",
    "卡尔·马克思、罗莎·卢森堡、彼得·克鲁泡特金：三个人的肖像挂在同一面墙上，中间隔着一扇窗。来访者总要问，为什么是他们？主人总是笑着说：“因为这三个相框是同一天在旧货市场买的，十块钱一个，不讲价。”",
    "村里的广播站每天播音两次，上午 7:30 和下午 5:45。播音员是小学的语文老师，普通话标准，偶尔也念错字；有一回她把“龟裂”念成了“乌龟的龟”，全村人笑了一个星期。后来她每次播音之前，都要先查字典、再喝水、最后清嗓子。",
    "按照 RFC 3986 的规定，URL 由五个部分组成：scheme、authority、path、query 和 fragment。把一个地址印在纸上时，最好在斜杠之后换行，绝不要加连字符，否则读者会把 book-binding 和 bookbinding 当成两个不同的地方。",
    "夜里下了雪。第二天早上，院子里的脚印清清楚楚：猫从柴房出来，绕过水缸，停了一会儿（大概是在听屋里的动静），然后一口气跑到墙根，跳了上去。墙头的雪被它碰掉了一块，露出青灰色的砖。除此之外，什么痕迹也没有。",
];

/// Clauses that a generator puts together.
const CLAUSES: &[&str] = &[
    "天色渐渐暗下来",
    "没有人说话",
    "他把信折好放回信封",
    "一共有 128 个人签了名",
    "这件事后来被写进了《地方志》",
    "会议持续到凌晨两点",
    "大家同意先休息十分钟",
    "按照 GB/T 15834 的规定",
    "所谓“公共空间”",
    "也就是 public sphere",
    "价格从 ￥35 涨到 ￥120",
    "约占总数的 47%",
    "面积不足 60㎡",
    "我们走的是小路",
    "路的尽头有一座桥",
    "桥上写着“禁止通行”",
    "维克多·雨果说过类似的话",
    "档案馆（周一闭馆）",
    "剩下的问题只有一个",
    "谁来付钱",
    "第二版改正了 300 多处错误",
    "其中一半是标点",
    "她没有回答",
    "窗户开着",
    "风把稿纸吹了一地",
    "老张蹲下去捡",
    "编号是 A-17/B",
    "用的是 Unicode 编码",
    "Перестройка 开始的那一年",
    "工厂已经停产",
    "只有门卫还在",
    "他养了两只鸡",
];
const ENDS: &[&str] = &["。", "。", "。", "！", "？", "……", "。”", "）。"];

fn generated(seed: &mut Seeded) -> String {
    let mut out = String::new();
    for _ in 0..seed.below(5) + 1 {
        let end = ENDS[seed.below(ENDS.len())];
        out.push_str(match end {
            "。”" => "有人喊道：“",
            "）。" => "（",
            _ => "",
        });
        let count = seed.below(5) + 1;
        for index in 0..count {
            out.push_str(CLAUSES[seed.below(CLAUSES.len())]);
            out.push_str(match seed.below(9) {
                _ if index + 1 == count => "",
                0 => "；",
                1 => "、",
                2 => "：",
                3 => "——",
                _ => "，",
            });
        }
        out.push_str(end);
    }
    out
}

/// Sections of prose and of generated paragraphs, enough for so many pages.
fn mixed_book(pages: usize) -> Book {
    let mut seed = Seeded(7, 0);
    let mut article = chapter("a", "题", Vec::new());
    let mut characters = 0;
    while characters < pages * 760 {
        let number = article.sections.len();
        let mut section = chapter(&format!("s{number}"), &format!("第{}节", number + 1), Vec::new());
        for count in 0..24 {
            let words = if count % 3 == 0 { PROSE[seed.below(PROSE.len())].to_owned() } else { generated(&mut seed) };
            characters += words.chars().count();
            section.blocks.push(paragraph(&words));
        }
        article.sections.push(section);
    }
    book(vec![article])
}

#[test]
fn two_hundred_pages_pass_the_proof_reader() {
    let theme = Theme::default();
    let pages = lay_out(&mixed_book(200), &Images::default(), &theme).value;
    let geometry = Geometry::new(&theme);
    let edges = |page| (geometry.left(page).0, geometry.left(page).0 + geometry.area.width.0);
    let found = checker::check(&pages, &edges);
    assert!(found.pages >= 200 && found.paragraphs > 1000, "{} pages", found.pages);
    assert!(found.forbidden.is_empty(), "{:#?}", found.forbidden);
    assert!(found.ragged.is_empty(), "{:#?}", found.ragged);
    assert!(
        found.runts.len() * 200 <= found.paragraphs,
        "{} of {}: {:#?}",
        found.runts.len(),
        found.paragraphs,
        found.runts
    );
    assert!(found.spaced.len() * 100 <= found.lines, "{} of {}: {:#?}", found.spaced.len(), found.lines, found.spaced);
}
