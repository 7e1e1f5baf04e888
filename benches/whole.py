"""Runs Offprint and its peers on the same inputs and prints a table: medians, and ratios to Offprint (see whole.sh)."""

import html
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
OFFPRINT = TARGET / "release" / "offprint"
SAMPLE = HERE.parent / "tests" / "cases" / "sample" / "article.html"
FONTS = HERE.parent / "fonts"

quick = "--quick" in sys.argv
named = [word for word in sys.argv[1:] if not word.startswith("--")]
article = Path(named[0]) if named else SAMPLE
runs = 1 if quick else 5


class Usage:
    """What a process and those it started took: seconds of CPU in user mode, of the clock, and megabytes at most."""

    def __init__(self, user, wall, peak):
        self.user, self.wall, self.peak = user, wall, peak


# Measures in a process of its own, because peak memory is known of the largest child only. On Linux it takes in those
# whom their parents leave behind (PR_SET_CHILD_SUBREAPER), as browsers do, and waits for them, too.
MEASURE = """
import ctypes, os, resource, subprocess, sys, time
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
begun = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.monotonic() - begun
try:
    while time.monotonic() - begun < wall + 5:
        if os.waitpid(-1, os.WNOHANG)[0] == 0:
            time.sleep(0.01)
except ChildProcessError:
    pass
of = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, of.ru_utime, wall, of.ru_maxrss / 1024)
"""


def measured(command):
    said = subprocess.run([sys.executable, "-c", MEASURE, *map(str, command)], capture_output=True, text=True).stdout
    code, user, wall, peak = said.split()
    return None if code != "0" else Usage(float(user), float(wall), float(peak))


def median(command, times):
    """Of so many runs; nothing if one fails."""
    seen = []
    for _ in range(times):
        usage = measured(command)
        if usage is None:
            return None
        seen.append(usage)
    middle = lambda of: statistics.median(of(usage) for usage in seen)
    return Usage(middle(lambda u: u.user), middle(lambda u: u.wall), middle(lambda u: u.peak))


def table(title, rows):
    """Rows are a name, a command, the file that it makes, and how often it is run; the first is what others are
    compared with."""
    print(f"\n## {title}\n")
    print("| program | user CPU (s) | wall (s) | peak (MB) | file (kB) | CPU, times Offprint's |")
    print("|---|---:|---:|---:|---:|---:|")
    first = None
    for name, command, made, times in rows:
        if command is None:
            print(f"| {name} | not here | | | | |")
            continue
        usage = median(command, times)
        if usage is None:
            print(f"| {name} | failed | | | | |")
            continue
        first = first or usage
        size = f"{made.stat().st_size / 1000:.0f}" if made and made.is_file() else ""
        ratio = f"{usage.user / max(first.user, 0.01):.1f}"
        print(f"| {name} | {usage.user:.2f} | {usage.wall:.2f} | {usage.peak:.0f} | {size} | {ratio} |", flush=True)


