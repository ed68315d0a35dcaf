import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createRegistration, isHandle, randomBytes, signingKeyFromSeed } from '@kez-chat/identity'
import { freePort, startTestNats, startTestPostgres, type TestNats } from '@kez-chat/testkit'

const root = join(import.meta.dirname, '..', '..', '..')

/** A registered person of the benched server. */
export type Person = { handle: string; seed: Uint8Array; primaryHex: string }

/** A whole server for a bench: real NATS and Postgres, registry and gateway each in a process of its own. */
export type BenchServer = {
  baseUrl: string
  nats: TestNats
  register(handle: string): Promise<Person>
  /** Processor time that the gateway has used so far. */
  gatewayCpuSeconds(): Promise<number>
  stop(): Promise<void>
}

const startService = (service: string, env: Record<string, string>, entry = 'main.ts'): ChildProcess =>
  spawn(process.execPath, [join(root, 'services', service, 'src', entry)], {
    env: { PATH: process.env.PATH ?? '', KEZ_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })

/** Starts the server with limits so high that they do not take part in what is measured. */
export const startBenchServer = async ({
  authResponders = 0,
  env = {},
}: {
  authResponders?: number
  /** More settings for registry and gateway. */
  env?: Readonly<Record<string, string>>
} = {}): Promise<BenchServer> => {
  const nats = await startTestNats()
  const postgres = await startTestPostgres()
  const [port, registryInternal, gatewayInternal] = [await freePort(), await freePort(), await freePort()]
  const baseUrl = `http://127.0.0.1:${port}`
  const children = [
    startService('registry', {
      NATS_URL: nats.url,
      KEZ_REGISTRY_NATS_SEED_FILE: nats.seedFiles.registry,
      DATABASE_URL: await postgres.createDatabase(),
      KEZ_INTERNAL_BIND: `127.0.0.1:${registryInternal}`,
      ...env,
    }),
    startService('gateway', {
      NATS_URL: nats.url,
      KEZ_GATEWAY_NATS_SEED_FILE: nats.seedFiles.gateway,
      KEZ_CHAT_BIND: `127.0.0.1:${port}`,
      KEZ_INTERNAL_BIND: `127.0.0.1:${gatewayInternal}`,
      KEZ_POST_RATE_PER_MINUTE: '10000000',
      KEZ_POST_BURST: '10000000',
      KEZ_REGISTER_RATE_PER_MINUTE: '100000',
      KEZ_MAILBOX_HOURLY_MESSAGES: '100000000',
      KEZ_MAILBOX_HOURLY_BYTES: '100000000000',
      ...env,
    }),
  ]
  for (let i = 0; i < authResponders; i++) {
    const internal = await freePort()
    const env = { ...authEnv(nats), KEZ_INTERNAL_BIND: `127.0.0.1:${internal}` }
    children.push(startService('registry', env, 'auth-main.ts'))
    await untilHealthy(`http://127.0.0.1:${internal}/readyz`)
  }
  await untilHealthy(`${baseUrl}/v1/healthz`)

  return {
    baseUrl,
    nats,
    gatewayCpuSeconds: async () => {
      const text = await (await fetch(`http://127.0.0.1:${gatewayInternal}/metrics`)).text()
      return Number(/^process_cpu_seconds_total(?:\{.*\})? (\S+)$/m.exec(text)?.[1])
    },
    register: async (handle) => {
      if (!isHandle(handle)) throw new TypeError(`${handle} is no handle`)
      const seed = randomBytes(32)
      const key = signingKeyFromSeed(seed)
      const body = JSON.stringify(createRegistration({ handle, server: 'localhost', createdAt: Date.now() }, key))
      const answer = await fetch(`${baseUrl}/v1/register`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      if (answer.status !== 201) throw new Error(`registering failed: ${answer.status} ${await answer.text()}`)
      return { handle, seed, primaryHex: key.primary.slice('ed25519:'.length) }
    },
    stop: async () => {
      for (const child of children.toReversed()) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await ended
      }
      await postgres.stop()
      await nats.stop()
    },
  }
}

const authEnv = (nats: TestNats): Record<string, string> => ({
  NATS_URL: nats.url,
  ...nats.authEnv,
  KEZ_AUTH_LOGINS_PER_MINUTE: '1000000',
})

const untilHealthy = async (url: string): Promise<void> => {
  for (const started = Date.now(); Date.now() - started < 60_000; ) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the server did not become healthy within 60 s')
}
