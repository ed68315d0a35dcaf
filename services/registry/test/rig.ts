import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  bucketName,
  ChainHead,
  commandSubject,
  DirectoryEntry,
  DomainError,
  directoryKey,
  Handle,
  IdentityEvent,
  isHandleEvent,
  type PersonEvent,
  PrimaryHex,
  streamName,
} from '@kez-chat/contracts'
import { type Bucket, eventJson, type JetStream, openBucket, openJetStream, openTail } from '@kez-chat/eventlog'
import {
  createEvent,
  createRegistration,
  emptyChain,
  isNostrPrimary,
  isPrimaryId,
  type NewChange,
  nostrPublicKeyOf,
  primaryHex,
  type Registration,
  type SigchainEvent,
  type Signer,
  type SigningKey,
  signingKeyFromSeed,
  toHex,
} from '@kez-chat/identity'
import { type App, connectNats, createLog, type Log, requestCommand } from '@kez-chat/runtime'
import { startTestNats, startTestPostgres, type TestNats, type TestNatsOptions } from '@kez-chat/testkit'
import { createApp } from '../src/app.ts'
import { createApp as createAuth } from '../src/auth/app.ts'
import { loadConfig as loadAuthConfig } from '../src/auth/config.ts'
import { loadConfig } from '../src/config.ts'

export const silent = createLog('test', 'silent')
export const server = 'chat.example.org'

export type World = {
  nats: TestNats
  databaseUrl: string
  /** The gateway's own connection: the way on which commands really come. */
  gateway: JetStream
  directory: Bucket
  env(changes?: Record<string, string>): Record<string, string>
  /** Starts one more registry. It is stopped with the world. */
  startRegistry(changes?: Record<string, string>, log?: Log): Promise<App>
  /** The environment of an auth responder. */
  authEnv(changes?: Record<string, string>): Record<string, string>
  /** Starts one more auth responder. It is stopped with the world. */
  startAuth(changes?: Record<string, string>, log?: Log): Promise<App>
  /** A connection of the registry's own user. */
  asRegistry(): Promise<JetStream>
  stop(): Promise<void>
}

export const startWorld = async (options: { databaseUrl?: string; nats?: TestNatsOptions } = {}): Promise<World> => {
  const nats = await startTestNats(options.nats)
  const postgres = options.databaseUrl === undefined ? await startTestPostgres() : undefined
  const databaseUrl = options.databaseUrl ?? (await postgres?.createDatabase()) ?? ''
  const apps: App[] = []
  const connections: JetStream[] = []
  const connect = async (name: 'gateway' | 'registry'): Promise<JetStream> => {
    const jetstream = await openJetStream(await connectNats({ name, url: nats.url, seed: nats.seeds[name] }, silent))
    connections.push(jetstream)
    return jetstream
  }
  const gateway = await connect('gateway')
  const env = (changes: Record<string, string> = {}): Record<string, string> => ({
    KEZ_CHAT_SERVER: server,
    NATS_URL: nats.url,
    KEZ_REGISTRY_NATS_SEED_FILE: nats.seedFiles.registry,
    DATABASE_URL: databaseUrl,
    KEZ_LOG_LEVEL: 'silent',
    ...changes,
  })
  const authEnv = (changes: Record<string, string> = {}): Record<string, string> => ({
    KEZ_CHAT_SERVER: server,
    NATS_URL: nats.url,
    ...nats.authEnv,
    KEZ_LOG_LEVEL: 'silent',
    ...changes,
  })
  return {
    nats,
    databaseUrl,
    authEnv,
    startAuth: async (changes, log = silent) => {
      const { config, secrets } = loadAuthConfig(authEnv(changes))
      const app = createAuth(config, secrets, { log })
      apps.push(app)
      await app.start()
      return app
    },
    gateway,
    directory: await openBucket(gateway, bucketName.directory),
    env,
    startRegistry: async (changes, log = silent) => {
      const { config, secrets } = loadConfig(env(changes))
      const app = createApp(config, secrets, { log })
      apps.push(app)
      await app.start()
      return app
    },
    asRegistry: () => connect('registry'),
    stop: async () => {
      await Promise.all(apps.map((app) => app.stop()))
      for (const { nc } of connections) await nc.close()
      await nats.stop()
      await postgres?.stop()
    },
  }
}

