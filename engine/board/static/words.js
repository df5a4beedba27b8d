// Everything the page says, in Chinese and in English, and how numbers and times are written.

const WORDS = {
  zh: {
    skip: "跳到预警与发牌", motto: "行政审批电子监察", views: "视图", language: "English",
    live: "实时", connecting: "正在连接", lost: "连接中断，正在重连",
    lostNotice: (time) => `与服务器的连接已中断，正在重连。以下数据截至 ${time}，连接恢复后自动补齐。`,
    failed: "载入失败，正在重试", simulated: (rate) => `模拟时钟 ×${rate}`,
    totals: "总体情况", open: "在办件", accepted: "累计受理", closed: "累计办结", warnings: "预警", yellow: "黄牌",
    red: "红牌", onTime: "按时办结率", findings: "数据异常",
    onTimeNote: (count) => `按时办结 ${count} 件`, ratio: (share) => `占受理 ${share}`,
    levels: { warning: "预警", yellow: "黄牌", red: "红牌" }, badges: { warning: "预警", yellow: "黄牌", red: "红牌" },
    stream: "预警与发牌", streamTab: "预警发牌", filter: "按级别筛选", all: "全部", older: "更早的记录", newer: (count) => `${count} 条新记录`,
    clearUnit: "取消单位筛选", noAlerts: "暂无预警和发牌", noAlertsNote: "一旦有办件临近或超过时限，这里会立即显示。",
    noneOfKind: "没有符合条件的记录", noneOfKindNote: "可换一个级别，或取消单位筛选。",
    nearest: "临近时限的在办件", nearestTab: "临近时限", nearestNote: "剩余时间每秒更新", noNearest: "没有正在计时的在办件", noNearestNote: "办件受理后开始计时，按截止时间先后排列。",
    units: "各单位情况", unitsTab: "各单位", unitsNote: (count) => `${count} 个单位`, unit: "单位", noUnits: "尚无单位数据",
    noUnitsNote: "收到第一件办件后显示。", noUnit: "未注明单位",
    raised: "生效中", ended: "已了结", withdrawn: "已摘牌", withdrawal_proposed: "待确认撤销",
    near: (clock) => `临近${clock}`, over: (clock) => `已超过${clock}`, announced: (level, item) => `新${level}：${item}`,
    left: "剩余", due: "截止", close: "关闭", back: "返回",
    explanation: "发牌说明", sentence: "结论", timing: "时点", fellDue: "应发", detected: "发现", published: "发布",
    justified: "依据齐备", really: (lag) => `实际 ${lag}`, days: "计日明细", daysNote: (counted, left) => `计入 ${counted} 日，不计 ${left} 日`,
    dayNumber: (number) => `第${number}日`, facts: "事实", excluded: "不计入时限的期间", ongoing: "至今", suspended: "挂起",
    noBasis: "未载明依据", extensions: "延期", basisOf: "依据与规则", basis: "依据", rule: "规则", clock: "时限", limit: "限期",
    counting: "计算方式", rulebook: "规则库版本", caseId: "办件编号", item: "事项", window: "窗口", person: "责任人", stage: "环节",
    area: "区域", history: "处理经过", provisional: "暂定：所涉日期的放假安排尚未公布", behind: "判定时数据流有积压", source: "来源",
    recorded: "登记", caseTitle: "办件", events: "办理过程", opened: "收件", endedAt: "办结", nextDue: "下一时限",
    findingList: "数据异常", cards: "预警与发牌", notFound: "没有这条记录", noEvents: "办件已归档，只保留结论。",
    counts: { day: "按工作日，起算当日不计", instant: "按工作日，自起算时刻起", hours: "按工作时间", natural: "按自然时间", natural_day: "按自然日，起算当日不计" },
    weekdays: ["一", "二", "三", "四", "五", "六", "日"], deadlineGiven: "来源给定", openCase: "查看办件",
    says: { raised: "发出", ended: "了结", withdrawn: "摘牌", withdrawal_proposed: "提请撤销" },
    events_: {
      "case.received": "收件", "case.supplement_requested": "一次性告知", "case.supplemented": "补正", "case.accepted": "受理",
      "case.refused": "不予受理", "case.reviewed": "审核", "case.approved": "审批", "case.closed": "办结", "case.delivered": "送达",
      "case.returned": "退回", "case.withdrawn": "撤回", "case.voided": "作废", "case.suspended": "挂起", "case.resumed": "恢复",
      "case.extended": "延期", "fee.charged": "收费", "case.corrected": "更正",
    },
    kinds: {
      hearing: "听证", bidding: "招标", auction: "拍卖", inspection: "检验", testing: "检测", quarantine: "检疫", appraisal: "鉴定",
      expert_review: "专家评审", site_survey: "现场勘验", publicity: "公示", instruction: "请示", rectification: "整改",
    },
  },
  en: {
    skip: "Skip to alerts", motto: "Electronic supervision of approvals", views: "Views", language: "中文",
    live: "Live", connecting: "Connecting", lost: "Disconnected, reconnecting",
    lostNotice: (time) => `The connection to the server was lost; reconnecting. What you see is as of ${time} and will catch up by itself.`,
    failed: "Could not load, trying again", simulated: (rate) => `Simulated clock ×${rate}`,
    totals: "Totals", open: "Open", accepted: "Accepted", closed: "Closed", warnings: "Warnings", yellow: "Yellow",
    red: "Red", onTime: "On time", findings: "Findings",
    onTimeNote: (count) => `${count} cases on time`, ratio: (share) => `${share} of accepted`,
    levels: { warning: "Warning", yellow: "Yellow card", red: "Red card" }, badges: { warning: "Warning", yellow: "Yellow", red: "Red" },
    stream: "Warnings and cards", streamTab: "Alerts", filter: "Filter by level", all: "All", older: "Older", newer: (count) => `${count} new`,
    clearUnit: "Show all units", noAlerts: "No warnings, no cards", noAlertsNote: "The moment a case nears or passes its limit, it appears here.",
    noneOfKind: "Nothing matches", noneOfKindNote: "Choose another level, or show all units.",
    nearest: "Nearest deadlines", nearestTab: "Deadlines", nearestNote: "Time left, each second", noNearest: "No open case is being timed", noNearestNote: "Clocks start once a case is accepted; the nearest comes first.",
    units: "By unit", unitsTab: "Units", unitsNote: (count) => `${count} units`, unit: "Unit", noUnits: "No units yet",
    noUnitsNote: "They appear with the first case.", noUnit: "No unit named",
    raised: "Stands", ended: "Over", withdrawn: "Withdrawn", withdrawal_proposed: "Withdrawal proposed",
    near: (clock) => `Near: ${clock.toLowerCase()}`, over: (clock) => `Passed: ${clock.toLowerCase()}`, announced: (level, item) => `New ${level.toLowerCase()}: ${item}`,
    left: "left", due: "Due", close: "Close", back: "Back",
    explanation: "Why", sentence: "Finding", timing: "When", fellDue: "Fell due", detected: "Detected", published: "Published",
    justified: "Facts complete", really: (lag) => `really ${lag}`, days: "Days counted", daysNote: (counted, left) => `${counted} counted, ${left} not`,
    dayNumber: (number) => `day ${number}`, facts: "Facts", excluded: "Time not counted", ongoing: "still lasting", suspended: "suspended",
    noBasis: "no basis given", extensions: "Extensions", basisOf: "Basis and rule", basis: "Basis", rule: "Rule", clock: "Limit", limit: "Allowance",
    counting: "Counting", rulebook: "Rulebook version", caseId: "Case", item: "Item", window: "Window", person: "Person", stage: "Stage",
    area: "Area", history: "History", provisional: "Provisional: the holidays of these days are not yet announced", behind: "The stream was behind when this was decided", source: "Source",
    recorded: "recorded", caseTitle: "Case", events: "Events", opened: "Received", endedAt: "Ended", nextDue: "Next deadline",
    findingList: "Findings", cards: "Warnings and cards", notFound: "No such record", noEvents: "The case is archived; only its outcome is kept.",
    counts: { day: "working days, the day of the start not counted", instant: "working days from the instant of the start", hours: "working hours", natural: "natural time", natural_day: "natural days, the day of the start not counted" },
    weekdays: ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], deadlineGiven: "given by the source", openCase: "Open the case",
    says: { raised: "Raised", ended: "Over", withdrawn: "Withdrawn", withdrawal_proposed: "Withdrawal proposed" },
    events_: {
      "case.received": "Received", "case.supplement_requested": "Supplement requested", "case.supplemented": "Supplemented", "case.accepted": "Accepted",
      "case.refused": "Refused", "case.reviewed": "Reviewed", "case.approved": "Decided", "case.closed": "Closed", "case.delivered": "Delivered",
      "case.returned": "Returned", "case.withdrawn": "Withdrawn", "case.voided": "Voided", "case.suspended": "Suspended", "case.resumed": "Resumed",
      "case.extended": "Extended", "fee.charged": "Fee charged", "case.corrected": "Corrected",
    },
    kinds: {
      hearing: "hearing", bidding: "bidding", auction: "auction", inspection: "inspection", testing: "testing", quarantine: "quarantine",
      appraisal: "appraisal", expert_review: "expert review", site_survey: "site survey", publicity: "publicity", instruction: "instruction",
      rectification: "rectification",
    },
  },
};

