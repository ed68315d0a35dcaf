import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DoctorCheck } from '@kez-chat/contracts'
import { z } from 'zod'
import { printable } from '../../output/printable.ts'
import { fail, ok, reasonOf, skipped, warn } from '../check.ts'
import { causeOf, readJson } from './json.ts'

export const natsIds = [
  'nats.monitor',
  'nats.version',
  'nats.sync',
  'nats.store',
  'nats.streams',
  'nats.replicas',
  'nats.clients',
] as const

/** Where NATS has its monitor in the shipped configuration. */
const usual = 'http://127.0.0.1:8222'
/** The first without the bypass of the auth callout. */
const leastVersion = [2, 14, 4] as const

const Varz = z.object({
  server_name: z.string(),
  version: z.string(),
  cluster: z.object({ name: z.string().optional() }).optional(),
})
const Replica = z.object({ name: z.string(), current: z.boolean().default(false), offline: z.boolean().default(false) })
const Stream = z.object({
  name: z.string(),
  state: z.object({ bytes: z.number(), messages: z.number() }),
  config: z.object({ max_bytes: z.number().optional(), num_replicas: z.number().optional() }).optional(),
  cluster: z.object({ leader: z.string().optional(), replicas: z.array(Replica).optional() }).optional(),
})
const Jsz = z.object({
  disabled: z.boolean().optional(),
  meta_cluster: z.object({ cluster_size: z.number().optional() }).optional(),
  storage: z.number().default(0),
  config: z
    .object({
      max_storage: z.number().optional(),
      store_dir: z.string().optional(),
      sync_always: z.boolean().optional(),
    })
    .optional(),
  account_details: z.array(z.object({ name: z.string(), stream_detail: z.array(Stream).optional() })).default([]),
})
type Jsz = z.infer<typeof Jsz>
type Stream = z.infer<typeof Stream>
const Connz = z.object({ connections: z.array(z.object({ name: z.string().optional() })) })

type Server = { readonly varz: z.infer<typeof Varz>; readonly jsz: Jsz; readonly streams: readonly Stream[] }

export type Nats = { readonly checks: DoctorCheck[]; readonly storeDir: string | undefined }

/** The monitor that was named; that of `npm start`, which its configuration has; or the usual one. */
export const monitorsOf = async (named: readonly string[], dataDir: string): Promise<readonly string[]> => {
  if (named.length > 0) return named
  const config = await readFile(join(dataDir, 'nats', 'nats.conf'), 'utf8').catch(() => '')
  const listen = /^http: "([\w.:[\]-]+)"$/m.exec(config)?.[1]
  return [listen === undefined ? usual : `http://${listen.replace(/^0\.0\.0\.0/, '127.0.0.1')}`]
}

const judgeVersion = (version: string): DoctorCheck => {
  const id = 'nats.version'
  const parts = version.split('.').map((part) => Number.parseInt(part, 10))
  const difference = leastVersion.map((least, i) => (parts[i] ?? 0) - least).find((by) => by !== 0) ?? 0
  return difference < 0
    ? fail(
        id,
        `nats-server ${printable(version)} is too old: below ${leastVersion.join('.')} the auth callout can be passed by.`,
        'Take the image nats:2.15 or newer, or nats-server of that version, and start it anew; the store stays.',
      )
    : ok(id, `nats-server ${printable(version)}.`)
}

const judgeSync = ({ disabled, config }: Jsz): DoctorCheck => {
  // Then it says nothing of its settings; `nats.store` tells.
  if (disabled) return skipped('nats.sync', 'JetStream is off there.')
  return config?.sync_always === true
    ? ok('nats.sync', 'What is accepted is on disk before it is acknowledged (sync_interval: always).')
    : fail(
        'nats.sync',
        'NATS acknowledges before it has written to disk (sync_interval is not "always"): a power cut loses messages that people were told had been sent.',
        'Put "sync_interval: always" into the block jetstream of nats.conf, on a line of its own ("kez admin keys generate" writes it so), and start NATS anew.',
      )
}

const gib = (bytes: number): string =>
  bytes >= 1_073_741_824 ? `${(bytes / 1_073_741_824).toFixed(1)} GiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`

