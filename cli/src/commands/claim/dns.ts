import { encodeDnsTxt, formatTxtRecord, normaliseIdentifier, parseIdentifier } from '@kez-chat/identity'
import type { Command } from '../../command.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { fields } from '../../output/table.ts'
import { claimOptions, signClaim } from './sign.ts'

const TTL_SECONDS = 3600

export const claimDns: Command = {
  name: 'claim dns',
  about: 'sign that a domain is yours, as the TXT record to publish',
  args: [{ name: 'domain', about: 'for instance example.org' }],
  options: claimOptions,
  examples: ['kez claim dns example.org --mnemonic-file alice.phrase'],
  run: async (call) => {
    const [typed = ''] = call.args
    const subject = normaliseIdentifier(/^dns:/i.test(typed.trim()) ? typed : `dns:${typed.trim()}`)
    const claim = await signClaim(call, subject)
    const segments = await encodeDnsTxt(claim)
    const name = `_kez.${parseIdentifier(subject).value}`
    const record = `${name}. ${TTL_SECONDS} IN TXT ${formatTxtRecord(segments)}\n`
    const { primary } = claim.payload
    const data = { subject, primary, name, type: 'TXT', value: segments.join(''), segments }
    const out = call.option('out')
    if (out === undefined) return { data: { ...data, record }, text: () => record }
    await createPrivateFile(out, record)
    return {
      data: { ...data, out },
      text: (paint) =>
        fields(paint, [
          ['subject', paint.bold(subject)],
          ['identity', primary],
          ['record', `in ${out}`],
          ['next', `publish it as a TXT record at ${name}`],
        ]),
    }
  },
}
