import { ConfigError, type Settings } from '@kez-chat/runtime'
import type { Environment } from './services.ts'

/**
 * Looks at every setting that is given, before anything is started or written: a bad domain must not get into a new
 * data folder.
 * @throws ConfigError naming each that does not fit
 */
export const checkGiven = (settings: Settings, env: Environment): void => {
  const problems = Object.values(settings).flatMap(({ env: name, schema, secret }) => {
    const text = env[name]
    if (!text) return []
    const { success, error } = schema.safeParse(text)
    return success ? [] : [`${name} ${error.issues[0]?.message ?? 'is not valid'}${secret ? '' : `, got "${text}"`}`]
  })
  if (problems.length > 0) throw new ConfigError(problems)
}