const judgeStore = ({ disabled, storage, config }: Jsz, fullPercent: number): DoctorCheck => {
  const id = 'nats.store'
  if (disabled)
    return fail(
      id,
      'JetStream is off: this server stores nothing. It turns it off by itself when it cannot write, above all to a full disk.',
      'Read its log ("no space left on device", "permission denied"), make room or mend the volume, and start this server anew: in a cluster it catches up by itself.',
    )
  const limit = config?.max_storage ?? 0
  if (limit <= 0) return skipped(id, 'NATS has no limit for its store.')
  const percent = (storage / limit) * 100
  const what = `NATS has stored ${gib(storage)} of the ${gib(limit)} that it may (${percent.toFixed(0)} %).`
  if (percent < fullPercent) return ok(id, what)
  return fail(
    id,
    `${what} When it is full, nothing is accepted any more.`,
    'Raise max_file_store in the block jetstream of nats.conf, or give the volume more room (without that line, NATS takes three quarters of the free disk as it starts), and start NATS anew.',
  )
}

const judgeStreams = (streams: readonly Stream[], fullPercent: number): DoctorCheck => {
  const id = 'nats.streams'
  if (streams.length === 0)
    return fail(
      id,
      'NATS holds no streams: the services have never started here, or its store is another one.',
      'Look whether store_dir of NATS is on the right volume, and what the log of the registry says.',
    )
  const full = streams.flatMap(({ name, state, config }) => {
    const limit = config?.max_bytes ?? -1
    const percent = limit > 0 ? (state.bytes / limit) * 100 : 0
    return percent >= fullPercent ? [`${name} (${gib(state.bytes)} of ${gib(limit)})`] : []
  })
  if (full.length === 0)
    return ok(
      id,
      `${new Set(streams.map(({ name }) => name)).size} streams, none of them nearly full. Whether each is set as this version makes it: kez admin streams check`,
    )
  return fail(
    id,
    `Nearly full: ${full.join(', ')}. What is over is refused with 507.`,
    'Inboxes empty themselves as people read. For more room set KEZ_INBOX_STREAM_BYTES or KEZ_CHAIN_STREAM_BYTES and run "kez admin streams apply" with it (docs/operations.md).',
  )
}

/** Only the leader of a stream knows how its copies do, so each stream is judged by the server that leads it. */
const judgeReplicas = (servers: readonly Server[]): DoctorCheck => {
  const id = 'nats.replicas'
  if (servers.every(({ varz }) => varz.cluster?.name === undefined))
    return ok(id, 'One NATS server, one copy of everything: the backup is the second.')
  const all = servers.flatMap(({ varz, streams }) => streams.map((stream) => ({ asked: varz.server_name, ...stream })))
  const led = all.filter(({ asked, cluster }) => cluster?.leader === asked)
  const names = new Set(all.map(({ name }) => name))
  const bad = [
    ...[...names]
      .filter((name) => all.every((stream) => stream.name !== name || !stream.cluster?.leader))
      .map((name) => `${name} has no leader`),
    ...led.flatMap(({ name, cluster }) =>
      (cluster?.replicas ?? [])
        .filter(({ current, offline }) => offline || !current)
        .map((replica) => `${name} on ${replica.name} is ${replica.offline ? 'away' : 'behind'}`),
    ),
  ]
  const unseen = names.size - new Set(led.map(({ name }) => name)).size
  const rest =
    unseen > 0
      ? ` Of ${unseen} more their leader knows: name the monitors of all servers, comma-separated, with --nats.`
      : ''
  if (bad.length > 0)
    return fail(
      id,
      `Not every copy is whole: ${printable(bad.slice(0, 8).join(', '))}.`,
      'Bring the server that is away back; it catches up by itself. Stop no other until this is well.',
    )
  const copies = Math.max(1, ...all.map(({ config }) => config?.num_replicas ?? 1))
  if (copies === 1)
    return warn(
      id,
      'A cluster, and one copy of everything: one server that is lost takes its streams along.',
      'Start the services with KEZ_STREAM_REPLICAS=3.',
    )
  return led.length === 0 && unseen > 0
    ? skipped(id, `A cluster with ${copies} copies of everything.${rest}`)
    : ok(id, `A cluster with ${copies} copies of everything, all of them up to date.${rest}`)
}

/** Services by the name of their connection, each in its account. */
const expected = { APP: ['registry', 'gateway', 'relay-bridge', 'push'], AUTH: ['auth'] } as const

/** How many servers the cluster has, as far as those that were asked know. */
const sizeOf = (servers: readonly Server[]): number =>
  Math.max(1, ...servers.map(({ jsz }) => jsz.meta_cluster?.cluster_size ?? 1))

