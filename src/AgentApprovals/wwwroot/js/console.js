// What the browser does by itself: clocks that tick without traffic, single keys, and saying at once that the line is lost.

const page = document.documentElement;
// The ledger's clock decides; the machine's may be wrong by minutes.
// It was stamped when the answer began, and not when this script came to run, which a slow machine or line does much later.
const stampedAt = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
const skew = Number(page.dataset.now) - performance.timeOrigin - stampedAt;
const ledgerNow = () => performance.timeOrigin + performance.now() + skew;
const ticking = new Set();

class Ticking extends HTMLElement {
  constructor() {
    super();
    this.shown = this.attachShadow({ mode: "open" }).appendChild(document.createTextNode(""));
  }
  connectedCallback() { ticking.add(this); this.tick(ledgerNow()); }
  disconnectedCallback() { ticking.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.tick(ledgerNow()); }
  show(text) { if (this.shown.data !== text) this.shown.data = text; }
}

/** `<aa-countdown until="ms" done="expired">`: time left as m:ss; data-urgent in the last minute. */
customElements.define("aa-countdown", class extends Ticking {
  static observedAttributes = ["until", "done"];
  tick(now) {
    const left = Math.ceil((Number(this.getAttribute("until")) - now) / 1000);
    this.toggleAttribute("data-urgent", left <= 60);
    if (left <= 0)
      return this.show(this.getAttribute("done") ?? "0:00");
    const h = Math.floor(left / 3600), m = Math.floor(left / 60) % 60, s = String(left % 60).padStart(2, "0");
    this.show(h >= 24 ? `${Math.floor(h / 24)} d ${h % 24} h` : h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`);
  }
});

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const short = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const dated = new Intl.DateTimeFormat([], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat([], { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** `<aa-time at="ms">`: an instant in the person's own zone, as short as today allows; the exact UTC is its title. */
customElements.define("aa-time", class extends Ticking {
  static observedAttributes = ["at", "seconds"];
  tick(now) {
    const at = Number(this.getAttribute("at")), day = d => new Date(d).toDateString();
    const form = day(at) === day(now) ? (this.hasAttribute("seconds") ? clock : short) : new Date(at).getFullYear() === new Date(now).getFullYear() ? dated : full;
    this.show(form.format(at));
  }
});

/** `<aa-ago at="ms">`: how long ago, as m:ss below an hour. */
customElements.define("aa-ago", class extends Ticking {
  static observedAttributes = ["at"];
  tick(now) {
    const s = Math.max(0, Math.floor((now - Number(this.getAttribute("at"))) / 1000)), h = Math.floor(s / 3600);
    this.show(h >= 48 ? `${Math.floor(h / 24)} d` : h > 0 ? `${h} h` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`);
  }
});

/** `<aa-clock>`: the person's zone and the time there. */
customElements.define("aa-clock", class extends Ticking {
  static observedAttributes = [];
  tick(now) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
    this.show(`${zone.split("/").pop().replaceAll("_", " ")}, ${short.format(now)}`);
  }
});

/** `<aa-armed>`: holds the answers to what has just been shown; none counts sooner than a person can have seen it, however slow the line is. */
customElements.define("aa-armed", class extends HTMLElement {
  connectedCallback() {
    this.removeAttribute("armed");
    this.timer = setTimeout(() => this.setAttribute("armed", ""), 700);
    this.addEventListener("click", hold, true);
  }
  disconnectedCallback() { clearTimeout(this.timer); }
});
function hold(event) {
  if (!event.currentTarget.hasAttribute("armed") && event.target.closest("[data-key]"))
    event.stopPropagation();
}

/** `<aa-read>`: stands at the end of what has to be read; once it comes into view it presses the button inside, once. */
customElements.define("aa-read", class extends HTMLElement {
  connectedCallback() {
    this.seen = new IntersectionObserver(entries => {
      if (!entries.some(e => e.isIntersecting))
        return;
      this.seen.disconnect();
      this.querySelector("button")?.click();
    });
    this.seen.observe(this);
  }
  disconnectedCallback() { this.seen.disconnect(); }
});

setInterval(() => { const now = ledgerNow(); for (const element of ticking) element.tick(now); }, 250);

// Single keys press the button that carries them: what can't be clicked can't be keyed. Held keys don't repeat a decision.
const stored = name => { try { return localStorage.getItem(name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* barred: it holds for this page only */ } };
let keysOn = stored("aa.keys") !== "off";
const isWriting = target => target.closest?.("input, textarea, select, [contenteditable='true']");

document.addEventListener("keydown", event => {
  if (event.key === "Escape")
    return press("Escape", event);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
    return press("Ctrl+Enter", event);
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey)
    return press("Ctrl+k", event);
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || (!keysOn && event.key !== "?"))
    return;
  press(event.key.toLowerCase(), event);
});