/** The disk of the server is lost: it comes back on the same ports with nothing in it. */
export const loseStore = async (nats: TestNats): Promise<void> => {
  await nats.kill('SIGKILL')
  rmSync(join(nats.dir, 'nats', 'jetstream'), { recursive: true })
  await nats.restart()
}

export const newKey = (): SigningKey => signingKeyFromSeed(randomBytes(32))

let people = 0
export const freshHandle = (): Handle => {
  people += 1
  return Handle.parse(`person${people}`)
}

/** A registration that is right unless `wish` says otherwise. */
export const registrationOf = (
  key: SigningKey,
  wish: { handle?: string; server?: string; createdAt?: number } = {},
): Registration =>
  createRegistration(
    // The signer is asked to sign what the tests want refused, so the type's promise does not hold here.
    { handle: freshHandle(), server, createdAt: Date.now(), ...wish } as Parameters<typeof createRegistration>[0],
    key,
  )

export const register = (world: World, registration: unknown, timeout = 20_000): Promise<DirectoryEntry> =>
  requestCommand(world.gateway.nc, commandSubject.register, { registration }, DirectoryEntry, timeout)

export const bindTransport = (world: World, command: unknown): Promise<DirectoryEntry> =>
  requestCommand(world.gateway.nc, commandSubject.bindTransport, command, DirectoryEntry, 20_000)

/** `ok`, or the code of the refusal. */
export const outcome = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  )

export const entryAt = async (world: World, key: string): Promise<DirectoryEntry | undefined> => {
  const found = await world.directory.get(key)
  return found ? DirectoryEntry.parse(found.json()) : undefined
}

export const entriesOf = async (world: World, entry: { handle: Handle; primary: string }) => [
  await entryAt(world, directoryKey.handle(entry.handle)),
  await entryAt(world, directoryKey.primary(PrimaryHex.parse(entry.primary.slice(8)))),
]

/** What the log says of people. */
export const personEvents = async (jetstream: JetStream): Promise<{ seq: number; event: PersonEvent }[]> =>
  (await allEvents(jetstream)).flatMap(({ seq, event }) =>
    isHandleEvent(event) || event.type === 'PrimaryBound' ? [{ seq, event }] : [],
  )

/** Everything in the log. */
export const allEvents = async (jetstream: JetStream): Promise<{ seq: number; event: IdentityEvent }[]> => {
  const tail = await openTail(jetstream, { stream: streamName.identity, after: 0, name: 'test' })
  const all: { seq: number; event: IdentityEvent }[] = []
  for (let batch = await tail.next(500, 0); batch.length > 0; batch = await tail.next(500, 0))
    all.push(...batch.map((stored) => ({ seq: stored.seq, event: IdentityEvent.parse(eventJson(stored)) })))
  await tail.close()
  return all
}

export const until = async (check: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> => {
  const end = Date.now() + ms
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`waited too long until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** The value of a metric of one app, labels ignored unless `having` names one (`outcome="ok"`). */
export const metric = async (app: App, name: string, having = ''): Promise<number> => {
  const lines = (await app.metrics.metrics()).split('\n')
  const values = lines
    .filter((line) => line.startsWith(name) && line.includes(having))
    .map((line) => line.split(' ')[1])
  return values.reduce((sum, value) => sum + Number(value), 0)
}

/** Appends a signed event, as the gateway does, to the chain of the key `id` names or else of the event's own. */
export const appendChain = (world: World, event: SigchainEvent, id = chainOf(event)): Promise<ChainHead> =>
  requestCommand(world.gateway.nc, commandSubject.appendChain, { ...id, event }, ChainHead, 20_000)

const chainOf = ({ payload: { primary } }: SigchainEvent) =>
  isPrimaryId(primary)
    ? { alg: 'ed25519', key: primaryHex(primary) }
    : { alg: 'nostr', key: isNostrPrimary(primary) ? toHex(nostrPublicKeyOf(primary)) : '' }

/** A key's own view of its chain: signs one event after the other. */
export const chainOfKey = (key: Signer) => {
  let head = emptyChain(key.primary)
  return {
    get head() {
      return head
    },
    /** The next event, without moving on. */
    draft: (change: NewChange, at = Date.now()): SigchainEvent => createEvent(head, change, at, key).envelope,
    next: (change: NewChange, at = Date.now()): SigchainEvent => {
      const made = createEvent(head, change, at, key)
      head = made.head
      return made.envelope
    },
  }
}

export const adding = (subject: string): NewChange => ({ op: 'add', subject })
