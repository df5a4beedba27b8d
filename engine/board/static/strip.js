// The days between start and due as a small calendar: which counted, which did not and why.

import { element } from "./dom.js";
import { monthName, said, word } from "./words.js";

const weekday = (date) => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

/** Weeks from Monday to Sunday; every day says in words what it counted as. */
export function strip(days, due) {
  const counted = days.filter((day) => day.counted).length;
  const grid = element("ol", { class: "strip" });
  const heads = word("weekdays").map((name) => element("li", { class: "strip-head", "aria-hidden": "true" }, name));
  const gap = Array.from({ length: weekday(days[0].date) }, () => element("li", { class: "strip-gap", "aria-hidden": "true" }));
  grid.append(...heads, ...gap);
  let number = 0;
  days.forEach((day, place) => {
    if (day.counted) number += 1;
    const first = place === 0 || day.date.endsWith("-01");
    const reason = said(day.reason);
    const last = place === days.length - 1;
    grid.append(element(
      "li",
      { class: "strip-day", "data-counted": String(day.counted), "data-due": last && due ? "true" : null, title: `${day.date} ${reason}` },
      element("time", { datetime: day.date }, first ? element("small", {}, monthName(day.date)) : null, String(Number(day.date.slice(8)))),
      element("span", {}, day.counted ? word("dayNumber")(number) : isSuspended(day) ? word("suspended") : short(reason)),
      day.counted && !isPlain(day) ? element("em", {}, kind(reason)) : null,
    ));
  });
  return element("div", {}, grid, element("p", { class: "quiet" }, word("daysNote")(counted, days.length - counted)));
}

const isSuspended = (day) => day.reason.en.startsWith("suspended");
const isPlain = (day) => day.reason.en === "working day";

const kind = (reason) => reason.replace(/\s*[（(].*$/, "");

/** The most telling part: the name of the holiday where there is one. */
function short(reason) {
  const named = /[（(]([^（()）]+)[)）]$/.exec(reason);
  return named ? named[1] : reason;
}