// What a closed menu holds can be keyed too; Chromium lays it out late, so it is not asked for its place.
const isThere = button => button.closest("details:not([open])") !== null || button.getClientRects().length > 0;

function press(key, event) {
  const buttons = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter(isThere);
  const button = buttons.findLast(b => !b.disabled) ?? buttons.findLast(b => b.hasAttribute("data-waits"));
  if (!button)
    return;
  event.preventDefault();
  if (button.disabled)
    pressOnceOpen(button);
  else
    button.click();
}

// A button that what was just typed opens may be a round trip away: the key that came after it counts once it is open, unless something else is done first. For a no and for words, never for a yes.
function pressOnceOpen(button) {
  const opened = new MutationObserver(() => {
    if (button.disabled)
      return;
    forget();
    if (button.isConnected)
      button.click();
  });
  const others = ["keydown", "input", "pointerdown"];
  const forget = () => {
    opened.disconnect();
    others.forEach(o => document.removeEventListener(o, forget, true));
  };
  opened.observe(button, { attributeFilter: ["disabled"] });
  others.forEach(o => document.addEventListener(o, forget, true));
  setTimeout(forget, 3000);
}

// Hidden characters are shown by their codes, and copied as what they are. The marks that stand in meanwhile can stand in no text: they would be codes themselves.
document.addEventListener("copy", event => {
  const selection = getSelection();
  if (selection.isCollapsed || isWriting(event.target))
    return;
  const chips = [...document.querySelectorAll(".chip-code")].filter(c => c.firstChild?.data?.startsWith("U+") && selection.containsNode(c, true)).map(c => c.firstChild);
  if (chips.length === 0)
    return;
  const shown = chips.map(c => c.data);
  let text;
  try {
    for (const chip of chips)
      chip.data = `\uE000${chip.data.slice(2)}\uE001`;
    text = selection.toString();
  } finally {
    chips.forEach((chip, i) => { chip.data = shown[i]; });
  }
  event.clipboardData.setData("text/plain", text.replace(/\uE000([0-9A-F]+)\uE001/g, (_, code) => String.fromCodePoint(parseInt(code, 16))));
  event.preventDefault();
});

window.agentApprovals = {
  keys: () => keysOn,
  setKeys: on => { keysOn = on; store("aa.keys", on ? "on" : "off"); },
  theme: () => stored("aa.theme") ?? "system",
  setTheme: theme => {
    store("aa.theme", theme);
    if (theme === "system") delete page.dataset.theme; else page.dataset.theme = theme;
  },
  focus: selector => document.querySelector(selector)?.focus(),
  /** Copies what an element shows; where the browser does not allow it, selects it and says no. */
  copy: async selector => {
    const element = document.querySelector(selector);
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(element);
      return false;
    }
  },
  reveal: selector => document.querySelector(selector)?.scrollIntoView({ block: "nearest" }),
};

// The line to the console. Lost: said at once, deciding is off (the stop is a plain link and is not), tried again for ever.
const line = document.getElementById("components-reconnect-modal");
const setLine = state => { page.dataset.line = state; };
line.addEventListener("components-reconnect-state-changed", event => {
  const state = event.detail.state;
  if (state === "hide")
    return setLine("live");
  setLine("lost");
  leaveIfSignedOut();
  // The server no longer knows this page (it was restarted, or the person was signed out): begin anew, nothing is kept here.
  if (state === "rejected" || state === "failed")
    reloadWhenBack();
});

// Whoever may not come in any more sees nothing more either, rather than what was there a minute ago.
async function leaveIfSignedOut() {
  try {
    if ((await fetch("/api/v1/sessions?limit=1", { cache: "no-store" })).status === 401)
      location.reload();
  } catch {
    // No line at all; the next try asks again.
  }
}

async function reloadWhenBack() {
  for (;;) {
    try {
      if ((await fetch("/health/live", { cache: "no-store" })).ok)
        return location.reload();
    } catch {
      // Not back yet.
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

await Blazor.start({
  circuit: {
    reconnectionOptions: { maxRetries: 30, retryIntervalMilliseconds: attempt => Math.min(200 * 2 ** attempt, 2000) },
    configureSignalR: builder => builder.withServerTimeout(6000).withKeepAliveInterval(2000),
  },
});
setLine("live");
