import type { Bind } from '@kez-chat/runtime'
import type { HttpApp } from './server.ts'

/** The address for people cannot be listened on; the message says what to do. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

/** @throws {CannotListen} */
export const listen = async (app: HttpApp, { host, port }: Bind): Promise<void> => {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    const why = code === 'EADDRINUSE' ? `port ${port} is in use by another program` : `the system says ${code}`
    throw new CannotListen(
      `The server cannot listen on ${at}: ${why}. Choose another address with --bind <host>:<port> (or KEZ_CHAT_BIND).`,
      { cause },
    )
  }
}
