import { type Client, createClient } from '@kez-chat/client'
import type { Call, Options } from '../command.ts'
import { usageError } from '../errors.ts'

/** Where `npm start` listens. */
export const DEFAULT_SERVER = 'http://localhost:6969'

export const serverOption: Options = {
  server: { value: 'url', about: `the home server to ask; KEZ_SERVER or ${DEFAULT_SERVER} when left out` },
}

/** @throws {CliError} `usage` for what is no address of a server */
export const originOf = (text: string, from: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.username !== ''
  )
    throw usageError(`${from} is an address like https://example.org`)
  return url.origin
}

/** The server asked for by `--server` or `KEZ_SERVER`, if one is. */
export const namedServer = ({ option, session }: Call): string | undefined => {
  const flag = option('server')
  if (flag !== undefined) return originOf(flag, '--server')
  const { KEZ_SERVER: set } = session.env
  return set === undefined || set === '' ? undefined : originOf(set, 'KEZ_SERVER')
}

/** A client of the server asked for, else of `otherwise`. */
export const connect = (call: Call, otherwise = DEFAULT_SERVER): Client =>
  createClient({ baseUrl: namedServer(call) ?? otherwise })
