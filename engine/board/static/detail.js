// The explanation of one alert, and the life of one case, in a drawer with an address of its own.

import { badge, passage, statusTag } from "./cards.js";
import { rate } from "./clock.js";
import { byId, element, icon } from "./dom.js";
import { ask } from "./live.js";
import { strip } from "./strip.js";
import {
  clockName, dateTime, eventName, findingName, itemName, kindName, lag, limitName, said, stageName, unitName, word,
} from "./words.js";

const micros = (text) => {
  // A date keeps milliseconds only; what is finer is in the text.
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  return Math.floor(Date.parse(text) / 1000) * 1e6 + Number(fraction.padEnd(6, "0").slice(0, 6));
};

let shown = null;

/** Open what the address names; close the drawer where it names nothing. */
export async function followAddress() {
  const [, kind, id] = /^#(alert|case)\/(.+)$/.exec(location.hash) ?? [];
  const dialog = byId("detail");
  if (!kind) {
    shown = null;
    dialog.close();
    return;
  }
  const wanted = { kind, id: decodeURIComponent(id) };
  shown = wanted;
  const path = kind === "alert" ? `/api/alerts/${encodeURIComponent(wanted.id)}` : `/api/cases/${wanted.id.split("/").map(encodeURIComponent).join("/")}`;
  const found = await ask(path).catch(() => null);
  if (shown !== wanted) return;
  const content = found === null ? missing(wanted.id) : kind === "alert" ? alertDetail(found) : caseDetail(found);
  dialog.replaceChildren(...content);
  if (!dialog.open) dialog.showModal();
  byId("detail-title").focus({ preventScroll: true });
  dialog.querySelector(".detail-body").scrollTop = 0;
}

/** Look again, where what is open may have changed. */
export function followAlert(alert) {
  if (shown && (shown.id === alert.id || shown.id === alert.case_id)) followAddress();
}

export function startDetail() {
  const dialog = byId("detail");
  addEventListener("hashchange", followAddress);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) leave();
  });
}

function leave() {
  history.pushState(null, "", location.pathname + location.search);
  shown = null;
  byId("detail").close();
}

function frame(head, body) {
  const close = element("button", { type: "button", class: "close", "aria-label": word("close"), onclick: leave }, icon("close"));
  return [element("header", { class: "detail-head" }, head, close), element("div", { class: "detail-body", tabindex: "0" }, body)];
}

const missing = (id) => frame(element("h2", { id: "detail-title", tabindex: "-1" }, word("notFound")), [element("p", { class: "mono" }, id)]);

const section = (title, ...content) => element("section", {}, element("h3", {}, title), ...content);

/** A list of names and values; values that are nothing are left out. */
const pairs = (entries) =>
  element("dl", { class: "pairs" }, entries.filter(([, value]) => value).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));

function alertDetail(alert) {
  const last = alert.messages[alert.messages.length - 1];
  const raised = [...alert.messages].reverse().find((each) => each.message.type.endsWith(".raised") && each.message.data.revision === alert.revision) ?? last;
  const told = raised.message.data;
  const why = told.explanation;
  const head = [badge(alert.level), element("div", { class: "detail-title" }, element("h2", { id: "detail-title", tabindex: "-1" }, itemName(alert.item)), element("p", {}, `${unitName(alert.unit)} · ${passage(alert)}`)), statusTag(alert)];
  const latest = last.message.data.explanation;
  const marks = [told.provisional ? word("provisional") : null, told.behind ? word("behind") : null].filter(Boolean);
  return frame(head, [
    why ? element("p", { class: "sentence" }, said(why.text)) : null,
    latest && last !== raised ? element("p", { class: "sentence later", "data-status": alert.status }, said(latest.text)) : null,
    marks.length ? element("ul", { class: "marks" }, marks.map((each) => element("li", {}, each))) : null,
    section(word("timing"), timing(micros(told.due), micros(told.justified_from), micros(told.detected), raised.published * 1000)),
    why?.days.length ? section(word("days"), strip(why.days, told.due)) : null,
    why?.facts.length ? section(word("facts"), facts(why.facts)) : null,
    why?.excluded.length ? section(word("excluded"), excluded(why.excluded)) : null,
    why?.extensions.length ? section(word("extensions"), facts(why.extensions)) : null,
    section(word("basisOf"), pairs([
      [word("basis"), why && said(why.basis)],
      [word("clock"), clockName(alert.process, alert.clock)],
      [word("limit"), why && limitName(why.limit)],
      [word("counting"), why && word("counts")[why.counting]],
      [word("rule"), mono(`${alert.rule} · ${alert.clock} · ${alert.rung}`)],
      [word("rulebook"), mono(alert.rulebook)],
    ])),
    section(word("caseTitle"), pairs([
      [word("caseId"), element("a", { href: `#case/${encodeURIComponent(alert.case_id)}`, class: "mono" }, alert.case_id)],
      [word("unit"), unitName(alert.unit)], [word("area"), alert.area.join(" / ")], [word("window"), alert.window], [word("person"), alert.person],
      [word("stage"), stageName(alert.process, alert.stage)],
    ])),
    alert.messages.length > 1 ? section(word("history"), historyOf(alert.messages)) : null,
  ]);
}

