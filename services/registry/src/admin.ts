import { createLog } from '@kez-chat/runtime'
import { runAdmin } from './admin/run-admin.ts'
import { loadConfig } from './config.ts'

try {
  const loaded = loadConfig(process.env)
  console.log(await runAdmin(process.argv[2], loaded, createLog('registry', loaded.config.logLevel)))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
