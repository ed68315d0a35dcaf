/**
 * By compose there is no namespace, by a PodMonitor there is; what Prometheus calls our services and NATS's exporters is the
 * operator's. The variables hold what there is: never all that this Prometheus watches, which may be a whole cluster.
 */
const scope = (job: string): string => `job=~"$${job}", namespace=~"$namespace"`

const selector =
  (job: string) =>
  (metric: string, matchers = ''): string =>
    `${metric}{${scope(job)}${matchers === '' ? '' : `, ${matchers}`}}`

/** A metric of one of our services. */
export const ours = selector('job')

/** A metric of a NATS node, by its exporter. */
export const nats = selector('nats')

/**
 * Every node of a cluster tells of each stream and consumer that it has a copy of: only what the leader says counts, else all is
 * counted once for each replica.
 */
export const stream = (metric: string, matchers = ''): string =>
  nats(metric, `is_stream_leader="true"${matchers === '' ? '' : `, ${matchers}`}`)
export const consumer = (metric: string, matchers: string): string =>
  nats(metric, `is_consumer_leader="true", ${matchers}`)

/** The consumers of our services: those of people are theirs, and named by their keys. */
const durables = 'consumer_name=~"push|directory_.+|settlement_.+"'

/** How full each stream is that has a limit; the services know the limits, NATS the bytes. */
export const fullness = `max by (stream_name) (${stream('nats_stream_total_bytes')}) / on (stream_name) max by (stream_name) (label_replace(${ours('kez_stream_limit_bytes')}, "stream_name", "$1", "stream", "(.+)"))`

/** Five minutes, as the alerts look at it: a panel shows the figure that an alert judges. */
const window = '5m'

export const rate = (selected: string): string => `rate(${selected}[${window}])`
export const increase = (selected: string, over = window): string => `increase(${selected}[${over}])`
export const sum = (expression: string, ...by: string[]): string =>
  by.length === 0 ? `sum(${expression})` : `sum by (${by.join(', ')}) (${expression})`
export const max = (expression: string, ...by: string[]): string =>
  by.length === 0 ? `max(${expression})` : `max by (${by.join(', ')}) (${expression})`
export const min = (expression: string, ...by: string[]): string =>
  by.length === 0 ? `min(${expression})` : `min by (${by.join(', ')}) (${expression})`
/** @param histogram its selector, with `_bucket` */
export const quantile = (q: number, histogram: string, ...by: string[]): string =>
  `histogram_quantile(${q}, ${sum(rate(histogram), ...by, 'le')})`
/** A figure of each of our services' durable consumers, and what its line is called. */
export const ofDurables = (metric: string): [query: string, legend: string] => [
  max(consumer(metric, durables), 'stream_name', 'consumer_name'),
  '{{stream_name}} {{consumer_name}}',
]
/** 0 where nothing has happened yet, so that nothing reads as nothing. */
export const orZero = (expression: string): string => `${expression} or vector(0)`