const mono = (text) => element("span", { class: "mono" }, text);

/** Due, detected and published on one line, each with what lay between. */
function timing(due, justified, detected, published) {
  const from = Math.max(due, justified);
  const steps = [
    [word("fellDue"), due, null],
    justified > due ? [word("justified"), justified, justified - due] : null,
    [word("detected"), detected, detected - from],
    [word("published"), published, published - from],
  ].filter(Boolean);
  return element("ol", { class: "timing" }, steps.map(([name, at, since]) =>
    element("li", {}, element("span", { class: "timing-name" }, name), element("time", {}, dateTime(at)), element("span", { class: "timing-lag" }, since === null ? "" : lagText(since)))));
}

const A_MINUTE = 60e6;

/** A lag; in a simulation also what it was in real time, where it was not already in the past when the case was learnt. */
const lagText = (since) => {
  const really = since / rate();
  return rate() === 1 || really > A_MINUTE ? lag(since) : `${lag(since)} · ${word("really")(lag(really))}`;
};

const facts = (listed) =>
  element("ol", { class: "facts" }, listed.map((fact) => element(
    "li", {},
    element("time", {}, dateTime(micros(fact.time))),
    element("b", {}, eventName(fact.type)),
    element("span", { class: "fact-who" }, [fact.unit && unitName(fact.unit), fact.person].filter(Boolean).join(" · ")),
    element("span", { class: "fact-source mono" }, `${fact.source} · ${fact.id}`, fact.recorded ? ` · ${word("recorded")} ${dateTime(micros(fact.recorded))}` : ""),
  )));

const excluded = (listed) =>
  element("ol", { class: "facts" }, listed.map((each) => element(
    "li", {},
    element("time", {}, `${dateTime(micros(each.since))} — ${each.until ? dateTime(micros(each.until)) : word("ongoing")}`),
    element("b", {}, kindName(each.kind)),
    element("span", { class: "fact-who" }, each.basis ?? word("noBasis")),
  )));

const historyOf = (messages) =>
  element("ol", { class: "facts" }, messages.map(({ message }) => element(
    "li", {},
    element("time", {}, dateTime(micros(message.time))),
    element("b", {}, word("says")[message.type.replace("sunlight.alert.", "")]),
    element("span", { class: "fact-source mono" }, `${message.data.revision} · ${message.id}`),
  )));

function caseDetail(found) {
  const head = [element("div", { class: "detail-title" }, element("h2", { id: "detail-title", tabindex: "-1" }, itemName(found.item)), element("p", { class: "mono" }, found.id)), found.stage ? element("span", { class: "tag" }, stageName(found.process, found.stage)) : null];
  return frame(head, [
    section(word("caseTitle"), pairs([
      [word("unit"), found.unit && unitName(found.unit)], [word("window"), found.window], [word("person"), found.person],
      [word("opened"), found.opened && dateTime(found.opened)], [word("endedAt"), found.ended && dateTime(found.ended)],
      [word("nextDue"), found.next_due && `${dateTime(found.next_due)} · ${clockName(found.process, found.next_clock)}`],
    ])),
    found.alerts.length ? section(word("cards"), element("ol", { class: "case-alerts" }, found.alerts.map((alert) => element(
      "li", {},
      element("a", { href: `#alert/${encodeURIComponent(alert.id)}` }, badge(alert.level), element("span", {}, passage(alert)), element("time", {}, dateTime(alert.due)), statusTag(alert)),
    )))) : null,
    found.finding_list.length ? section(word("findingList"), element("ul", { class: "facts" }, found.finding_list.map((each) => element(
      "li", {}, element("b", {}, findingName(each.kind)), element("span", { class: "fact-source mono" }, [each.source, each.event, each.detail].filter(Boolean).join(" · ")),
    )))) : null,
    section(word("events"), found.events.length ? element("ol", { class: "facts line" }, found.events.map((event) => element(
      "li", {},
      element("time", {}, dateTime(event.occurred)),
      element("b", {}, eventName(event.type) + (event.kind ? `（${kindName(event.kind)}）` : "")),
      element("span", { class: "fact-who" }, [event.unit && unitName(event.unit), event.window, event.person].filter(Boolean).join(" · ")),
      element("span", { class: "fact-source mono" }, `${event.source} · ${event.id}`),
    ))) : element("p", { class: "quiet" }, word("noEvents"))),
  ]);
}

