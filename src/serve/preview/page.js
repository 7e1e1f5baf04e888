// Shows what the server says there is, and asks it again and again whether there is something newer. The place in both
// panes stays when a new edition comes.
"use strict";

const $ = (id) => document.getElementById(id);
const frame = $("chapter");
let state = { version: -1, words: {}, book: null };
let place = { document: 0, fragment: "", share: 0 };
let pageWidth = 420;
let typeSize = 100;

const word = (english, values = {}) =>
  (state.words[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// --- The server ---------------------------------------------------------------------------------------------------

async function follow() {
  for (;;) {
    try {
      const answer = await fetch("/state" + (state.version < 0 ? "" : "?after=" + state.version));
      if (!answer.ok) throw new Error(answer.status);
      const next = await answer.json();
      if (next.version !== state.version) show(next);
    } catch {
      $("status").value = word("offprint has ended");
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

function show(next) {
  const first = state.version < 0;
  const old = state.book;
  state = next;
  if (first) translate();
  $("error").hidden = !next.error;
  $("error").textContent = next.error ?? "";
  const status = { building: "building …", ready: "up to date", failed: "the last build failed" }[next.status];
  $("status").value = word(status);
  document.body.dataset.status = next.status;
  if (!next.book || next.status === "building" || next.status === "failed" && old) return;
  document.title = next.book.title;
  $("title").textContent = next.book.title;
  listContents();
  listMessages();
  drawPages();
  place.document = Math.min(place.document, next.book.documents.length - 1);
  open(place);
}

function translate() {
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = word(one.dataset.word);
  for (const one of document.querySelectorAll("[title]")) one.title = word(one.title);
}

// --- Contents and messages ----------------------------------------------------------------------------------------

function listContents() {
  const options = state.book.contents.map((entry, index) => {
    return new Option("\u2003".repeat(entry.depth) + entry.title, index);
  });
  $("contents").replaceChildren(new Option(word("Contents"), ""), ...options);
}

$("contents").onchange = () => {
  const entry = state.book.contents[$("contents").value];
  if (!entry) return;
  const [name, fragment] = entry.document.split("#");
  open({ document: Math.max(0, state.book.documents.indexOf(name)), fragment: fragment ?? "", share: 0 });
  if (entry.page !== null) $("pages").children[entry.page]?.scrollIntoView();
};

function listMessages() {
  const messages = state.book.messages;
  $("messages").hidden = messages.length === 0;
  $("messages").querySelector("summary").textContent = word("{n} messages", { n: messages.length });
  $("messages").querySelector("ul").replaceChildren(...messages.map((message) => {
    const item = document.createElement("li");
    item.textContent = message;
    return item;
  }));
}

// --- The EPUB book as a reader shows it ---------------------------------------------------------------------------

const address = (name) => `/book/${state.version}/` + name.split("/").map(encodeURIComponent).join("/");

function open(to) {
  place = { ...to };
  frame.src = address(state.book.documents[to.document]);
}

frame.onload = () => {
  const inside = frame.contentDocument;
  if (!state.book || !inside?.body) return;
  const path = decodeURIComponent(frame.contentWindow.location.pathname).split("/").slice(3).join("/");
  const at = state.book.documents.indexOf(path);
  if (at >= 0 && at !== place.document) place = { document: at, fragment: "", share: 0 };
  const hash = decodeURIComponent(frame.contentWindow.location.hash.slice(1));
  if (hash) place.fragment = hash;
  const style = inside.createElementNS("http://www.w3.org/1999/xhtml", "style");
  style.id = "offprint-screen";
  inside.head.append(style);
  const end = inside.createElementNS("http://www.w3.org/1999/xhtml", "div");
  end.id = "offprint-end";
  inside.documentElement.append(end);
  inside.addEventListener("click", followLink);
  inside.addEventListener("keydown", key);
  inside.addEventListener("wheel", (event) => {
    if ($("paged").checked) event.preventDefault();
  }, { passive: false });
  set();
  inside.fonts?.ready.then(set);
};

// What a reader adds to the book's own style: its screen, its light, the size of its type.
function set() {
  const inside = frame.contentDocument;
  const style = inside?.getElementById("offprint-screen");
  if (!style) return;
  const light = { day: ["#fff", ""], sepia: ["#f4ecd8", "#43301c"], night: ["#151515", "#cfcfcf"] }[$("light").value];
  const colours = `html { background: ${light[0]} !important }` +
    (light[1] ? `body, body * { color: ${light[1]} !important; background-color: transparent !important }` : "");
  const [across, down] = [Math.round(frame.clientWidth * 0.07), Math.round(frame.clientHeight * 0.05)];
  const height = frame.clientHeight - 2 * down;
  const paged = `html { column-width: ${frame.clientWidth - 2 * across}px; column-gap: ${2 * across}px; column-fill: auto;
      height: ${frame.clientHeight}px; padding: ${down}px ${across}px; margin: 0; box-sizing: border-box; overflow: hidden }
    body { margin: 0 !important; padding: 0 !important; max-width: none !important }
    img, svg { max-width: 100% !important; max-height: ${height}px !important; object-fit: contain }`;
  const scrolled = `html { padding: ${down}px ${across}px } body { margin: 0 !important } img, svg { max-width: 100% !important }`;
  style.textContent = `html { font-size: ${typeSize}% }` + colours + ($("paged").checked ? paged : scrolled);
  if ($("paged").checked) makeRoom(across);
  go();
}

// The margin behind the last column is not part of what can be scrolled to: without this the last page would show the
// end of the one before it.
function makeRoom(across) {
  const end = frame.contentDocument.getElementById("offprint-end");
  end.style.display = "none";
  const width = frame.contentDocument.documentElement.scrollWidth + across;
  const last = Math.max(1, Math.round(width / frame.clientWidth)) * frame.clientWidth - 1;
  end.style.cssText = `position: absolute; top: 0; inset-inline-start: ${last}px; width: 1px; height: 1px; visibility: hidden`;
}

// To the place that is wanted: an anchor, or a share of the document.
function go() {
  const [inside, root] = [frame.contentDocument, frame.contentDocument.documentElement];
  const target = place.fragment && inside.getElementById(place.fragment);
  if ($("paged").checked) {
    const at = target
      ? Math.floor((target.getBoundingClientRect().left + Math.abs(root.scrollLeft) + 1) / frame.clientWidth)
      : Math.round(place.share * (count() - 1));
    turnTo(Math.max(0, at));
  } else if (target) {
    target.scrollIntoView();
  } else {
    root.scrollTop = place.share * (root.scrollHeight - root.clientHeight);
  }
  say();
}

const count = () => Math.max(1, Math.round(frame.contentDocument.documentElement.scrollWidth / frame.clientWidth));
const current = () => Math.round(Math.abs(frame.contentDocument.documentElement.scrollLeft) / frame.clientWidth);

function turnTo(page) {
  const root = frame.contentDocument.documentElement;
  const direction = frame.contentWindow.getComputedStyle(root).direction === "rtl" ? -1 : 1;
  root.scrollLeft = direction * page * frame.clientWidth;
}

function turn(by) {
  if (!state.book || !frame.contentDocument?.body) return;
  const to = current() + by;
  if ($("paged").checked && to >= 0 && to < count()) {
    turnTo(to);
    remember();
  } else {
    const next = place.document + by;
    if (next < 0 || next >= state.book.documents.length) return;
    open({ document: next, fragment: "", share: by < 0 && $("paged").checked ? 1 : 0 });
  }
}

function remember() {
  const root = frame.contentDocument.documentElement;
  place.fragment = "";
  place.share = $("paged").checked
    ? current() / Math.max(1, count() - 1)
    : root.scrollTop / Math.max(1, root.scrollHeight - root.clientHeight);
  say();
}

function say() {
  const values = {
    document: place.document + 1, documents: state.book.documents.length, page: current() + 1, pages: count(),
  };
  $("place").value = $("paged").checked
    ? word("document {document} of {documents}, page {page} of {pages}", values)
    : word("document {document} of {documents}", values);
}

// Links within the book lead there; others open beside, and only when someone follows them.
function followLink(event) {
  const link = event.target.closest?.("a[href]");
  if (!link) return;
  const to = new URL(link.href.baseVal ?? link.href, frame.contentWindow.location.href);
  event.preventDefault();
  if (to.origin !== location.origin) {
    window.open(to.href, "_blank", "noopener,noreferrer");
    return;
  }
  const name = decodeURIComponent(to.pathname).split("/").slice(3).join("/");
  const at = state.book.documents.indexOf(name);
  if (at < 0) return;
  const wanted = { document: at, fragment: decodeURIComponent(to.hash.slice(1)), share: 0 };
  if (at === place.document) {
    place = wanted;
    go();
  } else {
    open(wanted);
  }
}

function key(event) {
  if (event.target.closest?.("select, input, #pages") || event.ctrlKey || event.metaKey || event.altKey) return;
  const forwards = state.book?.right_to_left ? "ArrowLeft" : "ArrowRight";
  const backwards = state.book?.right_to_left ? "ArrowRight" : "ArrowLeft";
  const by = { [forwards]: 1, [backwards]: -1, PageDown: 1, PageUp: -1, " ": event.shiftKey ? -1 : 1 }[event.key];
  if (by) {
    event.preventDefault();
    turn(by);
  }
}

document.addEventListener("keydown", key);
$("back").onclick = () => turn(-1);
$("on").onclick = () => turn(1);
$("paged").onchange = set;
$("light").onchange = set;
$("smaller").onclick = () => { typeSize = Math.max(60, typeSize - 10); set(); };
$("larger").onclick = () => { typeSize = Math.min(250, typeSize + 10); set(); };
$("screen").onchange = () => {
  const [width, height] = $("screen").value.split("x");
  frame.classList.toggle("device", Boolean(height));
  frame.style.width = height ? width + "px" : "";
  frame.style.height = height ? height + "px" : "";
  set();
};
frame.addEventListener("load", () => frame.contentWindow.addEventListener("scroll", () => {
  if (!$("paged").checked) remember();
}));
new ResizeObserver(() => { if (state.book) set(); }).observe(frame);

// --- The pages of the PDF file ------------------------------------------------------------------------------------

function drawPages() {
  const box = $("pages");
  const top = box.scrollTop;
  const figures = state.book.pages.map(([label, width, height], index) => {
    const old = box.children[index];
    const figure = old ?? document.createElement("figure");
    if (!old) {
      const image = new Image();
      image.loading = "lazy";
      figure.append(image, document.createElement("figcaption"));
    }
    const image = figure.firstChild;
    [image.width, image.height] = [width, height];
    image.alt = word("page {page} of {pages}", { page: index + 1, pages: state.book.pages.length });
    image.src = `/page/${state.version}/${index}.svg`;
    figure.lastChild.textContent = label || "\u00a0";
    figure.style.width = pageWidth + "px";
    return figure;
  });
  box.replaceChildren(...figures);
  box.classList.toggle("rtl", state.book.right_to_left);
  box.scrollTop = top;
  sayPage();
}

function sayPage() {
  const box = $("pages");
  const middle = box.getBoundingClientRect().top + 100;
  const at = [...box.children].findIndex((one) => one.getBoundingClientRect().bottom > middle);
  const [, width, height] = state.book.pages[Math.max(0, at)] ?? [0, 0, 0];
  const millimetres = (points) => Math.round(points * 25.4 / 72);
  const values = {
    page: at + 1, pages: box.children.length, width: millimetres(width), height: millimetres(height),
  };
  $("sheet").value = word("page {page} of {pages}", values) + ` · ${values.width} × ${values.height} mm`;
}

function zoom(by) {
  pageWidth = Math.min(1600, Math.max(120, Math.round(pageWidth * by)));
  for (const figure of $("pages").children) figure.style.width = pageWidth + "px";
  sayPage();
}

$("pages").onscroll = () => { if (state.book) sayPage(); };
$("in").onclick = () => zoom(1.2);
$("out").onclick = () => zoom(1 / 1.2);
$("spreads").onchange = () => {
  $("pages").classList.toggle("spreads", $("spreads").checked);
  const room = ($("pages").clientWidth - 30) / 2;
  if ($("spreads").checked && pageWidth > room) zoom(room / pageWidth);
};

for (const button of $("views").children) {
  button.onclick = () => {
    document.body.dataset.view = button.dataset.view;
    press();
    if (state.book) set();
  };
}

function press() {
  for (const button of $("views").children) {
    button.setAttribute("aria-pressed", String(button.dataset.view === document.body.dataset.view));
  }
}

press();
follow();