const lookAtClients = async (
  monitors: readonly string[],
  { asked, servers }: { asked: number; servers: number },
): Promise<DoctorCheck> => {
  const id = 'nats.clients'
  const missing: string[] = []
  for (const [account, names] of Object.entries(expected)) {
    const there = new Set<string | undefined>()
    for (const monitor of monitors) {
      // An account that NATS does not know is a fault of its own, and nobody is in it.
      const answer = await readJson(`${monitor}/connz?acc=${account}&limit=256`).catch(() => undefined)
      for (const { name } of Connz.safeParse(answer).data?.connections ?? []) there.add(name)
    }
    missing.push(...names.filter((name) => !there.has(name)))
  }
  if (missing.length === 0) return ok(id, 'Every service is connected: registry, gateway, relay-bridge, push and auth.')
  if (asked < servers)
    return skipped(
      id,
      `Not seen: ${missing.join(', ')}. They may be connected to another server of the ${servers}: name the monitors of all, comma-separated, with --nats.`,
    )
  return fail(
    id,
    `Not connected to NATS: ${missing.join(', ')}.`,
    `Start what is missing, and read its log ("docker compose ps", "docker compose logs ${missing[0]}").`,
  )
}

const readServer = async (monitor: string): Promise<Server> => {
  const varz = Varz.parse(await readJson(`${monitor}/varz`))
  const jsz = Jsz.parse(await readJson(`${monitor}/jsz?accounts=1&streams=1&config=1`))
  const streams = jsz.account_details
    .filter(({ name }) => name === 'APP')
    .flatMap(({ stream_detail }) => stream_detail ?? [])
  return { varz, jsz, streams }
}

/** Each server of a cluster has settings and a store of its own: the worst of them is told, with its name. */
const ofEach = (servers: readonly Server[], judge: (server: Server) => DoctorCheck): DoctorCheck[] => {
  const checks = servers.map((server) => ({ name: server.varz.server_name, check: judge(server) }))
  const worst =
    checks.find(({ check }) => check.status === 'fail') ??
    checks.find(({ check }) => check.status === 'ok') ??
    checks[0]
  if (!worst) return []
  const isAlone = servers.length === 1 || worst.check.status !== 'fail'
  return [isAlone ? worst.check : { ...worst.check, message: `${printable(worst.name)}: ${worst.check.message}` }]
}

const elsewhere =
  'Name its address with --nats or KEZ_NATS_MONITOR_URL, from where it can be reached; in containers: docker compose run --rm operator kez admin doctor --only inside --internal http://gateway:6970'

const judgeMonitors = (monitors: readonly string[], answers: readonly PromiseSettledResult<Server>[]): DoctorCheck => {
  const id = 'nats.monitor'
  const silent = answers.flatMap((answer, i) =>
    answer.status === 'rejected' ? [`${monitors[i]} (${reasonOf(causeOf(answer.reason))})`] : [],
  )
  return silent.length === 0
    ? ok(id, `NATS answers at ${monitors.join(', ')}.`)
    : fail(
        id,
        `The monitor of NATS did not answer at ${silent.join(', ')}. The rest is what the others say.`,
        'Start the server that is away; stop no other until it has caught up. If it runs, name its address as it can be reached from here.',
      )
}

/** NATS by the monitors of its servers: what no service may ask for. */
export const lookAtNats = async (monitors: readonly string[], isNamed: boolean, fullPercent: number): Promise<Nats> => {
  const answers = await Promise.allSettled(monitors.map(readServer))
  const servers = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  if (servers.length === 0) {
    const [answer] = answers
    const reason = answer?.status === 'rejected' ? reasonOf(causeOf(answer.reason)) : 'no address'
    const what = `The monitor of NATS at ${monitors.join(', ')} did not answer: ${reason}.`
    const [first, ...others] = natsIds
    return {
      storeDir: undefined,
      checks: [
        isNamed ? fail(first, what, elsewhere) : skipped(first, `${what} ${elsewhere}`),
        ...others.map((id) => skipped(id, 'The monitor of NATS was not reached.')),
      ],
    }
  }
  const reached = monitors.filter((_, i) => answers[i]?.status === 'fulfilled')
  return {
    storeDir: servers[0]?.jsz.config?.store_dir,
    checks: [
      judgeMonitors(monitors, answers),
      ...ofEach(servers, ({ varz }) => judgeVersion(varz.version)),
      ...ofEach(servers, ({ jsz }) => judgeSync(jsz)),
      ...ofEach(servers, ({ jsz }) => judgeStore(jsz, fullPercent)),
      judgeStreams(
        servers.flatMap(({ streams }) => streams),
        fullPercent,
      ),
      judgeReplicas(servers),
      await lookAtClients(reached, { asked: monitors.length, servers: sizeOf(servers) }),
    ],
  }
}
