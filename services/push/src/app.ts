import { commandSubject } from '@kez-chat/contracts'
import {
  type App,
  type CommandServer,
  connectNats,
  createLog,
  type Log,
  type NatsConnection,
  readSeedFile,
  serveCommand,
} from '@kez-chat/runtime'
import { Registry } from 'prom-client'
import { z } from 'zod'
import type { PushConfig, PushSecrets } from './config.ts'
import { loadVapidKeys } from './vapid/key-file.ts'

/** The push service. It tells the key by which browsers will know this server's pushes. */
export const createApp = (config: PushConfig, _secrets: PushSecrets, overrides: { log?: Log } = {}): App => {
  const log = overrides.log ?? createLog('push', config.logLevel)
  let nc: NatsConnection | undefined
  let commands: CommandServer | undefined
  return {
    name: 'push',
    metrics: new Registry(),
    notReady: () => (nc && !nc.isClosed() ? {} : { nats: 'not connected' }),
    start: async () => {
      const { publicKey } = await loadVapidKeys(config.vapidKeysFile)
      const seed = await readSeedFile(config.natsSeedFile)
      nc = await connectNats({ name: 'push', url: config.natsUrl, seed, caFile: config.natsCaFile }, log)
      const options = { subject: commandSubject.pushVapidKey, queue: 'push', schema: z.object({}), log }
      commands = serveCommand(nc, options, async () => ({ key: publicKey }))
      await nc.flush()
      log.info('push is ready')
    },
    stop: async () => {
      await commands?.stop()
      await nc?.close()
    },
  }
}
