import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@kez-chat/client'
import { ensureDatabase, findNatsServer, freePort, portTaker } from '@kez-chat/embedded'
import { createRegistration, parseHandle, randomBytes } from '@kez-chat/identity'
import { messagingKeyFromSeed } from '@kez-chat/messaging'
import { type OwnPostgres, ownPostgres } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { provideServerKeys } from '../../cli/src/operators/server-keys.ts'
import { environmentOf, workloadsIn } from '../../scripts/kubernetes/documents.ts'
import { findKustomize } from '../../scripts/kubernetes/kustomize.ts'
import { chartConfig, formatConfig } from '../../scripts/kubernetes/nats-chart.ts'
import { chartValues, savedNatsValues } from '../../scripts/kubernetes/nats-values.ts'
import { render } from '../../scripts/kubernetes/render.ts'
import { services as ours } from '../../scripts/launcher/services.ts'
import { repository } from './compose-file.ts'

// The overlay `ha` as far as it goes without a cluster: NATS configured as its Helm chart does with our values, and services
// with the arguments, settings and keys of the manifests; only names of hosts and folders are those of this machine.

const place = mkdtempSync(join(tmpdir(), 'kez-three-nodes-'))
const keys = join(place, 'keys')
const documents = await render(await findKustomize(), 'ha', ['jobs'])
const nodes: { process: ChildProcess; client: number; monitor: number }[] = []
const running = new Map<string, { process: ChildProcess; internal: number }>()
const routePorts: number[] = []
let postgres: OwnPostgres
let gatewayPort = 0

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  return gone
}

