import { ConfigError } from '@kez-chat/runtime'
import { ArgumentError, parseArguments } from './launcher/arguments.ts'
import { checkGiven } from './launcher/environment.ts'
import { helpText } from './launcher/help.ts'
import { runStack } from './launcher/run.ts'
import { services } from './launcher/services.ts'
import { launcherSettings, mergeSettings } from './launcher/settings.ts'

const wrongUsage = 2

const main = async (): Promise<number> => {
  const settings = mergeSettings(launcherSettings, ...services.map((service) => service.settings))
  const { help, env: flags } = parseArguments(process.argv.slice(2), settings)
  if (help) {
    process.stdout.write(helpText(settings))
    return 0
  }
  const env = { ...process.env, ...flags }
  checkGiven(settings, env)
  // Files and folders made from here on are for this user alone.
  process.umask(0o077)
  return runStack(env)
}

try {
  process.exit(await main())
} catch (error) {
  if (!(error instanceof ArgumentError) && !(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exit(wrongUsage)
}
