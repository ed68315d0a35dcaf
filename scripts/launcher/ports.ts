import { createServer } from 'node:net'
import type { Bind } from '@kez-chat/runtime'

/** An address of ours cannot be listened on; the message says what to do. */
export class PortError extends Error {
  override readonly name = 'PortError'
}

/**
 * Makes sure that an address can be listened on. The public one and the internal one are never moved: people, proxies
 * and whoever collects metrics know them.
 * @throws PortError
 */
export const checkPort = async ({ host, port }: Bind, { flag, env }: { flag: string; env: string }): Promise<void> => {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
  if (code === undefined) return
  const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const cure = `Choose another one with ${flag} ${host}:<port> (or ${env}).`
  if (code === 'EADDRINUSE')
    throw new PortError(`Port ${port} is in use by another program, so the server cannot listen on ${at}. ${cure}`)
  if (code === 'EACCES') throw new PortError(`This user may not listen on port ${port}. ${cure}`)
  if (code === 'EADDRNOTAVAIL')
    throw new PortError(`This machine has no address ${host}. Choose another one with ${flag}.`)
  throw new PortError(`The server cannot listen on ${at} (${code}). ${cure}`)
}
