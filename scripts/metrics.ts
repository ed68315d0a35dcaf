import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KnownMetric, serviceMetrics } from './documents/service-metrics.ts'

const file = join(import.meta.dirname, '..', 'docs', 'metrics.md')

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')

const row = ({ name, type, labels, help }: KnownMetric): string =>
  `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${cell(help)} |\n`

const section = (title: string, metrics: readonly KnownMetric[]): string =>
  `## ${title}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n${metrics.map(row).join('')}`

/** Every metric that our services have. */
export const metricsDocument = async (): Promise<string> => `# Every metric

Made by \`node scripts/metrics.ts\` from the services themselves; a test fails when it is out of date. What to look at, and the dashboards: [operations.md](operations.md#metrics).

Each service has them at \`GET /metrics\` of its internal listener (\`KEZ_INTERNAL_BIND\`), in the text format of Prometheus. Names end in their unit (\`_seconds\`, \`_bytes\`), counters in \`_total\`; a histogram \`x\` is read as
\`x_bucket\`, \`x_sum\` and \`x_count\`. No label names a person, a key, an address or an endpoint: routes and subjects are patterns, push services are entries of the list of those that are sent to, relays are those of \`KEZ_RELAYS\`, 32 at most.
Figures of NATS come from its own exporter, under the names that the Helm chart gives them (\`nats_…\`).

Of each process there are also the \`process_…\` and \`nodejs_…\` of prom-client: CPU, memory, open files, garbage collection, the lag of the event loop.

${(await serviceMetrics())
  .filter(({ title }) => title !== 'Process')
  .map(({ title, metrics }) => section(title, metrics))
  .join('\n')}`

export const savedMetrics = (): string => readFileSync(file, 'utf8')

if (import.meta.main) writeFileSync(file, await metricsDocument())
