import {
  formatTimestamp,
  IdentityError,
  type JsonRecord,
  type Proof,
  parseProof,
  validateChain,
  verifyClaim,
} from '@kez-chat/identity'
import { describeChain } from '../../chains/describe.ts'
import { fetchChain } from '../../chains/fetch.ts'
import type { Call, Command, Report } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { readInput } from '../../files/read-input.ts'
import { fields } from '../../output/table.ts'
import { takenBack } from '../../proofs/taken-back.ts'
import { connect } from '../../servers/connect.ts'

/** What does not stand ends with 1, told apart from what cannot be read. */
const refusing = <T>(what: string, check: () => T): T => {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    throw new CliError(EXIT.refused, error.code, `the ${what} does not hold: ${error.message}`, { cause: error })
  }
}

const verifyClaimDocument = async (envelope: JsonRecord, call: Call): Promise<Report> => {
  const { subject, primary, createdAt, expiresAt } = refusing('claim', () => verifyClaim(envelope, call.session.now()))
  const asked = call.option('server') !== undefined
  const chain = asked ? await fetchChain(connect(call), primary) : undefined
  if (chain !== undefined) {
    const why = takenBack(chain, subject)
    if (why !== undefined) throw new CliError(EXIT.refused, 'revoked', why)
  }
  const expires = expiresAt === undefined ? undefined : formatTimestamp(expiresAt)
  const revocation = asked ? (chain === undefined ? 'the server has no sigchain' : 'not taken back') : 'not asked'
  return {
    data: {
      kind: 'claim',
      subject,
      primary,
      created_at: formatTimestamp(createdAt),
      ...(expires === undefined ? {} : { expires_at: expires }),
      revocation,
    },
    text: (paint) =>
      fields(paint, [
        ['claim', paint.good('holds')],
        ['subject', paint.bold(subject)],
        ['identity', primary],
        ['signed', formatTimestamp(createdAt)],
        ...(expires === undefined ? [] : [['expires', expires] as const]),
        ['revoked', revocation],
      ]),
  }
}

const verifyChainDocument = ({ events }: Extract<Proof, { kind: 'chain' }>): Report => {
  const report = describeChain(refusing('sigchain', () => validateChain(events)))
  return { ...report, text: (paint) => `${fields(paint, [['sigchain', paint.good('holds')]])}${report.text(paint)}` }
}

export const verifyFile: Command = {
  name: 'verify file',
  about: 'whether a claim or a sigchain in a file holds, whatever its encoding',
  args: [{ name: 'path', about: 'the file, or - for standard input' }],
  options: { server: { value: 'url', about: 'also ask this server whether a claim was taken back' } },
  examples: ['kez verify file kez.md', 'dig +short TXT _kez.example.org | kez verify file -'],
  run: async (call) => {
    const [path = ''] = call.args
    const proof = await parseProof(await readInput(path, call.session.readStdin))
    return proof.kind === 'claim' ? verifyClaimDocument(proof.envelope, call) : verifyChainDocument(proof)
  },
}
