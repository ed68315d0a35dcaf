import { phraseToSeed, signingKeyFromSeed, toHex } from '@kez-chat/identity'
import type { Command } from '../../command.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { keyOptionsOf } from '../../keys/key-options.ts'
import { hasKey } from '../../keys/read-key.ts'
import { readSecret } from '../../keys/secret-source.ts'
import { fields } from '../../output/table.ts'

export const identityFromMnemonic: Command = {
  name: 'identity from-mnemonic',
  about: 'the identity behind a recovery phrase',
  args: [],
  options: {
    ...keyOptionsOf('mnemonic'),
    out: { value: 'path', about: 'write the seed to a new file that only you can read' },
  },
  examples: [
    'kez identity from-mnemonic --mnemonic -',
    'kez identity from-mnemonic --mnemonic-file alice.phrase --out alice.seed',
  ],
  run: async (call) => {
    // Without an option the phrase is asked for, so that nobody is led to type it into the command line.
    const phrase = hasKey(call) ? await readSecret('mnemonic', call) : await call.session.readSecret()
    const seed = phraseToSeed(phrase)
    const { primary } = signingKeyFromSeed(seed)
    const out = call.option('out')
    if (out !== undefined) await createPrivateFile(out, `${toHex(seed)}\n`)
    return {
      data: { primary, ...(out === undefined ? {} : { out }) },
      text: (paint) =>
        fields(paint, [
          ['identity', paint.bold(primary)],
          ...(out === undefined ? [] : [['seed', `in ${out}`] as const]),
        ]),
    }
  },
}
