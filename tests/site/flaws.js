// The flaws of the page that the browser shows, as sentences. browser.py runs this; run.py tests it.

const found = new Set();
const content = document.getElementById("doc-content");
// The right edge of the content, without the scroll bar.
const right = content ? content.getBoundingClientRect().left + content.clientWidth : innerWidth;

function name(element) {
    const kind = element.localName + (element.id ? "#" + element.id : "");
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${kind} class="${element.getAttribute("class") || ""}"> ${text}`;
}

function isShown(element) {
    return element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
}

// Whether an element is in a box that scrolls sideways and fits into the window, so that a reader can scroll the
// element into view. The page itself must not need to scroll sideways.
function scrolls(element) {
    for (let e = element.parentElement; e && e !== content && e !== document.body; e = e.parentElement) {
        const overflow = getComputedStyle(e).overflowX;
        if (overflow === "auto" || overflow === "scroll") {
            const box = e.getBoundingClientRect();
            return box.left >= -1 && box.right <= right + 1;
        }
    }
    return false;
}

function findWide() {
    for (const page of [document.scrollingElement, content]) {
        if (page && page.scrollWidth > page.clientWidth) {
            found.add(`the page is ${page.scrollWidth} pixels wide, and its window ${page.clientWidth}`);
        }
    }
    const wide = [];
    for (const element of (content || document.body).querySelectorAll("*:not(svg *)")) {
        const box = element.getBoundingClientRect();
        const isOut = box.width > 0 && (box.right > right + 1 || box.left < -1);
        if (isOut && !wide.some(e => e.contains(element)) && isShown(element) && !scrolls(element)) {
            wide.push(element);
            found.add(`wider than the window: ${name(element)}`);
        }
    }
}

function findCutTitles() {
    for (const title of document.querySelectorAll("#nav-tree .label a")) {
        const tree = title.closest("#nav-tree").getBoundingClientRect();
        if (isShown(title) && title.getBoundingClientRect().right > tree.right) {
            found.add(`a title is cut off in the navigation: ${title.textContent}`);
        }
    }
}

function luminance([r, g, b]) {
    const linear = v => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function background(element) {
    for (let e = element; e; e = e.parentElement) {
        const parts = getComputedStyle(e).backgroundColor.match(/[\d.]+/g).map(Number);
        if (parts.length < 4 || parts[3] === 1) {
            return parts;
        }
    }
    return [255, 255, 255];
}

function contrast(element) {
    const colour = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
    const [light, dark] = [luminance(colour), luminance(background(element))].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
}

function findUnreadableCode() {
    const seen = new Set();
    for (const element of document.querySelectorAll(".fragment, .fragment span, .fragment a, code, code a")) {
        const key = [element.localName, element.className, element.parentElement.className].join();
        if (seen.has(key) || !isShown(element) || !element.textContent.trim()) {
            continue;
        }
        seen.add(key);
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (size < 12) {
            found.add(`code of ${size} pixels: ${name(element)}`);
        }
        if (contrast(element) < 4.5) {
            found.add(`code with a contrast of ${contrast(element).toFixed(1)}: ${name(element)}`);
        }
    }
    for (const block of document.querySelectorAll(".fragment")) {
        const overflow = getComputedStyle(block).overflowX;
        if (block.scrollWidth > block.clientWidth + 1 && overflow !== "auto" && overflow !== "scroll") {
            found.add(`code is cut off: ${name(block)}`);
        }
    }
}

function findUnrenderedFormulas() {
    const skipped = "pre, code, script, style, svg, .fragment, .MathJax_SVG";
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode.textContent;
        const raw = /\\f[[\]$({]|\\[[\]()]|\\begin\{|Processing math|Typesetting math/.exec(text);
        if (raw && !texts.currentNode.parentElement.closest(skipped)) {
            found.add(`an unrendered formula: ${text.slice(raw.index, raw.index + 40)}`);
        }
    }
    for (const formula of document.querySelectorAll('script[type^="math/tex"]')) {
        const svg = document.getElementById(formula.id + "-Frame")?.querySelector("svg");
        const isDrawn = svg && svg.getBoundingClientRect().width > 0;
        const jax = MathJax.Hub.getJaxFor(formula);
        if (!isDrawn || jax.texError || svg.querySelector('[stroke="red"], [fill="red"]')) {
            found.add(`a formula with an error: ${formula.textContent.trim().slice(0, 40)}`);
        }
    }
}

function findMissingPictures() {
    for (const image of document.images) {
        if (isShown(image) && !(image.complete && image.naturalWidth > 0)) {
            found.add(`a picture is not shown: ${image.getAttribute("src")}`);
        }
    }
    for (const frame of document.querySelectorAll(".dotgraph iframe, .dotgraph object")) {
        if (frame.contentDocument?.documentElement?.localName !== "svg") {
            found.add(`a graph is not shown: ${frame.getAttribute("src") || frame.getAttribute("data")}`);
        }
    }
}

findWide();
findCutTitles();
findUnreadableCode();
findUnrenderedFormulas();
findMissingPictures();
return [...found];
