// Open cases nearest to their deadlines, with the time that is left.

import { now } from "./clock.js";
import { byId, element, icon, setText } from "./dom.js";
import { clockName, itemName, levelName, shortTime, timeLeft, unitName, word } from "./words.js";

const LEVELS = ["", "warning", "yellow", "red"];
let cases = [];

export function showDeadlines(nearest) {
  cases = nearest;
  draw();
}

export const retellDeadlines = () => draw();

function draw() {
  const focused = document.activeElement?.closest?.("#deadlines > li")?.dataset.case;
  byId("deadlines").replaceChildren(...cases.map(row));
  if (focused) document.querySelector(`#deadlines > [data-case="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  byId("nearest-empty").hidden = cases.length > 0;
  byId("nearest-empty").replaceChildren(icon("sun"), element("strong", {}, word("noNearest")), element("p", {}, word("noNearestNote")));
  countDown();
}

function row(each) {
  const level = LEVELS[each.level];
  return element(
    "li", { class: "deadline", "data-case": each.id, "data-level": level || null },
    element(
      "a", { href: `#case/${encodeURIComponent(each.id)}` },
      element("span", { class: "deadline-title" }, level ? icon(level) : null, level ? element("span", { class: "unseen" }, levelName(level)) : null, itemName(each.item)),
      element("span", { class: "deadline-left" }),
      element("span", { class: "deadline-who" }, `${unitName(each.unit)} · ${clockName(each.process, each.next_clock)}`),
      element("span", { class: "deadline-due" }, `${word("due")} ${shortTime(each.next_due, now())}`),
      element("span", { class: "bar", "aria-hidden": "true" }, element("i")),
    ),
  );
}

/** Bring every time left up to now. */
export function countDown() {
  const present = now();
  const rows = byId("deadlines").children;
  cases.forEach((each, place) => {
    const left = each.next_due - present;
    const span = Math.max(1, each.next_due - (each.opened ?? each.next_due));
    const share = Math.min(1, Math.max(0, left / span));
    const shown = rows[place];
    setText(shown.querySelector(".deadline-left"), timeLeft(left));
    shown.querySelector("i").style.transform = `scaleX(${share.toFixed(4)})`;
    shown.classList.toggle("passed", left <= 0);
  });
}
