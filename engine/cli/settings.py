"""Every setting of the program, described once: commands, `sunlight config` and the documentation read it here."""

from pathlib import Path
from typing import Any, Final

from engine.cli.setting import PATH, SWITCH, TEXT, Setting, choice, number, whole
from engine.core.text import Text

_PORT: Final = whole(0, 65_535)
_SHIPPED: Final = Text("随软件附带的", "the shipped one")
_NONE: Final = Text("无", "none")

LANG: Final = Setting[str | None](
    "lang",
    choice(("zh", "en")),
    None,
    Text("界面和消息的语言", "language of help, messages and people's output"),
    unset=Text("按系统区域设置", "that of the locale"),
)
LOG_LEVEL: Final = Setting[str](
    "log_level",
    choice(("debug", "info", "warning", "error")),
    "info",
    Text("日志级别", "how much a long-running command logs"),
)
ZONE: Final = Setting[str](
    "zone",
    TEXT,
    "Asia/Shanghai",
    Text("显示时间所用的时区", "time zone in which people are shown times"),
)

# ---- brokers

BOOTSTRAP: Final = Setting[str](
    "bootstrap",
    TEXT,
    "127.0.0.1:9092",
    Text(
        "Kafka 地址，形如 host:port，多个用逗号分隔", "Kafka brokers as host:port, several parted by commas"
    ),
)
TLS: Final = Setting[bool](
    "tls", SWITCH, False, Text("是否用 TLS 连接 Kafka", "whether to speak TLS to the brokers")
)
TLS_CA: Final = Setting[Path | None](
    "tls_ca",
    PATH,
    None,
    Text(
        "签发 Kafka 证书的 CA 文件（PEM）", "PEM file of the authority that signed the brokers' certificates"
    ),
    unset=Text("系统信任的 CA", "those that the system trusts"),
)
TLS_CERTIFICATE: Final = Setting[Path | None](
    "tls_certificate",
    PATH,
    None,
    Text("客户端证书文件（PEM）", "PEM file of this client's certificate"),
    unset=_NONE,
)
TLS_KEY: Final = Setting[Path | None](
    "tls_key", PATH, None, Text("客户端私钥文件（PEM）", "PEM file of this client's private key"), unset=_NONE
)
SASL_USERNAME: Final = Setting[str | None](
    "sasl_username",
    TEXT,
    None,
    Text("Kafka 用户名", "name that the brokers know this client by"),
    unset=_NONE,
)
SASL_PASSWORD: Final = Setting[str | None](
    "sasl_password",
    TEXT,
    None,
    Text(
        "Kafka 密码；请用环境变量或文件给出",
        "its password; better in the environment or a file than in a flag",
    ),
    unset=_NONE,
    secret=True,
)
SASL_MECHANISM: Final = Setting[str](
    "sasl_mechanism",
    choice(("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")),
    "SCRAM-SHA-512",
    Text("Kafka 认证方式", "how the password is shown to the brokers"),
)
TOPICS: Final = Setting[Path | None](
    "topics",
    PATH,
    None,
    Text("主题清单文件 topics.yaml", "the list of topics, a topics.yaml"),
    unset=_SHIPPED,
)
TOPIC_PREFIX: Final = Setting[str | None](
    "topic_prefix",
    TEXT,
    None,
    Text("所有主题名的前缀", "what the names of all topics begin with"),
    unset=Text("按主题清单", "that of the list"),
)

# ---- rules

RULES: Final = Setting[Path | None](
    "rules",
    PATH,
    None,
    Text("规则目录", "directory of rules"),
    unset=Text("随软件附带的", "the shipped ones"),
)

# ---- the clock

CLOCK: Final = Setting[str | None](
    "clock",
    TEXT,
    None,
    Text(
        "模拟时钟，形如 START@ORIGINxFACTOR，由演示程序给出",
        "a simulated clock, as START@ORIGINxFACTOR; the demo gives it to its processes",
    ),
    unset=Text("本机时钟", "the machine's"),
)

# ---- worker

