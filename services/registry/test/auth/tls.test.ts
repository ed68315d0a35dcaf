import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openNatsClient } from '@kez-chat/client/nats'
import { commandSubject, DirectoryEntry } from '@kez-chat/contracts'
import { seedToPhrase, signingKeyFromSeed } from '@kez-chat/identity'
import { type App, connectNats, requestCommand } from '@kez-chat/runtime'
import {
  createCertificateAuthority,
  startTestNats,
  startTestPostgres,
  type TestNats,
  type TestPostgres,
} from '@kez-chat/testkit'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createApp as createAuth } from '../../src/auth/app.ts'
import { loadConfig as loadAuthConfig } from '../../src/auth/config.ts'
import { loadConfig } from '../../src/config.ts'
import { registrationOf, server, silent } from '../rig.ts'

const docs = readFileSync(join(import.meta.dirname, '../../../../docs/native-clients.md'), 'utf8')

/** The two blocks that an operator copies from the docs. */
const [forWebsocket = '', forTcp = ''] = [...docs.matchAll(/```\n(#[\s\S]*?)```/g)].map(([, block]) => block ?? '')

let dir: string
let nats: TestNats
let postgres: TestPostgres
const apps: App[] = []
const seed = new Uint8Array(32).fill(7)

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kez-test-tls-'))
  const authority = await createCertificateAuthority(dir, 'ca')
  authority.issue('listener')
  const withTls = (shipped: string): string =>
    `${shipped.replace('  no_tls: true\n', forWebsocket)}\n${forTcp}`
      .replaceAll('/certs/fullchain.pem', join(dir, 'listener.pem'))
      .replaceAll('/certs/privkey.pem', join(dir, 'listener.key'))
  nats = await startTestNats({ config: withTls })
  postgres = await startTestPostgres()
  const ca = authority.file
  const shared = { NATS_URL: nats.url, KEZ_CHAT_SERVER: server, KEZ_LOG_LEVEL: 'silent' }
  const registry = loadConfig({
    ...shared,
    KEZ_REGISTRY_NATS_SEED_FILE: nats.seedFiles.registry,
    KEZ_REGISTRY_NATS_CA_FILE: ca,
    DATABASE_URL: await postgres.createDatabase(),
  })
  const auth = loadAuthConfig({
    ...shared,
    KEZ_AUTH_NATS_CA_FILE: ca,
    ...nats.authEnv,
  })
  apps.push(
    createApp(registry.config, registry.secrets, { log: silent }),
    createAuth(auth.config, auth.secrets, { log: silent }),
  )
  for (const app of apps) await app.start()
  const gateway = await connectNats({ name: 'gateway', url: nats.url, seed: nats.seeds.gateway, caFile: ca }, silent)
  const registration = registrationOf(signingKeyFromSeed(seed))
  await requestCommand(gateway, commandSubject.register, { registration }, DirectoryEntry)
  await gateway.close()
})
afterAll(async () => {
  for (const app of apps) await app.stop()
  await postgres?.stop()
  await nats?.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('with the blocks of the docs people log in by TLS, and not without', async () => {
  const port = new URL(nats.url).port
  const options = { connect, server, signer: signingKeyFromSeed(seed) }
  const client = await openNatsClient({
    ...options,
    servers: `tls://localhost:${port}`,
    connection: { tls: { caFile: join(dir, 'ca.pem') }, reconnect: false },
  })
  await client.connection.flush()
  await client.close()
  const stranger = openNatsClient({ ...options, servers: `tls://localhost:${port}`, connection: { reconnect: false } })
  await expect(stranger).rejects.toThrow(/not reached/)
})

test('with the blocks of the docs people log in by wss', async () => {
  const { port } = new URL(nats.websocketUrl)
  // The authority of a WebSocket can only be given to a whole process.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'wss-client.ts')], {
    env: {
      PATH: process.env.PATH,
      NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem'),
      URL: `wss://localhost:${port}/nats`,
      SERVER: server,
      PHRASE: seedToPhrase(seed),
    },
    timeout: 50_000,
  })
  expect(stderr).toBe('')
  expect(stdout).toBe('logged in\n')
})
