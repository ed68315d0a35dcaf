import { encodeCompactChain, encodeJsonl } from '@kez-chat/identity'
import { chooseIdentity } from '../../chains/choose.ts'
import { openChains } from '../../chains/store.ts'
import type { Command } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { fields } from '../../output/table.ts'

export const sigchainExport: Command = {
  name: 'sigchain export',
  about: 'a sigchain as a document, for instance for /.well-known/kez-sigchain.jsonl',
  args: [{ name: 'identity', about: 'whose chain, when there are several', optional: true }],
  options: {
    format: { value: 'encoding', choices: ['jsonl', 'compact'], about: 'how it is written; jsonl when left out' },
    out: { value: 'path', about: 'write it to a new file instead of showing it' },
  },
  examples: ['kez sigchain export --out kez-sigchain.jsonl'],
  run: async (call) => {
    const primary = await chooseIdentity(call)
    const { chain, events } = await openChains(call.session).load(primary)
    if (chain.length === 0) throw new CliError(EXIT.refused, 'no_chain', `there is no sigchain of ${primary} here`)
    const format = call.option('format') ?? 'jsonl'
    const document = format === 'compact' ? `${await encodeCompactChain(events)}\n` : encodeJsonl(events)
    const out = call.option('out')
    if (out === undefined) return { data: { primary, format, document }, text: () => document }
    await createPrivateFile(out, document)
    return {
      data: { primary, format, out },
      text: (paint) =>
        fields(paint, [
          ['identity', paint.bold(primary)],
          ['sigchain', `in ${out}`],
        ]),
    }
  },
}
