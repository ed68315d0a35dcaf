import { join } from 'node:path'
import { type Client, createClient, type Owner } from '@kez-chat/client'
import { type Profile, primaryHex } from '@kez-chat/contracts'
import { createRegistration, parseHandle, randomBytes, type SigningKey, signingKeyFromSeed } from '@kez-chat/identity'
import { createApp as createPush } from '@kez-chat/push/app'
import { loadConfig as loadPushConfig } from '@kez-chat/push/config'
import { createApp as createRegistry } from '@kez-chat/registry/app'
import { createApp as createAuth } from '@kez-chat/registry/auth/app'
import { loadConfig as loadAuthConfig } from '@kez-chat/registry/auth/config'
import { loadConfig as loadRegistryConfig } from '@kez-chat/registry/config'
import { type App, createLog } from '@kez-chat/runtime'
import { startTestNats, startTestPostgres, type TestNats, type TestNatsOptions } from '@kez-chat/testkit'
import { createApp, type GatewayApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'

const log = createLog('test', 'silent')

/** A registered person with the key in hand. */
export type Person = Owner & { signer: SigningKey; hex: ReturnType<typeof primaryHex>; profile: Profile }

export type TestGateway = { app: GatewayApp; baseUrl: string; client: Client }

export type Rig = Awaited<ReturnType<typeof startRig>>

/** Limits so high that they take no part, for tests of other things. */
export const unlimited = {
  KEZ_POST_RATE_PER_MINUTE: '1000000',
  KEZ_POST_BURST: '1000000',
  KEZ_REGISTER_RATE_PER_MINUTE: '1000000',
  KEZ_MAILBOX_HOURLY_MESSAGES: '1000000',
  KEZ_MAILBOX_HOURLY_BYTES: '100000000000',
}

/** A real server in this process: nats-server, Postgres, registry, and as many gateways as are started. */
export const startRig = async ({
  nats: natsOptions = {},
  registry: registryEnv = {},
}: {
  nats?: TestNatsOptions
  registry?: Record<string, string>
} = {}) => {
  const nats: TestNats = await startTestNats(natsOptions)
  const postgres = await startTestPostgres()
  const shared = { NATS_URL: nats.url, KEZ_INBOX_STREAMS: String(natsOptions.inboxStreams ?? 1) }
  const gateways = new Set<GatewayApp>()

  const databaseUrl = await postgres.createDatabase()
  const startRegistry = async (env: Record<string, string>): Promise<App> => {
    const { config, secrets } = loadRegistryConfig({
      ...shared,
      KEZ_REGISTRY_NATS_SEED_FILE: nats.seedFiles.registry,
      DATABASE_URL: databaseUrl,
      ...env,
    })
    const registry = createRegistry(config, secrets, { log })
    await registry.start()
    return registry
  }
  const registry = await startRegistry(registryEnv)

  const gatewayApp = (env: Record<string, string> = {}): GatewayApp => {
    const loaded = loadConfig({
      ...shared,
      KEZ_GATEWAY_NATS_SEED_FILE: nats.seedFiles.gateway,
      KEZ_CHAT_BIND: '127.0.0.1:0',
      KEZ_CHAT_SIG_SERVER_URL: 'http://sigchains.test',
      KEZ_CHAT_WEB_DIR: join(nats.dir, 'no-web-app'),
      ...unlimited,
      ...env,
    })
    return createApp(loaded.config, loaded.secrets, { log })
  }

  const startGateway = async (env: Record<string, string> = {}): Promise<TestGateway> => {
    const app = gatewayApp(env)
    gateways.add(app)
    await app.start()
    const baseUrl = `http://127.0.0.1:${app.port}`
    return { app, baseUrl, client: createClient({ baseUrl, retries: 0 }) }
  }

  let pushDatabase: string | undefined
  const startPush = async (env: Record<string, string> = {}): Promise<App> => {
    pushDatabase ??= await postgres.createDatabase()
    const loaded = loadPushConfig({
      ...shared,
      DATABASE_URL: pushDatabase,
      KEZ_PUSH_NATS_SEED_FILE: nats.seedFiles.push,
      KEZ_VAPID_KEYS_FILE: join(nats.dir, 'vapid.json'),
      ...env,
    })
    const push = createPush(loaded.config, loaded.secrets, { log })
    await push.start()
    return push
  }

  const others = new Set<App>()
  const startAuth = async (env: Record<string, string> = {}): Promise<App> => {
    const loaded = loadAuthConfig({
      ...shared,
      ...nats.authEnv,
      ...env,
    })
    const auth = createAuth(loaded.config, loaded.secrets, { log })
    others.add(auth)
    await auth.start()
    return auth
  }

  return {
    nats,
    registry,
    /** One more registry; stopped by who starts it. */
    startRegistry,
    startAuth,
    gatewayApp,
    startGateway,
    startPush,
    stop: async () => {
      for (const app of [...gateways, ...others]) await app.stop()
      await registry.stop()
      await postgres.stop()
      await nats.stop()
    },
  }
}

export const newKey = (): SigningKey => signingKeyFromSeed(randomBytes(32))

export const registrationOf = (handle: string, key: SigningKey, createdAt = Date.now(), server = 'localhost') =>
  createRegistration({ handle: parseHandle(handle), server, createdAt }, key)

let count = 0
/** A handle that no other test of this process has. */
export const newHandle = (): string => `person${++count}-${Date.now().toString(36)}`

export const newPerson = async ({ client }: TestGateway, handle = newHandle()): Promise<Person> => {
  const signer = newKey()
  const profile = await client.register(registrationOf(handle, signer))
  return { handle, signer, hex: primaryHex(profile.primary), profile }
}

let letters = 0
/** A sealed envelope, as far as the server can tell, never the same twice. */
export const newEnvelope = (bytes = 300): Record<string, unknown> => ({
  v: 2,
  eph: (++letters).toString(16).padStart(64, '0'),
  nonce: '0'.repeat(24),
  ct: 'x'.repeat(bytes),
})