def both_cores(title, rows):
    """How much sooner a command ends on all cores than on one, run in turns. Beside it, how much more two of them do in the same
    time, each on a core of its own: more than that the machine does not give."""
    if not program("taskset"):
        return
    print(f"\n## {title}\n")
    print("| book | one core (s) | all cores (s) | times | best | two at once do, times |")
    print("|---|---:|---:|---:|---:|---:|")
    pinned = lambda core, command: ["taskset", "-c", str(core), *map(str, command)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    # Each has a book of its own.
    copy = lambda word, core: f"{word}-{core}{Path(word).suffix}" if Path(word).suffix in (".pdf", ".epub") else word
    for name, command in rows:
        one, both, pair = [], [], []
        for _ in range(2 * runs):
            alone, shared = measured(pinned(0, command)), measured(command)
            if alone is None or shared is None:
                break
            one.append(alone.wall)
            both.append(shared.wall)
            copies = [[copy(word, core) for word in command] for core in (0, 1)]
            begun = time.monotonic()
            two = [subprocess.Popen(pinned(core, copied), **quiet) for core, copied in enumerate(copies)]
            if any([process.wait() for process in two]):
                break
            pair.append(time.monotonic() - begun)
        if len(pair) < 2 * runs:
            print(f"| {name} | failed | | | | |")
            continue
        middle, best = statistics.median(one) / statistics.median(both), min(one) / min(both)
        most = 2 * statistics.median(one) / statistics.median(pair)
        figures = f"{statistics.median(one):.2f} | {statistics.median(both):.2f} | {middle:.2f} | {best:.2f} | {most:.2f}"
        print(f"| {name} | {figures} |", flush=True)


def program(*names):
    return next((found for name in names if (found := shutil.which(name))), None)


def pandoc():
    try:
        import pypandoc
        return pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        return program("pandoc")


def has_module(name):
    import importlib.util
    return importlib.util.find_spec(name) is not None


def body_of(page):
    """The text of a page without its front matter."""
    match = re.match(r"---\n.*?\n---\n", page, re.S)
    return (page[:match.end()], page[match.end():]) if match else ("", page)


def varied(page, seed):
    """An article of the same length and structure with another text: the sentences of each paragraph in another order,
    one Han character in ten another one."""
    chance = random.Random(seed)
    front, body = body_of(page)
    letters = re.findall(r"[\u4e00-\u9fff]", body) or ["x"]

    def paragraph(match):
        sentences = re.findall(r"[^。！？]+[。！？]?", match[2])
        if not re.search(r"<[a-z]", match[2]):
            chance.shuffle(sentences)
        swap = lambda one: chance.choice(letters) if chance.random() < 0.1 else one[0]
        return match[1] + re.sub(r"[\u4e00-\u9fff](?![^<]*>)", swap, "".join(sentences)) + match[3]

    body = re.sub(r"(<p[^>]*>)(.*?)(</p>)", paragraph, body, flags=re.S)
    return of_its_own(front, seed) + body


def of_its_own(front, number):
    """Front matter with a title and an address that no other article has."""
    front = re.sub(r"(?m)^(title: .*?)([\"']?)$", rf"\1 {number}\2", front, count=1)
    return re.sub(r"(?m)^(from: .*?)([\"']?)$", rf"\1?number={number}\2", front, count=1)


def typst_source(clean):
    """Typst's own markup of a cleaned page: headings, paragraphs, links; the page and type of Offprint's theme."""
    escape = lambda text: re.sub(r"([\\#*_`$<>@\[\]~/=+-])", r"\\\1", html.unescape(text))
    opened = {"strong": "#strong[", "b": "#strong[", "em": "#emph[", "i": "#emph["}

    def inline(text):
        """Text with emphasis and links to elsewhere; other elements give their text."""
        said, closes = [], []
        for tag, plain in re.findall(r"(<[^>]*>)|([^<]+)", text):
            if plain:
                said.append(escape(plain))
                continue
            name = re.match(r"</?(\w+)", tag)[1]
            address = re.search(r'href="(https?:[^"]*)"', tag)
            if tag.startswith("</"):
                said.append(closes.pop() if closes and name in ("a", *opened) else "")
            elif name == "a":
                said.append(f'#link("{html.unescape(address[1])}")[' if address else "")
                closes.append("];" if address else "")
            elif name in opened:
                said.append(opened[name])
                closes.append("];")
        return "".join(said)

    out = [
        "#set page(width:148mm,height:210mm,margin:(top:20mm,bottom:21mm,inside:19mm,outside:21mm),numbering:\"1\")",
        "#set text(font:(\"Source Serif 4\",\"Noto Serif CJK SC\"),size:10.5pt,lang:\"zh\",region:\"cn\")",
        "#set par(justify:true,leading:6.5pt,first-line-indent:(amount:2em,all:true),spacing:6.5pt)",
        "#outline()",
    ]
    for match in re.finditer(r"<(h([1-6])|p|li|figcaption)[^>]*>(.*?)</\1>", clean, re.S):
        level, text = match[2], match[3]
        text = inline(text).strip().replace("\n", " ")
        if text:
            out.append(f"{'=' * int(level)} {text}" if level else text)
    return "\n\n".join(out)


PAGE = "<style>@page{size:148mm 210mm;margin:20mm}body{font:10.5pt/17pt 'Source Serif 4','Noto Serif CJK SC';text-align:justify}</style>"


def main():
    folder = Path(tempfile.mkdtemp(prefix="offprint-whole-"))
    cache = folder / "cache"
    page = article.read_text()
    offprint = lambda *words: [OFFPRINT, "build", *words, "--offline", "-q", "--no-config", "--cache", cache]
    print(f"Article: {article.name}, {len(re.sub('<[^>]*>', '', body_of(page)[1]))} characters; medians of {runs}.")

    # Pictures: eighteen of the article, four of them large.
    pictures = folder / "pictures"
    pictures.mkdir()
    shown = page
    if has_module("PIL"):
        shown = with_pictures(page, pictures)
    (pictures / "article.html").write_text(shown)
    bare = re.sub(r"<(img|noscript)\b[^>]*>", "", page)
    (folder / "bare.html").write_text(bare)
    clean = folder / "clean.html"
    subprocess.run(offprint(folder / "bare.html", "-o", clean), check=True, stdout=subprocess.DEVNULL)
    cleaned = clean.read_text().replace("</head>", PAGE + "</head>")
    (folder / "paged.html").write_text(cleaned)
    (folder / "article.typ").write_text(typst_source(clean.read_text()))

    book = folder / "book.epub"
    measured(offprint(pictures / "article.html", "-o", book))
    peers = [("pandoc", pandoc()), ("calibre", program("ebook-convert")), ("percollate", program("percollate"))]
    commands = {
        "pandoc": lambda at, source, out: [at, "-f", "html", source, "-o", out],
        "calibre": lambda at, source, out: [at, source, out],
        "percollate": lambda at, source, out: [at, "epub", source, "-o", out],
    }
    inside = lambda command: ["env", "-C", pictures, *command]
    rows = [("Offprint", offprint(pictures / "article.html", "-o", book), book, runs)]
    for name, at in peers:
        made = folder / f"{name}.epub"
        rows.append((name, at and inside(commands[name](at, pictures / "article.html", made)), made, min(runs, 3)))
    table("The article as EPUB, with 18 pictures, warm", rows)

    plain = folder / "plain.epub"
    rows = [
        ("Offprint", offprint(folder / "bare.html", "-o", plain), plain, runs),
        ("Offprint, no fonts", offprint(folder / "bare.html", "--embed-fonts", "no", "-o", plain), plain, runs),
        ("pandoc, cleaned text", pandoc() and [pandoc(), clean, "-o", folder / "p.epub"], folder / "p.epub", runs),
    ]
    table("The article as EPUB, without pictures", rows)

    made = folder / "book.pdf"
    table("The article as PDF, without pictures", [
        ("Offprint", offprint(folder / "bare.html", "-o", made), made, runs),
        *pdf_peers(folder, "article", min(runs, 3)),
    ])

    hundred(folder, page, offprint)
    if not quick:
        many(folder, page, offprint)


def pdf_peers(folder, name, times):
    typst = "import typst,sys; typst.compile(sys.argv[1],output=sys.argv[2],font_paths=[sys.argv[3]])"
    weasyprint = "import weasyprint,sys; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2],pdf_variant='pdf/ua-1')"
    chromium = program("chromium", "chromium-browser", "google-chrome")
    out = lambda peer: folder / f"{name}-{peer}.pdf"
    paged = folder / ("paged.html" if name == "article" else f"{name}.html")
    source = folder / f"{name}.typ"
    return [
        ("typst", has_module("typst") and [sys.executable, "-c", typst, source, out("typst"), FONTS] or None, out("typst"), times),
        ("WeasyPrint", has_module("weasyprint") and [sys.executable, "-c", weasyprint, paged, out("w")] or None, out("w"), times),
        ("Chromium", chromium and [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'chromium'}",
            f"--print-to-pdf={out('c')}", f"file://{paged}",
        ], out("c"), times),
    ]