STATE: Final = Setting[Path](
    "state",
    PATH,
    Path("state"),
    Text(
        "本进程的状态目录；两个进程不得共用",
        "directory for the state of this worker or board; no two processes may share one",
    ),
)
INSTANCE: Final = Setting[str | None](
    "instance",
    TEXT,
    None,
    Text(
        "重启后不变的实例名，被杀后重启可立即取回分区",
        "a name that outlives restarts, by which a killed worker gets its partitions back at once",
    ),
    unset=_NONE,
)
GROUP: Final = Setting[str](
    "group", TEXT, "sunlight", Text("工作进程的消费组", "consumer group that the workers share")
)
WORKER_HOST: Final = Setting[str](
    "worker_host",
    TEXT,
    "127.0.0.1",
    Text(
        "健康检查和指标的监听地址；二者没有令牌，非本机地址请以网络隔离",
        "address that health and metrics are served on; no token guards them, so other than loopback only inside a "
        "network that is guarded",
    ),
    flag="--host",
)
WORKER_PORT: Final = Setting[int](
    "worker_port",
    _PORT,
    8700,
    Text("健康检查和指标的端口；0 为任一空闲端口", "port of health and metrics; 0 takes a free one"),
    flag="--port",
)
BATCH_RECORDS: Final = Setting[int](
    "batch_records",
    whole(1, 100_000),
    1_000,
    Text("一批最多多少条记录", "how many records a batch holds at most"),
)
FETCH_WAIT_MS: Final = Setting[int](
    "fetch_wait_ms",
    whole(1, 60_000),
    500,
    Text("无数据时一次拉取等待的毫秒数", "milliseconds that a fetch waits where there is nothing"),
)
SESSION_SECONDS: Final = Setting[float](
    "session_seconds",
    number(1, 300),
    10.0,
    Text(
        "多少秒无心跳即视为工作进程已失联", "seconds without a heartbeat after which a worker counts as gone"
    ),
)
HEARTBEAT_SECONDS: Final = Setting[float](
    "heartbeat_seconds", number(0.1, 100), 2.0, Text("心跳间隔秒数", "seconds between heartbeats")
)
DECIDE_AFTER_SECONDS: Final = Setting[float](
    "decide_after_seconds",
    number(0, 86_400),
    30.0,
    Text(
        "分区落后超过多少秒后仍然判定时限",
        "seconds that a partition may be behind before deadlines are decided all the same",
    ),
)
CONFIRM_CLOCK: Final = Setting[bool](
    "confirm_clock",
    SWITCH,
    False,
    Text(
        "状态的时间远超前于时钟时，确认时钟是对的；只用于一次启动",
        "says that the clock is right where the state is far ahead of it; for one start only",
    ),
)
BLOCK_CACHE_MIB: Final = Setting[int](
    "block_cache_mib",
    whole(1, 65_536),
    16,
    Text("状态库读缓存（MiB）", "read cache of the state of a partition, in MiB"),
)
WRITE_BUFFER_MIB: Final = Setting[int](
    "write_buffer_mib",
    whole(1, 65_536),
    16,
    Text("状态库写缓冲（MiB）", "write buffer of the state of a partition, in MiB"),
)
STOP_SECONDS: Final = Setting[float](
    "stop_seconds", number(1, 600), 30.0, Text("正常停止最多用多少秒", "seconds that a clean stop may take")
)

# ---- board

BOARD_HOST: Final = Setting[str](
    "board_host",
    TEXT,
    "127.0.0.1",
    Text(
        "监察大屏的监听地址；非本机地址须设令牌", "address of the board; other than loopback it needs a token"
    ),
    flag="--host",
)
BOARD_PORT: Final = Setting[int](
    "board_port",
    _PORT,
    8600,
    Text("监察大屏的端口；0 为任一空闲端口", "port of the board; 0 takes a free one"),
    flag="--port",
)
BOARD_TOKEN: Final = Setting[str | None](
    "board_token",
    TEXT,
    None,
    Text(
        "访问监察大屏所需的令牌，至少 16 个字符；请用环境变量或文件给出",
        "token that the board asks for, of 16 characters at least; better in the environment or a file than in a flag",
    ),
    unset=_NONE,
    secret=True,
    flag="--token",
)

# ---- delivery

