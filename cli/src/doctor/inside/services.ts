import { type DoctorCheck, DoctorReport } from '@kez-chat/contracts'
import type { Call } from '../../command.ts'
import { CliError, usageError } from '../../errors.ts'
import { askInternal } from '../../servers/internal.ts'
import { fail, skipped } from '../check.ts'

const id = 'internal.reachable'

/** What the services find out about themselves, by the internal listener of the gateway. */
export const lookAtServices = async (call: Call): Promise<DoctorCheck[]> => {
  const isNamed = call.option('internal') !== undefined || call.session.env.KEZ_INTERNAL_URL !== undefined
  try {
    const read = (answer: unknown) => DoctorReport.safeParse(answer).data
    const { checks } = await askInternal(call, '/internal/doctor', { probe: !call.has('no-probe') }, read)
    return [{ id, status: 'ok', message: 'The internal listener of the gateway answers.' }, ...checks]
  } catch (error) {
    if (!(error instanceof CliError) || error.code === 'usage') throw error
    const cure =
      'Run this on the server itself, or name KEZ_INTERNAL_BIND of the gateway with --internal or KEZ_INTERNAL_URL; in containers: docker compose run --rm operator kez admin doctor --only inside --internal http://gateway:6970'
    const what = `Nothing was learned from inside: ${error.message}.`
    return [isNamed ? fail(id, what, cure) : skipped(id, `${what} ${cure}`)]
  }
}

/** Whole numbers from options. @throws {CliError} `usage` */
export const numberIn = (call: Call, name: string, least: number, most: number, otherwise: number): number => {
  const text = call.option(name)
  if (text === undefined) return otherwise
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) throw usageError(`--${name} is a whole number from ${least} to ${most}`)
  return value
}