def hundred(folder, page, offprint):
    """A hundred articles with texts of their own."""
    bare = re.sub(r"<(img|noscript)\b[^>]*>", "", page)
    saved = folder / "hundred"
    saved.mkdir()
    for number in range(100):
        (saved / f"{number:03}.html").write_text(varied(bare, number))
    clean = folder / "hundred-clean.html"
    subprocess.run(offprint(saved, "-o", clean), check=True, stdout=subprocess.DEVNULL)
    (folder / "hundred.html").write_text(clean.read_text().replace("</head>", PAGE + "</head>"))
    (folder / "hundred.typ").write_text(typst_source(clean.read_text()))
    made, book = folder / "hundred.pdf", folder / "hundred.epub"
    slow = {"WeasyPrint", "Chromium"}
    peers = [(name, command if not (quick and name in slow) else None, out, 1) for name, command, out, _ in
             pdf_peers(folder, "hundred", 1)]
    table("100 articles as PDF", [("Offprint", offprint(saved, "-o", made), made, min(runs, 3)), *peers])
    table("100 articles as EPUB", [
        ("Offprint", offprint(saved, "-o", book), book, min(runs, 3)),
        ("pandoc, cleaned text", pandoc() and [pandoc(), clean, "-o", folder / "h.epub"], folder / "h.epub", min(runs, 3)),
    ])
    both_cores("100 articles on one core and on all", [("PDF", offprint(saved, "-o", made)), ("EPUB", offprint(saved, "-o", book))])


