type Json = Readonly<Record<string, unknown>>

/** What the exporter reads from a node: its `/varz`, `/jsz?consumers=true&config=true&raft=true`, `/connz`, `/routez` and `/subsz`. */
export type NodeReports = {
  readonly varz: unknown
  readonly jsz: unknown
  readonly connz: unknown
  readonly routez: unknown
  readonly subsz: unknown
}

type Labels = Readonly<Record<string, string>>

class Page {
  readonly #families = new Map<string, string[]>()
  readonly #prefix = 'nats'

  add(name: string, labels: Labels, value: number, type: 'gauge' | 'counter' = 'gauge'): void {
    const full = `${this.#prefix}_${name}`
    const lines = this.#families.get(full) ?? [`# HELP ${full} ${name}`, `# TYPE ${full} ${type}`]
    const quoted = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`)
    lines.push(`${full}{${quoted.toSorted().join(',')}} ${value}`)
    this.#families.set(full, lines)
  }

  text(): string {
    return `${[...this.#families.keys()]
      .toSorted()
      .flatMap((name) => this.#families.get(name) ?? [])
      .join('\n')}\n`
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
const inside = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** The words among a report's members that become a metric with the word as label `value`. */
const words = new Set([
  'server_id',
  'server_name',
  'version',
  'cluster_name',
  'jetstream_meta_leader',
  'jetstream_meta_name',
])
/** Of a node's cluster these alone. */
const ofCluster = new Set(['cluster_name', 'cluster_pool_size'])
const times = new Set(['start', 'config_load_time'])

/** Members within members are joined by `_`; lists and truth values are left out. */
const flattened = (report: unknown, path: string[] = []): [string, unknown][] =>
  Object.entries(isObject(report) ? report : {}).flatMap(([key, value]) => {
    const here = [...path, key.replace(/^\//, '')]
    return isObject(value) ? flattened(value, here) : [[here.join('_'), value] as [string, unknown]]
  })

const addReport = (page: Page, system: string, report: unknown, server_id: string): void => {
  for (const [name, value] of flattened(report)) {
    if (name.startsWith('cluster_') && !ofCluster.has(name)) continue
    if (typeof value === 'number') page.add(`${system}_${name}`, { server_id }, value)
    else if (words.has(name)) page.add(`${system}_${name}`, { server_id, value: text(value) }, 1)
    else if (system === 'varz' && times.has(name))
      page.add(`${system}_${name}`, { server_id }, Date.parse(text(value)) || 0)
  }
}

const addConnections = (page: Page, connz: unknown, server_id: string): void => {
  for (const name of ['num_connections', 'total', 'offset', 'limit'])
    page.add(`connz_${name}`, { server_id }, number(inside(connz, name)))
  const connections = objects(inside(connz, 'connections'))
  for (const name of ['pending_bytes', 'subscriptions', 'in_bytes', 'out_bytes', 'in_msgs', 'out_msgs']) {
    const sum = connections.reduce((total, connection) => total + number(connection[name]), 0)
    page.add(`connz_${name}`, { server_id }, sum, /^(in|out)_/.test(name) ? 'counter' : 'gauge')
  }
}

const addRoutes = (page: Page, routez: unknown, server_id: string): void => {
  page.add('routez_num_routes', { server_id }, number(inside(routez, 'num_routes')))
  for (const name of ['server_id', 'server_name'])
    page.add(`routez_${name}`, { server_id, value: text(inside(routez, name)) }, 1)
}

/** Without a cluster every node leads. */
const leads = (group: unknown, serverName: string): { leader: string; is: string } => {
  const leader = text(inside(group, 'leader'))
  return { leader, is: String(group === undefined || leader === serverName) }
}

const addConsumer = (page: Page, consumer: Json, stream: Labels, serverName: string, now: number): void => {
  const { leader, is } = leads(consumer.cluster, serverName)
  const labels = {
    ...stream,
    consumer_name: text(consumer.name),
    consumer_leader: leader,
    is_consumer_leader: is,
    consumer_desc: text(inside(consumer.config, 'description')),
  }
  const { delivered, ack_floor: floor } = consumer
  const add = (name: string, value: unknown) => page.add(`consumer_${name}`, labels, number(value))
  add('delivered_consumer_seq', inside(delivered, 'consumer_seq'))
  add('delivered_stream_seq', inside(delivered, 'stream_seq'))
  add('ack_floor_consumer_seq', inside(floor, 'consumer_seq'))
  add('ack_floor_stream_seq', inside(floor, 'stream_seq'))
  for (const name of ['num_ack_pending', 'num_redelivered', 'num_waiting', 'num_pending']) add(name, consumer[name])
  const last = Date.parse(text(inside(delivered, 'last_active')))
  if (last) add('last_delivery_seconds', Math.max(0, (now - last) / 1_000))
}

const addJetStream = (page: Page, jsz: unknown, varz: unknown, server_id: string): void => {
  const meta = inside(jsz, 'meta_cluster')
  const config = inside(jsz, 'config')
  const serverName = text(inside(varz, 'server_name'))
  const led = leads(meta, serverName)
  const server = {
    server_id,
    server_name: serverName,
    cluster: text(inside(meta, 'name')),
    domain: text(inside(config, 'domain')),
    meta_leader: led.leader,
    is_meta_leader: led.is,
  }
  const addServer = (name: string, value: unknown) => page.add(`server_${name}`, server, number(value))
  addServer('jetstream_disabled', inside(jsz, 'disabled') === true ? 1 : 0)
  addServer('max_memory', inside(config, 'max_memory'))
  addServer('max_storage', inside(config, 'max_storage'))
  addServer('total_streams', inside(jsz, 'streams'))
  addServer('total_consumers', inside(jsz, 'consumers'))
  addServer('total_messages', inside(jsz, 'messages'))
  addServer('total_message_bytes', inside(jsz, 'bytes'))

  for (const account of objects(inside(jsz, 'account_details')))
    for (const stream of objects(account.stream_detail)) {
      const { leader, is } = leads(stream.cluster, serverName)
      const labels = {
        ...server,
        account: text(account.name),
        account_id: text(account.id),
        account_name: text(account.name),
        stream_name: text(stream.name),
        stream_leader: leader,
        is_stream_leader: is,
        stream_raft_group: text(stream.stream_raft_group) || text(inside(stream.cluster, 'raft_group')),
      }
      const add = (name: string, value: unknown) => page.add(`stream_${name}`, labels, number(value))
      const { state, config: limits } = stream
      add('total_messages', inside(state, 'messages'))
      add('total_bytes', inside(state, 'bytes'))
      add('first_seq', inside(state, 'first_seq'))
      add('last_seq', inside(state, 'last_seq'))
      add('consumer_count', inside(state, 'consumer_count'))
      add('subject_count', inside(state, 'num_subjects'))
      add('limit_bytes', inside(limits, 'max_bytes'))
      add('limit_messages', inside(limits, 'max_msgs'))
      const now = Date.parse(text(inside(jsz, 'now')))
      for (const consumer of objects(stream.consumer_detail)) addConsumer(page, consumer, labels, serverName, now)
    }
}

/**
 * The page that prometheus-nats-exporter makes of a node's reports with `-connz -routez -subz -varz -jsz=all -prefix=nats
 * -use_internal_server_id`: its names, types and labels, as far as rules and dashboards can ask for them. Routes one by one are left out.
 */
export const exporterPage = (reports: NodeReports): string => {
  const page = new Page()
  const server = text(inside(reports.varz, 'server_id'))
  addReport(page, 'varz', reports.varz, server)
  addReport(page, 'subsz', reports.subsz, server)
  addConnections(page, reports.connz, server)
  addRoutes(page, reports.routez, server)
  // What JetStream says is left out while the node does not answer; the rest stays as it was.
  if (reports.jsz !== undefined) addJetStream(page, reports.jsz, reports.varz, server)
  return page.text()
}
