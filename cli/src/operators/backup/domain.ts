import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Call, Options } from '../../command.ts'
import { usageError } from '../../errors.ts'

export const domainOption: Options = {
  domain: {
    value: 'domain',
    about: 'the domain in handles; KEZ_CHAT_SERVER, or that of the data folder when left out',
  },
}

/** The domain that somebody names, if they do. */
export const namedDomain = ({ option, session: { env } }: Call): string | undefined =>
  option('domain') ?? (env.KEZ_CHAT_SERVER || undefined)

/** The domain in handles of the server that is backed up. */
export const domainOf = (call: Call, dataFolder: string): string => {
  const named = namedDomain(call)
  if (named !== undefined) return named
  try {
    const text = readFileSync(join(dataFolder, 'server.json'), 'utf8')
    return z.object({ domain: z.string().min(1) }).parse(JSON.parse(text)).domain
  } catch {
    throw usageError('the domain of the server is not known: name it with --domain or KEZ_CHAT_SERVER')
  }
}