def many(folder, page, offprint):
    """A thousand articles, in one book and each a book of its own; ten thousand short ones; 300 MB of pictures."""
    bare = re.sub(r"<(img|noscript)\b[^>]*>", "", page)
    for count in (250, 500, 1000):
        saved = folder / f"a{count}"
        saved.mkdir()
        for number in range(count):
            (saved / f"{number:04}.html").write_text(varied(bare, number))
        book = folder / f"a{count}.epub"
        table(f"{count} articles as EPUB", [("Offprint", offprint(saved, "-o", book), book, 1)])
    short = folder / "short"
    short.mkdir()
    front, body = body_of(bare)
    for number in range(10_000):
        text = of_its_own(front, number) + body[: body.find("</p>", 1500) + 4]
        (short / f"{number:05}.html").write_text(text)
    each = offprint(short, "--each", "-o", folder / "each")
    table("10,000 short articles, each a book", [("Offprint", each, None, 1)])
    if has_module("PIL"):
        heavy = folder / "heavy"
        heavy.mkdir()
        total = photographs(heavy, 300_000_000)
        tags = "".join(f'<p>{n}</p><img src="{n}.jpg">' for n in range(total))
        (heavy / "page.html").write_text(f"<h1>{total}</h1>{tags}")
        book = folder / "heavy.epub"
        words = offprint(heavy / "page.html", "-o", book)
        table("300 MB of pictures, cold", [("Offprint", words, book, 1)])
        table("300 MB of pictures, warm", [("Offprint", words, book, 1)])


def photograph(path, width, height, seed, quality=92):
    from PIL import Image
    chance = random.Random(seed)
    small = Image.new("RGB", (width // 8, height // 8))
    small.putdata([tuple(chance.randrange(40, 220) for _ in range(3)) for _ in range(small.width * small.height)])
    soft = small.resize((width // 2, height // 2), Image.BICUBIC).resize((width, height), Image.BICUBIC)
    grain = Image.effect_noise((width, height), 24).convert("RGB")
    Image.blend(soft, grain, 0.15).save(path, quality=quality)


def with_pictures(page, folder):
    """The article with local photographs in the place of its pictures."""
    for number in range(18):
        size = (3200, 2400) if number % 5 == 4 else (1200, 800)
        photograph(folder / f"{number}.jpg", *size, number)
    page = re.sub(r"<noscript>.*?</noscript>|<(img|noscript|/noscript)\b[^>]*>", "", page, flags=re.S)
    parts = page.split("</p>")
    step = max(1, len(parts) // 19)
    for number in range(18):
        at = min((number + 1) * step, len(parts) - 1)
        parts[at] = f'\n<img src="{number}.jpg" alt="{number}">' + parts[at]
    return "</p>".join(parts)


def photographs(folder, enough):
    total, count = 0, 0
    while total < enough:
        path = folder / f"{count}.jpg"
        photograph(path, 3200, 2400, count)
        total, count = total + path.stat().st_size, count + 1
    return count


main()
