import type { ProofResult } from '@kez-chat/proofs'
import { EXIT, type ExitCode } from '../errors.ts'
import type { Paint } from '../output/paint.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'

const seconds = ({ retryAfter }: { retryAfter?: number }): string =>
  retryAfter === undefined ? '' : `; try again in ${retryAfter} seconds`

/** One line a proof: what came of it, and where it stands or why it does not. */
export const proofTable = (paint: Paint, results: readonly ProofResult[]): string =>
  table(
    paint,
    ['subject', 'result', 'where or why'],
    results.map((result) =>
      result.status === 'verified'
        ? [result.subject, paint.good('verified'), printable(result.place)]
        : [printable(result.subject), paint.bad(result.reason), printable(result.detail + seconds(result))],
    ),
  )

/** Done when all stand; a network fault when nothing worse kept one from being looked at. */
export const proofExit = (results: readonly ProofResult[]): ExitCode => {
  const failed = results.filter((result) => result.status === 'failed')
  if (results.length > 0 && failed.length === 0) return EXIT.ok
  const couldNotLook = failed.every(({ reason }) => reason === 'unreachable' || reason === 'rate_limited')
  return failed.length > 0 && couldNotLook ? EXIT.network : EXIT.refused
}
