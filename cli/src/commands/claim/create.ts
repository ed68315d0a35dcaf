import { type ClaimEncoding, encodeClaim, normaliseIdentifier } from '@kez-chat/identity'
import type { Command } from '../../command.ts'
import { placeOf } from '../../documents/places.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { fields } from '../../output/table.ts'
import { claimOptions, signClaim } from './sign.ts'

const encodings: ReadonlyMap<string, ClaimEncoding> = new Map(
  (['json', 'compact', 'markdown', 'dns'] as const).map((encoding) => [encoding, encoding]),
)

export const claimCreate: Command = {
  name: 'claim create',
  about: 'sign that your identity is also this account, domain or site',
  args: [{ name: 'subject', about: 'for instance github:alice, web:example.org or ap:@alice@example.org' }],
  options: {
    ...claimOptions,
    format: {
      value: 'encoding',
      choices: [...encodings.keys()],
      about: 'how it is written; what fits the place when left out',
    },
  },
  examples: ['kez claim create github:alice --mnemonic-file alice.phrase --out kez.md'],
  run: async (call) => {
    const [typed = ''] = call.args
    const subject = normaliseIdentifier(typed)
    const place = placeOf(subject)
    const format = encodings.get(call.option('format') ?? '') ?? place.encoding
    const claim = await signClaim(call, subject)
    const document = await encodeClaim[format](claim)
    const { primary } = claim.payload
    const out = call.option('out')
    if (out === undefined)
      return { data: { subject, primary, format, document, publish: place.where }, text: () => document }
    await createPrivateFile(out, document)
    return {
      data: { subject, primary, format, out, publish: place.where },
      text: (paint) =>
        fields(paint, [
          ['subject', paint.bold(subject)],
          ['identity', primary],
          ['claim', `in ${out}`],
          ['next', place.where],
        ]),
    }
  },
}
