import { seedToPhrase } from '@kez-chat/identity'
import type { Command } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { keyOptionsOf } from '../../keys/key-options.ts'
import { parseSeed } from '../../keys/read-key.ts'
import { readSecret } from '../../keys/secret-source.ts'
import { fields } from '../../output/table.ts'

export const identityMnemonic: Command = {
  name: 'identity mnemonic',
  about: 'the 24 words of an ed25519 seed',
  args: [],
  options: {
    ...keyOptionsOf('ed25519-seed'),
    out: { value: 'path', about: 'write the words to a new file that only you can read, and do not show them' },
  },
  examples: ['kez identity mnemonic --ed25519-seed-file alice.seed --out alice.phrase'],
  run: async (call) => {
    if (call.option('ed25519-seed') === undefined && call.option('ed25519-seed-file') === undefined)
      throw new CliError(EXIT.usage, 'no_key', 'this needs your seed', { hint: 'Give it with --ed25519-seed-file.' })
    const phrase = seedToPhrase(parseSeed(await readSecret('ed25519-seed', call)))
    const out = call.option('out')
    if (out === undefined) return { data: { mnemonic: phrase }, text: () => `${phrase}\n` }
    await createPrivateFile(out, `${phrase}\n`)
    return { data: { out }, text: (paint) => fields(paint, [['phrase', `in ${out}`]]) }
  },
}