const STORED = "sunlight.language";
const COMPACT_FROM = 10_000_000;

let language = chosen();
let names = { units: {}, items: {}, stages: {}, clocks: {}, findings: {}, zone: "Asia/Shanghai" };
let written = writers();

function chosen() {
  const stored = localStorage.getItem(STORED);
  if (stored in WORDS) return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

function writers() {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const time = (options) => new Intl.DateTimeFormat(locale, { timeZone: names.zone, hourCycle: "h23", ...options });
  return {
    number: new Intl.NumberFormat(locale),
    compact: new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }),
    percent: new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    parts: time({ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    date: time({ year: "numeric", month: "long", day: "numeric" }),
    weekday: time({ weekday: "short" }),
    month: new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: "short" }),
  };
}

export const currentLanguage = () => language;

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem(STORED, language);
  written = writers();
}

export function learnNames(learned) {
  names = learned;
  written = writers();
}

export const word = (key) => WORDS[language][key];
export const said = (text) => text[language];
const named = (table, id) => (table[id] ? said(table[id]) : id);

export const unitName = (id) => (id ? named(names.units, id) : word("noUnit"));
export const itemName = (code) => (code ? named(names.items, code) : "—");
export const stageName = (process, stage) => (names.stages[`${process}/${stage}`] ? said(names.stages[`${process}/${stage}`]) : stage);
export const clockName = (process, clock) => (names.clocks[`${process}/${clock}`] ? said(names.clocks[`${process}/${clock}`]) : clock);
export const findingName = (kind) => named(names.findings, kind);
export const eventName = (type) => word("events_")[type] ?? type;
export const kindName = (kind) => (kind ? word("kinds")[kind] ?? kind : "—");
export const levelName = (level) => word("levels")[level];
export const badgeName = (level) => word("badges")[level];
export const wholeNumber = (value) => written.number.format(value);
export const number = (value) => (Math.abs(value) >= COMPACT_FROM ? written.compact : written.number).format(value);
export const monthName = (date) => written.month.format(new Date(`${date}T00:00:00Z`));

