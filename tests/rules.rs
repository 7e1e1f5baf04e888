//! `--rules`: what a user says of pages is done.

use std::fs;

use crate::program::{folder, offprint};

const PAGE: &str = "<html><head><title>Window - Site</title></head><body><div class=top><p>First words of the page, with a comma, \
                    and so on, and so on, and on.</p></div><div class=x><h2 class=t>True title</h2><i>Jane Roe</i>\
                    <p>Kept text.</p><b class=w>Wrapped</b><p class=promo-box>Buy this</p><p>[more]</p></div></body></html>";

#[test]
fn both_formats_say_the_same() {
    let toml = "[[platform]]\nname='mine'\ncontent=['.x']\ntitle=['.t']\nauthor=['.x > i']\ndrop=['.promo-box', '.x > i']\n\
                replace=[['[more]', 'Replaced']]\nwrap=[['h3', 'b.w']]\n";
    let txt = "body: //div[@class='x']\ntitle: //h2[@class='t']\nauthor: //div[@class='x']/i\nstrip_id_or_class: promo\n\
               strip: //div[@class='x']/i\nreplace_string([more]): Replaced\nwrap_in(h3): //b[@class='w']\n";
    let folder = folder("rules");
    fs::write(folder.join("page.html"), PAGE).unwrap();
    let mut books = Vec::new();
    for (name, rules) in [("mine.toml", toml), ("mine.txt", txt)] {
        fs::write(folder.join(name), rules).unwrap();
        let run = offprint(&folder, &["build", "page.html", "--offline", "--rules", name, "-o", "book.html"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
        books.push(fs::read_to_string(folder.join("book.html")).unwrap());
    }
    assert_eq!(books[0], books[1]);
    for there in ["<title>True title</title>", "Jane Roe", "<p>Kept text.</p>", "<h2>Wrapped</h2>", "<p>Replaced</p>"] {
        assert!(books[0].contains(there), "{there}: {}", books[0]);
    }
    for gone in ["First words", "Buy this", "<i>", "[more]"] {
        assert!(!books[0].contains(gone), "{gone}: {}", books[0]);
    }
}

#[test]
fn what_is_wrong_with_rules_is_said() {
    let folder = folder("rules_wrong");
    fs::write(folder.join("page.html"), PAGE).unwrap();
    fs::write(folder.join("wrong.toml"), "[[platform]]\ndorp=['.x']\n").unwrap();
    fs::write(folder.join("part.txt"), "strip: //p/..\n").unwrap();
    let run =
        |rules: &str| offprint(&folder, &["build", "page.html", "--offline", "--rules", rules, "-o", "book.html"]);
    assert_eq!(run("none.toml").code, 1);
    let wrong = run("wrong.toml");
    assert!(wrong.code == 1 && wrong.err.contains("wrong.toml") && wrong.err.contains("dorp"), "{}", wrong.err);
    let part = run("part.txt");
    assert!(part.code == 0 && part.err.contains("part.txt, line 1: strip: //p/.."), "{}", part.err);
}
