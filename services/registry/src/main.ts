import { runService } from '@kez-chat/runtime'
import { createApp } from './app.ts'
import { loadConfig } from './config.ts'

await runService(async () => {
  const { config, secrets } = loadConfig(process.env)
  return { app: createApp(config, secrets), config }
})
