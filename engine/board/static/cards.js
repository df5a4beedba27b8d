// The stream of alerts: newest first, filtered by level and unit, each a link to its explanation.

import { now } from "./clock.js";
import { byId, element, icon, setText } from "./dom.js";
import { ask } from "./live.js";
import { badgeName, clockName, itemName, levelName, shortTime, stageName, unitName, word } from "./words.js";

const LEVELS = [null, "warning", "yellow", "red"];
const PAGE = 50;
const KEPT = 400;

let level = null;
let unit = null;
let next = null;
let held = [];
let alerts = new Map();
let asked = 0;

const scroll = () => byId("stream-scroll");
const matches = (alert) => (!level || alert.level === level) && (!unit || alert.unit === unit);
const newestFirst = (one, other) => other.listed - one.listed || other.due - one.due || (one.id < other.id ? 1 : -1);

/** Load the first page. Returns the place in the stream at which it was read. */
export async function loadCards() {
  const number = ++asked;
  const answer = await page(null);
  if (number !== asked) return answer.stream;
  alerts = new Map(answer.alerts.map((alert) => [alert.id, alert]));
  next = answer.next;
  held = [];
  draw();
  scroll().scrollTop = 0;
  return answer.stream;
}

const page = (after) => {
  const query = new URLSearchParams({ limit: PAGE });
  if (level) query.set("level", level);
  if (unit) query.set("unit", unit);
  if (after) query.set("after", after);
  return ask(`/api/alerts?${query}`);
};

async function loadOlder() {
  if (!next) return;
  const number = asked;
  const answer = await page(next);
  if (number !== asked) return;
  next = answer.next;
  for (const alert of answer.alerts) {
    if (!alerts.has(alert.id)) byId("cards").append(card(alert));
    alerts.set(alert.id, alert);
  }
  byId("older").hidden = !next;
}

/** Take an alert that was just spoken of: in its place where it is shown, on top where it is new. */
export function takeAlert(alert) {
  if (!matches(alert)) return;
  if (alerts.has(alert.id)) {
    const shown = alerts.get(alert.id);
    alerts.set(alert.id, alert);
    const old = cardOf(alert.id);
    if (old && shown.listed === alert.listed) {
      const focused = old.contains(document.activeElement);
      const fresh = card(alert, true);
      old.replaceWith(fresh);
      if (focused) fresh.querySelector("a").focus({ preventScroll: true });
      return;
    }
    old?.remove();
  }
  const oldest = [...alerts.values()].pop();
  if (alert.status !== "raised" && next && oldest && newestFirst(alert, oldest) > 0) return;
  // Whoever has scrolled down is reading: what is new waits above.
  if (scroll().scrollTop > 4 && document.body.dataset.wide === "true") {
    held = [alert, ...held.filter((each) => each.id !== alert.id)];
    drawHeld();
    return;
  }
  put(alert);
}

function put(alert) {
  const shown = [...alerts.values()].filter((each) => each.id !== alert.id);
  const place = shown.findIndex((each) => newestFirst(alert, each) < 0);
  shown.splice(place < 0 ? shown.length : place, 0, alert);
  const kept = shown.slice(0, KEPT);
  alerts = new Map(kept.map((each) => [each.id, each]));
  const list = byId("cards");
  list.insertBefore(card(alert, true), place < 0 ? null : list.children[place]);
  while (list.children.length > KEPT) {
    list.lastElementChild.remove();
    const last = kept[KEPT - 1];
    next = `${last.listed}.${last.due}.${last.id}`;
  }
  drawAround();
  setText(byId("said"), word("announced")(levelName(alert.level), itemName(alert.item)));
}

function drawHeld() {
  const button = byId("newer");
  button.hidden = !held.length;
  button.replaceChildren(icon("up"), word("newer")(held.length));
}

export function retellCards() {
  drawFilters();
  draw();
}

function draw() {
  byId("cards").replaceChildren(...[...alerts.values()].sort(newestFirst).map((alert) => card(alert)));
  drawAround();
  drawHeld();
}

function drawAround() {
  const empty = byId("stream-empty");
  empty.hidden = alerts.size > 0;
  byId("older").hidden = !next;
  if (empty.hidden) return;
  const filtered = level || unit;
  empty.replaceChildren(
    icon("sun"),
    element("strong", {}, word(filtered ? "noneOfKind" : "noAlerts")),
    element("p", {}, word(filtered ? "noneOfKindNote" : "noAlertsNote")),
  );
}

const cardOf = (id) => document.querySelector(`#cards > [data-alert="${CSS.escape(id)}"]`);

/** What the limit of an alert has come to, in words. */
export function passage(alert) {
  const near = alert.rung.startsWith("warning") || alert.level === "warning";
  return word(near ? "near" : "over")(clockName(alert.process, alert.clock));
}

export function badge(wanted) {
  return element("span", { class: "badge", "data-level": wanted }, icon(wanted), element("span", {}, badgeName(wanted)));
}

export function statusTag(alert) {
  return element("span", { class: "tag", "data-status": alert.status, "data-level": alert.level }, word(alert.status));
}

function card(alert, fresh = false) {
  const present = now();
  const who = [alert.window, alert.person].filter(Boolean).join(" · ");
  return element(
    "li", { class: fresh ? "card fresh" : "card", "data-alert": alert.id, "data-level": alert.level, "data-status": alert.status },
    element(
      "a", { href: `#alert/${encodeURIComponent(alert.id)}` },
      badge(alert.level),
      element(
        "span", { class: "card-main" },
        element("span", { class: "card-title" }, itemName(alert.item)),
        element("span", { class: "card-who" }, element("b", {}, unitName(alert.unit)), who ? ` · ${who}` : ""),
        element("span", { class: "card-why" }, passage(alert), element("span", { class: "card-case" }, alert.case_id)),
      ),
      element(
        "span", { class: "card-side" },
        element("time", { datetime: new Date(alert.listed).toISOString() }, shortTime(alert.listed * 1000, present)),
        statusTag(alert),
        element("span", { class: "card-stage" }, stageName(alert.process, alert.stage)),
      ),
    ),
  );
}

function drawFilters() {
  byId("filters").replaceChildren(
    ...LEVELS.map((each) =>
      element(
        "button",
        { type: "button", "aria-pressed": String(each === level), "data-level": each, onclick: () => choose(each, unit) },
        each ? icon(each) : null, each ? badgeName(each) : word("all"),
      ),
    ),
  );
  const button = byId("unit-filter");
  button.hidden = !unit;
  if (unit) button.replaceChildren(element("span", {}, unitName(unit)), icon("close"));
  button.setAttribute("aria-label", word("clearUnit"));
}

function choose(wantedLevel, wantedUnit) {
  level = wantedLevel;
  unit = wantedUnit;
  drawFilters();
  document.dispatchEvent(new CustomEvent("unit-chosen", { detail: unit }));
  loadCards().catch((error) => document.dispatchEvent(new CustomEvent("failed", { detail: error })));
}

/** Show the alerts of `wanted` only, or of all units where it is chosen already. */
export const chooseUnit = (wanted) => choose(level, wanted === unit ? null : wanted);
export const chosenUnit = () => unit;

export function startCards() {
  drawFilters();
  byId("older").addEventListener("click", () => loadOlder().catch((error) => document.dispatchEvent(new CustomEvent("failed", { detail: error }))));
  byId("unit-filter").addEventListener("click", () => choose(level, null));
  byId("newer").addEventListener("click", () => {
    const waiting = [...held].reverse();
    held = [];
    scroll().scrollTop = 0;
    waiting.forEach(put);
    drawHeld();
  });
}
