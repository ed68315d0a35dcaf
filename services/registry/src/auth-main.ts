import { runService } from '@kez-chat/runtime'
import { createApp } from './auth/app.ts'
import { loadConfig } from './auth/config.ts'

await runService(async () => {
  const { config, secrets } = loadConfig(process.env)
  return { app: createApp(config, secrets), config }
})
