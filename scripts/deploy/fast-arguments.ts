import { parseArgs } from 'node:util'

export type FastArguments = {
  /** `user@host`, or a name of ssh's configuration. */
  readonly host: string
  readonly path: string
  readonly sshConfig: string | undefined
  readonly artifacts: string | undefined
  readonly dirty: boolean
  readonly keep: number
  readonly patience: number
}

/** The command line does not fit; the message says what would. */
export class FastUsage extends Error {
  override readonly name = 'FastUsage'
}

export const fastHelp = `Builds what runs here, and swaps it on a server by ssh; goes back to what ran before when it does not get healthy.

  scripts/deploy-fast user@host [options]

  --path FOLDER        folder on the server, with .env in it. Default: /srv/kez-chat
  --ssh-config FILE    another configuration of ssh than your own
  --artifacts FOLDER   send this, which scripts/artifacts.ts has made, instead of building
  --dirty              also when the tree has changes that are not committed
  --keep N             releases that are kept on the server. Default: 3
  --patience SECONDS   how long it may take until everything is healthy. Default: 180

What is secret stays in .env and in the volumes on the server; keys of ssh come from its agent or configuration.
`

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const n = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (n >= least && n <= most) return n
  throw new FastUsage(`--${name} must be a whole number from ${least} to ${most}, got "${text}"`)
}

/** Undefined when help is asked for. @throws FastUsage */
export const parseFastArguments = (args: readonly string[]): FastArguments | undefined => {
  const { values, positionals } = read(args)
  if (values.help) return undefined
  const [host = '', ...more] = positionals
  if (host === '' || more.length > 0) throw new FastUsage('Say one server: scripts/deploy-fast user@host')
  if (!/^[\w.%+@:[\]][\w.%+@:[\]-]*$/.test(host)) throw new FastUsage(`"${host}" is no name of a server`)
  const path = values.path.replace(/(?<=.)\/+$/, '')
  if (!/^\/[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..'))
    throw new FastUsage(`--path must be an absolute path of letters, digits, "." "_" and "-", got "${values.path}"`)
  return {
    host,
    path,
    sshConfig: values['ssh-config'],
    artifacts: values.artifacts,
    dirty: values.dirty,
    keep: wholeNumber('keep', values.keep, 2, 50),
    patience: wholeNumber('patience', values.patience, 5, 3_600),
  }
}

const read = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        path: { type: 'string', default: '/srv/kez-chat' },
        'ssh-config': { type: 'string' },
        artifacts: { type: 'string' },
        dirty: { type: 'boolean', default: false },
        keep: { type: 'string', default: '3' },
        patience: { type: 'string', default: '180' },
      },
    })
  } catch (error) {
    throw new FastUsage(error instanceof Error ? error.message : String(error))
  }
}
