// Figures of each unit, sortable; a row chooses the unit whose alerts the stream shows.

import { chosenUnit, chooseUnit } from "./cards.js";
import { byId, element, icon } from "./dom.js";
import { number, unitName, wholeNumber, word } from "./words.js";

const COLUMNS = [
  { key: "unit", word: "unit" },
  { key: "open", word: "open" },
  { key: "warnings", word: "warnings", level: "warning" },
  { key: "yellow", word: "yellow", level: "yellow" },
  { key: "red", word: "red", level: "red" },
];

let units = [];
let order = { key: "open", down: true };

export function showUnits(told) {
  units = told;
  draw();
}

export const retellUnits = () => draw();

function compare(one, other) {
  const by = order.key === "unit"
    ? unitName(one.unit).localeCompare(unitName(other.unit), document.documentElement.lang)
    : one[order.key] - other[order.key];
  return (order.down ? -by : by) || other.open - one.open || String(one.unit).localeCompare(String(other.unit));
}

function draw() {
  const focused = document.activeElement?.dataset?.focus;
  byId("units-head").replaceChildren(...COLUMNS.map(head));
  const most = Object.fromEntries(COLUMNS.slice(1).map(({ key }) => [key, Math.max(1, ...units.map((unit) => unit[key]))]));
  byId("units-body").replaceChildren(...[...units].sort(compare).map((unit) => row(unit, most)));
  byId("units-table").hidden = !units.length;
  byId("units-note").textContent = units.length ? word("unitsNote")(units.filter((unit) => unit.unit).length) : "";
  byId("units-empty").hidden = units.length > 0;
  byId("units-empty").replaceChildren(icon("sun"), element("strong", {}, word("noUnits")), element("p", {}, word("noUnitsNote")));
  if (focused) document.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function head(column) {
  const chosen = order.key === column.key;
  return element(
    "th", { scope: "col", "aria-sort": chosen ? (order.down ? "descending" : "ascending") : "none", "data-level": column.level },
    element("button", { type: "button", "data-focus": `head-${column.key}`, onclick: () => sortBy(column.key) }, word(column.word), element("span", { class: "arrow", "aria-hidden": "true" })),
  );
}

function sortBy(key) {
  order = { key, down: order.key === key ? !order.down : key !== "unit" };
  draw();
}

function row(unit, most) {
  const chosen = unit.unit !== null && chosenUnit() === unit.unit;
  const name = unitName(unit.unit);
  const label = unit.unit === null
    ? element("span", { class: "unit-name" }, name)
    : element("button", { type: "button", class: "unit-name", title: name, "aria-pressed": String(chosen), "data-focus": `unit-${unit.unit}`, onclick: () => chooseUnit(unit.unit) }, name);
  return element(
    "tr", { class: chosen ? "chosen" : null },
    element("th", { scope: "row" }, label),
    COLUMNS.slice(1).map((column) => cell(unit[column.key], most[column.key], column)),
  );
}

function cell(value, most, column) {
  const bar = element("i", { "aria-hidden": "true" });
  bar.style.transform = `scaleX(${(value / most).toFixed(4)})`;
  return element("td", { "data-level": column.level, class: value ? null : "none", title: wholeNumber(value) }, element("span", {}, number(value)), bar);
}
