import type { Setting, Settings } from '@kez-chat/runtime'

export type Arguments = {
  readonly help: boolean
  /** What the flags say, as the environment variables of the same meaning. */
  readonly env: Readonly<Record<string, string>>
}

/** The command line does not fit; the message says what would. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError'
}

/**
 * Reads `--flag value`, `--flag=value` and, for settings that are true or false, `--flag` alone.
 * @throws ArgumentError
 */
export const parseArguments = (args: readonly string[], settings: Settings): Arguments => {
  const byFlag = new Map(Object.values(settings).map((setting) => [setting.flag as string, setting]))
  const env: Record<string, string> = {}
  let help = false
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    const [flag = '', ...rest] = arg.split('=')
    if (flag === '--help' || flag === '-h') {
      help = true
      continue
    }
    const setting = byFlag.get(flag)
    if (setting === undefined) throw unknown(flag, [...byFlag.keys(), '--help'])
    if (rest.length > 0) env[setting.env] = rest.join('=')
    else if (args[i + 1] !== undefined && !args[i + 1]?.startsWith('--')) env[setting.env] = args[++i] ?? ''
    else if (isSwitch(setting)) env[setting.env] = 'true'
    else throw new ArgumentError(`${flag} needs a value: ${setting.description}`)
  }
  return { help, env }
}

const isSwitch = (setting: Setting) =>
  setting.schema.safeParse('true').success && !setting.schema.safeParse('1').success

const unknown = (flag: string, known: readonly string[]) => {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(flag, name) }))
    .sort((a, b) => a.distance - b.distance)
  const hint = nearest && nearest.distance <= Math.max(2, flag.length / 3) ? ` Did you mean ${nearest.name}?` : ''
  const what = flag.startsWith('-') ? `There is no flag ${flag}.` : `"${flag}" belongs to no flag.`
  return new ArgumentError(`${what}${hint} npm start -- --help lists every setting.`)
}

/** Levenshtein's distance. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
