import { areIndependent, INDEPENDENT_PROOFS } from '@kez-chat/identity'
import type { ProofResult } from '@kez-chat/proofs'
import { chainData, statusText } from '../../chains/describe.ts'
import { fetchChain } from '../../chains/fetch.ts'
import type { Call, Command, Report } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { printable } from '../../output/printable.ts'
import { fields } from '../../output/table.ts'
import { proofExit, proofTable } from '../../proofs/describe.ts'
import { verifySubjects } from '../../proofs/verify-subjects.ts'
import { serverOption } from '../../servers/connect.ts'
import { findWhom, type Whom } from './whom.ts'

const unproven = (result: ProofResult): Report => ({
  data: { verified: false, proofs: [result] },
  text: (paint) => proofTable(paint, [result]),
  exitCode: proofExit([result]),
})

const verifyIdentity = async (
  { primary, client, handle }: Extract<Whom, { kind: 'identity' }>,
  { session }: Call,
): Promise<Report> => {
  const chain = await fetchChain(client, primary)
  if (chain === undefined)
    throw new CliError(EXIT.refused, 'no_chain', `there is no sigchain of ${primary} at ${client.baseUrl}`, {
      hint: 'If it is published at another server, name that with --server.',
    })
  const ended = chain.status.kind !== 'active'
  const proofs = ended ? [] : await verifySubjects(chain, session)
  const good = proofs.filter(({ status }) => status === 'verified').map(({ subject }) => subject)
  const data = {
    ...chainData(chain),
    ...(handle === undefined ? {} : { handle }),
    server: client.baseUrl,
    verified: areIndependent(good),
    proofs,
  }
  return {
    data,
    exitCode: proofExit(proofs),
    text: (paint) =>
      [
        fields(paint, [
          ['identity', paint.bold(primary)],
          ...(handle === undefined ? [] : [['handle', printable(handle)] as const]),
          ['sigchain', `${statusText(chain, paint)}, events: ${chain.length}, at ${client.baseUrl}`],
          ...(ended ? [] : [['verified', verdict(good, proofs.length)] as const]),
        ]),
        proofs.length === 0 ? '' : `\n${proofTable(paint, proofs)}`,
      ].join(''),
  }
}

const verdict = (good: readonly string[], all: number): string => {
  if (all === 0) return 'no: the sigchain names no account, domain or site'
  const count = `${good.length} of ${all} proofs`
  return areIndependent(good) ? `yes, by ${count}` : `no: ${count}, and it takes ${INDEPENDENT_PROOFS} independent ones`
}

export const verifyId: Command = {
  name: 'verify id',
  about: 'who somebody is: reads their sigchain at a server and looks at every place it names',
  args: [{ name: 'identifier', about: 'ed25519:…, nostr:npub1…, alice@example.org, github:alice or dns:example.org' }],
  options: serverOption,
  examples: ['kez verify id alice@example.org', 'kez verify id dns:example.org --server https://example.org'],
  run: async (call) => {
    const [typed = ''] = call.args
    const whom = await findWhom(typed, call)
    return whom.kind === 'unproven' ? unproven(whom.result) : verifyIdentity(whom, call)
  },
}
