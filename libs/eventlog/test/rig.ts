import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { identityStream, type StreamSpec } from '@kez-chat/contracts'
import { connectNats, createLog } from '@kez-chat/runtime'
import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { type JetStream, openJetStream } from '../src/index.ts'

export const spec: StreamSpec = identityStream({ replicas: 1, inboxStreams: 1 })
export const silent = createLog('test', 'silent')

/** A connection of the registry's own user: what the library needs must be within that user's rights. */
export const connect = async (nats: TestNats): Promise<JetStream> =>
  openJetStream(await connectNats({ name: 'registry', url: nats.url, seed: nats.seeds.registry }, silent))

export type Rig = { nats: TestNats; log: JetStream; stop(): Promise<void> }

export const startRig = async (): Promise<Rig> => {
  const nats = await startTestNats()
  const log = await connect(nats)
  return {
    nats,
    log,
    stop: async () => {
      await log.nc.close()
      await nats.stop()
    },
  }
}

let names = 0

/** A subject of `IDENTITY` that no other test uses. */
export const freshSubject = (): string => {
  names += 1
  return `identity.handle.test${names}`
}

/** Waits until `check` holds. */
export const until = async (check: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> => {
  const end = Date.now() + ms
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`waited too long until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Waits until the connection answers again after the server was away. */
export const whenBack = (log: JetStream): Promise<void> =>
  until(
    () =>
      log.nc.rtt().then(
        () => true,
        () => false,
      ),
    'the connection is back',
  )

/** The disk of the server is lost: it comes back on the same ports with nothing in it. */
export const loseStore = async (nats: TestNats): Promise<void> => {
  await nats.kill('SIGKILL')
  rmSync(join(nats.dir, 'nats', 'jetstream'), { recursive: true })
  await nats.restart()
}