/** A share as a percentage that never says 100 % of what is not all, nor 0 % of what is not nothing. */
export function percent(part, whole) {
  if (!whole) return "—";
  const share = Math.floor((part / whole) * 10_000) / 10_000;
  return written.percent.format(share);
}

const clockParts = (micros) => Object.fromEntries(written.parts.formatToParts(micros / 1000).map((part) => [part.type, part.value]));
export const longDate = (micros) => `${written.date.format(micros / 1000)} ${written.weekday.format(micros / 1000)}`;

export function timeOfDay(micros) {
  const part = clockParts(micros);
  return `${part.hour}:${part.minute}:${part.second}`;
}

export function dateTime(micros) {
  const part = clockParts(micros);
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

/** The time where it is of the same day as `now`, else the date and the time without seconds. */
export function shortTime(micros, now) {
  const part = clockParts(micros), today = clockParts(now);
  if (part.day === today.day && part.month === today.month && part.year === today.year) return `${part.hour}:${part.minute}:${part.second}`;
  const year = part.year === today.year ? "" : `${part.year}-`;
  return `${year}${part.month}-${part.day} ${part.hour}:${part.minute}`;
}

const two = (value) => String(value).padStart(2, "0");

/** What is left: days, then a running clock. */
export function timeLeft(micros) {
  const seconds = Math.max(0, Math.floor(micros / 1e6));
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const days = Math.floor(seconds / 86400);
  if (!days) return clock;
  return language === "zh" ? `${wholeNumber(days)} 天 ${clock}` : `${wholeNumber(days)} d ${clock}`;
}

/** How long something took, in the two largest units. */
export function lag(micros) {
  const units = language === "zh" ? ["毫秒", "秒", "分", "小时", "天"] : ["ms", "s", "min", "h", "d"];
  const sign = micros < 0 ? "−" : "+";
  const milliseconds = Math.abs(micros) / 1000;
  const seconds = milliseconds / 1000;
  if (milliseconds < 1) return `${micros ? "<1" : "0"} ${units[0]}`;
  if (milliseconds < 1000) return `${sign}${Math.round(milliseconds)} ${units[0]}`;
  if (seconds < 60) return `${sign}${seconds.toFixed(1)} ${units[1]}`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${sign}${Math.floor(whole / 60)} ${units[2]} ${whole % 60} ${units[1]}`;
  if (whole < 86400) return `${sign}${Math.floor(whole / 3600)} ${units[3]} ${Math.floor(whole / 60) % 60} ${units[2]}`;
  return `${sign}${Math.floor(whole / 86400)} ${units[4]} ${Math.floor(whole / 3600) % 24} ${units[3]}`;
}

/** A limit such as `7 working days` in the page's language. */
export function limitName(limit) {
  if (limit === "deadline") return word("deadlineGiven");
  if (language === "en") return limit;
  const found = /^(\d+) (.+)$/.exec(limit);
  const unit = { "working days": "个工作日", "working hours": "个工作小时", days: "日", hours: "小时", minutes: "分钟" };
  return found && unit[found[2]] ? `${found[1]} ${unit[found[2]]}` : limit;
}