DELIVER_GROUP: Final = Setting[str](
    "deliver_group",
    TEXT,
    "sunlight-deliver",
    Text("分发进程的消费组", "consumer group of delivery"),
    flag="--group",
)
DELIVER_HOST: Final = Setting[str](
    "deliver_host",
    TEXT,
    "127.0.0.1",
    Text(
        "分发进程健康检查和指标的监听地址；二者没有令牌，非本机地址请以网络隔离",
        "address that delivery's health and metrics are served on; no token guards them, so other than loopback only "
        "inside a network that is guarded",
    ),
    flag="--host",
)
DELIVER_PORT: Final = Setting[int](
    "deliver_port",
    _PORT,
    8710,
    Text(
        "分发进程健康检查和指标的端口；0 为任一空闲端口",
        "port of delivery's health and metrics; 0 takes a free one",
    ),
    flag="--port",
)
CHECK_CHECKSUMS: Final = Setting[bool](
    "check_checksums",
    SWITCH,
    True,
    Text(
        "是否校验记录；仅演示用的内置 Kafka 须为 false",
        "whether to check records; false for the demo's broker only",
    ),
)

# ---- demo

DEMO_SEED: Final = Setting[int](
    "demo_seed",
    whole(0, 2**31 - 1),
    9,
    Text("随机种子：同一种子给出同样的事件", "seed: the same gives the same events"),
    flag="--seed",
)
DEMO_FACTOR: Final = Setting[float](
    "demo_factor",
    number(1, 100_000),
    600.0,
    Text("上班时间比真实时间快多少倍", "how many times as fast as real time office hours pass"),
    flag="--factor",
)
DEMO_CASES: Final = Setting[float](
    "demo_cases_per_day",
    number(1, 100_000),
    160.0,
    Text("每个工作日收件数", "cases received on a working day"),
    flag="--cases-per-day",
)
DEMO_LIVELINESS: Final = Setting[float](
    "demo_liveliness",
    number(0, 1_000),
    8.0,
    Text("超时和异常为真实区县的多少倍", "how many times as often as in the real district things go wrong"),
    flag="--liveliness",
)
DEMO_PORT: Final = Setting[int | None](
    "demo_port",
    _PORT,
    None,
    Text("监察大屏的端口", "port of the board"),
    unset=Text("8765 起第一个空闲端口", "the first free one from 8765"),
    flag="--port",
)

BROKER: Final[tuple[Setting[Any], ...]] = (
    BOOTSTRAP,
    TLS,
    TLS_CA,
    TLS_CERTIFICATE,
    TLS_KEY,
    SASL_USERNAME,
    SASL_PASSWORD,
    SASL_MECHANISM,
)
"""What every command that talks to Kafka takes."""

WORKER: Final[tuple[Setting[Any], ...]] = (
    STATE,
    INSTANCE,
    GROUP,
    WORKER_HOST,
    WORKER_PORT,
    BATCH_RECORDS,
    FETCH_WAIT_MS,
    SESSION_SECONDS,
    HEARTBEAT_SECONDS,
    DECIDE_AFTER_SECONDS,
    BLOCK_CACHE_MIB,
    WRITE_BUFFER_MIB,
    CONFIRM_CLOCK,
    STOP_SECONDS,
)

BOARD: Final[tuple[Setting[Any], ...]] = (BOARD_HOST, BOARD_PORT, BOARD_TOKEN)
DELIVER: Final[tuple[Setting[Any], ...]] = (DELIVER_GROUP, DELIVER_HOST, DELIVER_PORT, CHECK_CHECKSUMS)
DEMO: Final[tuple[Setting[Any], ...]] = (DEMO_SEED, DEMO_FACTOR, DEMO_CASES, DEMO_LIVELINESS, DEMO_PORT)

SETTINGS: Final[tuple[Setting[Any], ...]] = (
    LANG,
    ZONE,
    LOG_LEVEL,
    *BROKER,
    TOPICS,
    TOPIC_PREFIX,
    RULES,
    CLOCK,
    *WORKER,
    *BOARD,
    *DELIVER,
    *DEMO,
)
"""All of them, in the order in which they are shown."""
