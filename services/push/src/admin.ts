import { createLog } from '@kez-chat/runtime'
import { loadConfig } from './config.ts'
import { openPushDatabase } from './db/database.ts'
import { createSubscriptionStore } from './subscriptions/store.ts'
import { rotateVapidKeys } from './vapid/key-file.ts'

/** `rotate-key`: a new VAPID key; old ones stay in the file while a subscription has them. Restart push afterwards. */
const rotateKey = async (): Promise<string> => {
  const { config, secrets } = loadConfig(process.env)
  const database = await openPushDatabase(secrets.databaseUrl, createLog('push', config.logLevel))
  try {
    const inUse = await createSubscriptionStore(database.kysely).keysInUse()
    const { previous } = await rotateVapidKeys(config.vapidKeysFile, new Set(inUse.keys()))
    const devices = [...inUse.values()].reduce((sum, count) => sum + count, 0)
    return (
      `There is a new VAPID key in ${config.vapidKeysFile}. ${devices} devices go on with one of ${previous.length} previous keys ` +
      'until their app is opened. Restart every push service now.'
    )
  } finally {
    await database.close()
  }
}

try {
  if (process.argv[2] !== 'rotate-key') throw new TypeError('Say what to do: rotate-key.')
  console.log(await rotateKey())
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