const answers = (port: number, path: string): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}${path}`).then(
    ({ ok }) => ok,
    () => false,
  )

/** Names of nodes are addresses here. */
const atThisMachine = (text: string, routes: readonly number[]): string =>
  text.replaceAll(/nats-(\d)\.nats-headless:6222/g, (_, index) => `127.0.0.1:${routes[index]}`)

const startNats = async (): Promise<void> => {
  const { path } = await findNatsServer()
  const values = chartValues(savedNatsValues())
  const next = portTaker()
  const routes = routePorts
  for (let index = 0; index < values.config.cluster.replicas; index++) routes.push(await next())
  for (const [index, route] of routes.entries()) {
    const folder = join(place, `nats-${index}`)
    mkdirSync(join(folder, 'nats-config'), { recursive: true })
    mkdirSync(join(folder, 'kez-accounts'))
    for (const file of ['accounts.conf', 'routes.conf'])
      writeFileSync(
        join(folder, 'kez-accounts', file),
        atThisMachine(readFileSync(join(keys, 'nats', file), 'utf8'), routes),
      )
    const [client, monitor] = [await next(), await next()]
    const { port: _port, http_port: _monitor, cluster, jetstream, ...config } = chartConfig(values)
    const here = {
      ...config,
      listen: `127.0.0.1:${client}`,
      http: `127.0.0.1:${monitor}`,
      pid_file: join(folder, 'nats.pid'),
      cluster: { ...(cluster as object), port: undefined, listen: `127.0.0.1:${route}` },
      jetstream: { ...(jetstream as object), store_dir: join(folder, 'data') },
    }
    writeFileSync(join(folder, 'nats-config', 'nats.conf'), atThisMachine(formatConfig(here), routes))
    const process = spawn(path, ['-c', join(folder, 'nats-config', 'nats.conf')], {
      stdio: 'ignore',
      env: { SERVER_NAME: `nats-${index}` },
    })
    nodes.push({ process, client, monitor })
  }
  for (const { monitor } of nodes) await expect.poll(() => answers(monitor, '/healthz')).toBe(true)
}

/** What the Job of this name runs, with the variables and keys that it has. */
const runJob = async (name: string): Promise<{ code: number | null; out: string }> => {
  const container = workloadsIn(documents).find((workload) => workload.name === name)?.pod.containers[0]
  if (!container) throw new Error(`no Job ${name}`)
  const given = { ...environmentOf(documents, container), NATS_URL: `nats://127.0.0.1:${nodes[0]?.client}` }
  const env = Object.entries(given).map(([key, value]) => [key, value.replace(/^\/keys\//, `${keys}/operator/`)])
  const job = spawn(globalThis.process.execPath, ['deploy/docker/run.mjs', ...(container.args ?? [])], {
    cwd: repository,
    env: { PATH: '/usr/bin:/bin', ...Object.fromEntries(env) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [job.stdout, job.stderr])
    stream.on('data', (chunk) => {
      out += chunk
    })
  const code = await new Promise<number | null>((resolve) => job.once('close', resolve))
  return { code, out }
}

const startService = async (name: string): Promise<void> => {
  const container = workloadsIn(documents).find((workload) => workload.name === name)?.pod.containers[0]
  if (!container) throw new Error(`no container of ${name}`)
  const internal = await freePort()
  const here = {
    ...environmentOf(documents, container),
    NATS_URL: nodes.map(({ client }) => `nats://127.0.0.1:${client}`).join(','),
    KEZ_INTERNAL_BIND: `127.0.0.1:${internal}`,
    KEZ_CHAT_BIND: `127.0.0.1:${gatewayPort}`,
    ...(name === 'relay-bridge' ? { KEZ_RELAYS: 'none' } : {}),
  }
  const env = Object.fromEntries(
    Object.entries(here).map(([key, value]) => [key, value.replace(/^\/keys\//, `${keys}/${name}/`)]),
  )
  const process = spawn(globalThis.process.execPath, ['deploy/docker/run.mjs', ...(container.args ?? [])], {
    cwd: repository,
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: 'ignore',
  })
  running.set(name, { process, internal })
}

beforeAll(async () => {
  postgres = await ownPostgres()
  await postgres.start()
  gatewayPort = await freePort()
  const { port } = new URL(postgres.url)
  await provideServerKeys({ to: keys, inboxStreams: 8, database: `127.0.0.1:${port}/kez_chat`, kubernetes: true })
  const url = new URL(readFileSync(join(keys, 'registry', 'database-url'), 'utf8').trim())
  await ensureDatabase(postgres.url, url.username, url.password, url.pathname.slice(1))
})

afterAll(async () => {
  for (const { process } of running.values()) await end(process, 'SIGKILL')
  for (const { process } of nodes) await end(process, 'SIGKILL')
  await postgres?.stop()
  rmSync(place, { recursive: true, force: true })
})

const copiesOfStreams = async (monitor: number): Promise<number[]> => {
  const answer = await fetch(`http://127.0.0.1:${monitor}/jsz?accounts=1&streams=1&config=1`)
  type Stream = { config: { num_replicas: number } }
  const { account_details = [] } = (await answer.json()) as { account_details?: { stream_detail?: Stream[] }[] }
  return account_details.flatMap(({ stream_detail = [] }) => stream_detail.map(({ config }) => config.num_replicas))
}

const register = (handle: string) => {
  const client = createClient({ baseUrl: `http://127.0.0.1:${gatewayPort}` })
  const key = messagingKeyFromSeed(randomBytes(32))
  const server = 'chat.example.org'
  return client.register(createRegistration({ handle: parseHandle(handle), server, createdAt: Date.now() }, key))
}

it('three nodes of NATS and every service come up as the manifests say, and every stream has three copies', async () => {
  await startNats()
  // Before anything is there: tables are made, and what services make when they start is no fault.
  expect(await runJob('migrate')).toMatchObject({ code: 0, out: expect.stringMatching(/ok +push +made: /) })
  expect(await runJob('streams')).toMatchObject({ code: 0, out: expect.stringMatching(/INBOX_7 is missing/) })
  for (const { name } of ours) await startService(name)
  for (const [name, { internal }] of running)
    await expect.poll(() => answers(internal, '/readyz'), { message: name }).toBe(true)
  const copies = await copiesOfStreams(nodes[0]?.monitor ?? 0)
  expect(copies.length).toBeGreaterThan(15)
  expect(new Set(copies)).toEqual(new Set([3]))
  await register('alice')
})

it('before a rollout the Jobs find tables and streams as they should be', async () => {
  expect(await runJob('migrate')).toMatchObject({ code: 0, out: expect.not.stringContaining('made') })
  await expect
    .poll(() => runJob('streams'))
    .toMatchObject({ code: 0, out: expect.stringMatching(/as this version wants/) })
})

it('a server that does not know the password of the nodes does not become one', async () => {
  const { path } = await findNatsServer()
  const file = join(place, 'stranger.conf')
  const [first] = routePorts
  writeFileSync(
    file,
    `server_name: stranger\nport: -1\ncluster { name: nats, listen: "127.0.0.1:-1", routes: ["nats://127.0.0.1:${first}"] }\n`,
  )
  const stranger = spawn(path, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  stranger.stderr.on('data', (chunk) => {
    log += chunk
  })
  try {
    await expect.poll(() => log).toMatch(/Authorization Violation/)
    const answer = await fetch(`http://127.0.0.1:${nodes[0]?.monitor}/routez`)
    const { routes } = (await answer.json()) as { routes: { remote_name?: string }[] }
    expect(new Set(routes.map(({ remote_name }) => remote_name))).toEqual(new Set(['nats-1', 'nats-2']))
  } finally {
    await end(stranger, 'SIGKILL')
  }
})

it('a node of NATS goes, and people still register', async () => {
  await end(nodes[0]?.process as ChildProcess, 'SIGKILL')
  await expect.poll(() => register('bobby').then(() => 'registered', String)).toMatch(/registered|handle_taken/)
  for (const { internal } of running.values()) expect(await answers(internal, '/livez')).toBe(true)
})

it('a gateway that is told to end closes what is open, and ends well within its grace', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${gatewayPort}/relay`)
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  const closed = new Promise((resolve) => {
    socket.onclose = resolve
  })
  const began = performance.now()
  expect(await end(running.get('gateway')?.process as ChildProcess, 'SIGTERM')).toBe(0)
  expect(performance.now() - began).toBeLessThan(25_000)
  await closed
})
