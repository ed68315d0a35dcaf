import type { DoctorCheck } from '@kez-chat/contracts'

export const ok = (id: string, message: string): DoctorCheck => ({ id, status: 'ok', message })
export const warn = (id: string, message: string, cure: string): DoctorCheck => ({ id, status: 'warn', message, cure })
export const fail = (id: string, message: string, cure: string): DoctorCheck => ({ id, status: 'fail', message, cure })
export const skipped = (id: string, why: string): DoctorCheck => ({ id, status: 'skipped', message: why })

/** Looks at one thing, or at several that one look answers. */
export type Look = {
  /** What it answers; all of them are named even where it could not look. */
  readonly ids: readonly string[]
  readonly look: () => Promise<readonly DoctorCheck[]>
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut off',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  EPROTO: 'it does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP there',
  TIMEOUT: 'it did not answer in time',
  TOO_LARGE: 'it answers more than belongs there',
}

/** A failed connection in plain words. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  const code = 'code' in error ? String(error.code) : error.name
  return reasons[code] ?? reasons[error.name] ?? error.message
}

/** Looks at everything at once. What goes wrong on the way is a finding, not the end. */
export const lookAtAll = async (looks: readonly Look[]): Promise<DoctorCheck[]> => {
  const found = await Promise.all(
    looks.map(async ({ ids, look }) => {
      try {
        return await look()
      } catch (error) {
        const [first = '', ...others] = ids
        return [
          fail(
            first,
            `The server did not answer this: ${reasonOf(error)}.`,
            'Look into the logs of the proxy and of the gateway for this moment, and run this again.',
          ),
          ...others.map((id) => skipped(id, `Not looked at, because ${first} failed.`)),
        ]
      }
    }),
  )
  return found.flat()
}
