//! What the program shows before, while and after it builds.

use std::fs;

use serde_json::Value;

use crate::program::{case, command, folder, offprint};

fn sample(name: &str) -> String {
    case("inputs").join(name).display().to_string()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn inspect_shows_what_is_understood() {
    let dir = folder("inspect");
    let run = offprint(&dir, &["inspect", &sample("tea.html"), &sample("boat.html")]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for line in ["language: zh-CN", "publisher: 河边小站", "  山中的茶", "creators: 林溪"] {
        assert!(run.out.lines().any(|of| of == line), "{line}: {}", run.out);
    }
    assert_eq!(run.out.lines().filter(|line| line.starts_with("picture: ") && line.contains("here, ")).count(), 2);
    let page = "---\ntitle: T\n---\n<p>Text.<img src=gone.png><img src=https://a.example/x.png></p>";
    fs::write(dir.join("page.html"), page).unwrap();
    let run = offprint(&dir, &["inspect", "page.html", "--json"]);
    let found = json(&run.out);
    assert_eq!(found["title"], "T");
    let states: Vec<&str> =
        found["pictures"].as_array().unwrap().iter().map(|picture| picture["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["missing", "wanted"], "{}", run.out);
    assert_eq!(offprint(&dir, &["inspect"]).code, 2);
}

#[test]
fn explain_names_the_rule_that_dropped_a_part() {
    let dir = folder("explain");
    let page = "<html><body><article><h1>T</h1><p>Kept text, with a comma, and so on, and on.</p>\
                <div class=promo>Buy &lt;this&gt; now</div><p>More text, and more, and more of it.</p></article></body></html>";
    fs::write(dir.join("page.html"), page).unwrap();
    fs::write(dir.join("mine.toml"), "[[platform]]\nname='mine'\ndrop=['.promo']\n").unwrap();
    let args = ["explain", "page.html", "--rules", "mine.toml"];
    let run = offprint(&dir, &args);
    assert_eq!(run.code, 0, "{}", run.err);
    let dropped: Vec<_> = run.out.lines().filter(|line| line.starts_with("  dropped  div.promo")).collect();
    assert!(dropped.len() == 1 && dropped[0].contains("mine"), "{}", run.out);
    assert!(run.out.contains("  article  article\n") && run.out.contains("Kept text"), "{}", run.out);
    let run = offprint(&dir, &[&args[..], &["--html", "page-explained.html"]].concat());
    assert_eq!(run.out, "page-explained.html\n", "{}", run.err);
    let page = fs::read_to_string(dir.join("page-explained.html")).unwrap();
    assert!(
        page.contains("class=\"dropped\"><code>div.promo</code>") && page.contains("Buy &lt;this&gt; now"),
        "{page}"
    );
}

#[test]
fn a_plan_says_what_would_be_done_and_does_nothing() {
    let dir = folder("plan");
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Text.<img src=https://a.example/x.png></p>").unwrap();
    fs::write(dir.join("old.epub"), "x").unwrap();
    let run = offprint(&dir, &["build", "page.html", "-o", "old.epub", "-o", "new.pdf", "--plan"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        run.out,
        "book: T\narticle: T\npictures: 0 here, 1 to fetch, 0 missing\ncontact: a.example\nreplace: old.epub\nwrite: new.pdf\n"
    );
    assert!(!dir.join("new.pdf").exists());
    assert_eq!(fs::read(dir.join("old.epub")).unwrap(), b"x");
}

#[test]
fn timings_are_shown_by_stage() {
    let dir = folder("timings");
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Text.</p>").unwrap();
    let run = offprint(&dir, &["build", "page.html", "-o", "a.epub", "-o", "a.pdf", "--timings"]);
    assert_eq!((run.code, run.out.as_str()), (0, "a.epub\na.pdf\n"), "{}", run.err);
    let rows: Vec<Vec<&str>> = run.err.lines().map(|line| line.split_whitespace().collect()).collect();
    let times = |stage: &str| rows.iter().find(|row| row[0] == stage).map(|row| row[1]);
    assert_eq!(rows[0], ["stage", "times", "seconds"]);
    assert_eq!(["read", "normalize", "write", "verify"].map(times), [Some("1"), Some("1"), Some("2"), Some("2")]);
    // Inside the stage that it is a part of.
    assert!(run.err.lines().any(|line| line.starts_with("  layout ")), "{}", run.err);
    let seconds = |row: &Vec<&str>| row.last().unwrap().parse::<f64>().unwrap();
    assert!(rows[1..].iter().all(|row| seconds(row) <= seconds(rows.last().unwrap()) * 64.0), "{}", run.err);
}

#[test]
fn a_report_says_what_was_done() {
    let dir = folder("report");
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Text.<img src=gone.png></p>").unwrap();
    let run = offprint(&dir, &["build", "page.html", "-o", "a.epub", "-o", "a.pdf", "--report", "report.json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let report = json(&fs::read_to_string(dir.join("report.json")).unwrap());
    assert_eq!((&report["version"], &report["articles"], &report["error"]), (&1.into(), &1.into(), &Value::Null));
    assert_eq!(report["outputs"][0]["bytes"], fs::metadata(dir.join("a.epub")).unwrap().len());
    assert_eq!(report["outputs"][1]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(report["images"]["missing"].as_array().unwrap().len(), 1);
    assert_eq!(report["diagnostics"][0]["code"], "image-missing");
    let stages: Vec<&Value> = report["timings"].as_array().unwrap().iter().map(|of| &of["stage"]).collect();
    assert_eq!(stages, ["pages", "images", "books"]);
    // A failure is a report, too; and every key is described.
    let run = offprint(&dir, &["build", "page.html", "-o", "b.epub", "--strict", "--report", "report.json"]);
    assert_eq!(run.code, 3);
    let report = json(&fs::read_to_string(dir.join("report.json")).unwrap());
    assert_eq!((&report["error"]["exit_code"], report["outputs"].as_array().unwrap().len()), (&3.into(), 0));
    let described = fs::read_to_string(case("../../docs/report.md")).unwrap();
    for key in report.as_object().unwrap().keys() {
        assert!(described.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn progress_for_other_programs_is_lines_of_json() {
    let dir = folder("progress");
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Text.<img src=gone.png></p>").unwrap();
    let run = offprint(&dir, &["build", "page.html", "-o", "a.epub", "--progress", "json"]);
    assert_eq!((run.code, run.out.as_str()), (0, "a.epub\n"));
    let kinds: Vec<String> = run.err.lines().map(|line| json(line)["type"].as_str().unwrap().to_owned()).collect();
    for kind in ["progress", "diagnostic", "summary"] {
        assert!(kinds.iter().any(|of| of == kind), "{kind}: {}", run.err);
    }
}

#[test]
fn completions_and_the_manual_are_made() {
    let dir = folder("completions");
    for (shell, said) in
        [("bash", "complete -F _offprint"), ("zsh", "#compdef offprint"), ("fish", "complete -c offprint")]
    {
        let run = offprint(&dir, &["completions", shell]);
        assert!(run.code == 0 && run.out.contains(said) && run.out.contains("max-image"), "{shell}: {}", run.err);
    }
    let run = offprint(&dir, &["man"]);
    assert!(run.code == 0 && run.out.contains(".TH offprint") && run.out.contains("max\\-image"), "{}", run.out);
    let run = offprint(&dir, &["--version"]);
    assert!(run.code == 0 && run.out.starts_with("offprint 0.") && run.out.contains("formats: "), "{}", run.out);
    // Typos.
    let run = offprint(&dir, &["biuld"]);
    assert!(run.code == 2 && run.err.contains("build"), "{}", run.err);
    let run = offprint(&dir, &["build", "x", "--max-imge", "3"]);
    assert!(run.code == 2 && run.err.contains("--max-image"), "{}", run.err);
    // A pipe that is closed is no failure.
    let mut child = command(&dir, &["man"]).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().code().is_some_and(|code| code < 100));
}

#[test]
fn watch_builds_again_what_has_changed() {
    use std::io::{BufRead, BufReader};
    let dir = folder("watch");
    fs::create_dir(dir.join("saved")).unwrap();
    let page = |text: &str| fs::write(dir.join("saved/a.html"), format!("<h1>T</h1><p>{text}</p>")).unwrap();
    page("First text.");
    let args = ["watch", "saved", "-o", "book.html", "--offline"];
    let mut child = command(&dir, &args).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let built = |lines: &mut dyn Iterator<Item = std::io::Result<String>>, text: &str| {
        assert_eq!(lines.next().unwrap().unwrap(), "book.html");
        assert!(fs::read_to_string(dir.join("book.html")).unwrap().contains(text), "{text}");
    };
    built(&mut lines, "First text.");
    page("Second text, longer.");
    built(&mut lines, "Second text, longer.");
    fs::write(dir.join("saved/b.html"), "<h1>U</h1><p>Another article.</p>").unwrap();
    built(&mut lines, "Another article.");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(offprint(&dir, &["watch"]).code, 2);
}
